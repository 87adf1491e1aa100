"""The model as JSON and back, for client and server alike.

Times travel as RFC 3339 UTC, enums as their values, tuples as lists. Reading ignores unknown
members and accepts ``session_id`` / ``workstation_id`` where only ``id`` is given and the other way
round, as the protocol asks; writing answers both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from silo_core.model.errors import ProtocolError
from silo_core.model.session import EditSession, Holder

T = TypeVar("T")


def to_wire(value: Any) -> Any:
    """``value`` (a model object, or a container of them) as JSON-ready plain data."""
    return _converter().unstructure(value)


def from_wire(kind: type[T], data: Any) -> T:
    """Read a model object of ``kind`` from JSON data.

    Raises:
        ProtocolError: a member is missing or of another kind than the protocol says.
    """
    from cattrs import BaseValidationError, transform_error

    try:
        return _converter().structure(data, kind)
    except BaseValidationError as error:
        problem = "; ".join(transform_error(error))
    except (TypeError, ValueError, KeyError) as error:
        problem = str(error)
    raise ProtocolError(
        f"The server sent a {kind.__name__} that cannot be read ({problem}); "
        "check that its address is that of a Silo server."
    )


def parse_time(text: str) -> datetime:
    """An RFC 3339 time as aware UTC. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time without a zone: {text!r}")
    return moment.astimezone(UTC)


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC with a ``Z``, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@lru_cache(maxsize=1)
def _converter() -> Any:
    # cattrs is imported on first use: this module is reached from code that runs at start
    from cattrs.gen import make_dict_structure_fn
    from cattrs.preconf.json import make_converter

    converter = make_converter()
    converter.register_structure_hook(datetime, lambda text, _: parse_time(text))
    converter.register_unstructure_hook(datetime, format_time)
    for kind, alias in ((EditSession, ("id", "session_id")), (Holder, ("user", "username"))):
        read = make_dict_structure_fn(kind, converter)
        converter.register_structure_hook(kind, _with_alias(read, alias))
        write = converter.get_unstructure_hook(kind, cache_result=False)
        converter.register_unstructure_hook(kind, _writing_alias(write, alias))
    return converter


def _with_alias(read: Any, names: tuple[str, str]) -> Any:
    def structure(data: Mapping[str, Any], kind: type) -> Any:
        return read(_both(data, names), kind)

    return structure


def _writing_alias(write: Any, names: tuple[str, str]) -> Any:
    def unstructure(value: Any) -> dict[str, Any]:
        return _both(write(value), names)

    return unstructure


def _both(data: Mapping[str, Any], names: tuple[str, str]) -> dict[str, Any]:
    """``data`` with each of the two names standing for the other where one is missing."""
    filled = dict(data)
    for name, other in (names, names[::-1]):
        if name not in filled and other in filled:
            filled[name] = filled[other]
    return filled
