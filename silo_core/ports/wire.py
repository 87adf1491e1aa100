"""The model as JSON and back, for client and server alike.

Times travel as RFC 3339 UTC, enums as their values, tuples as lists. Reading ignores unknown
members and accepts ``session_id`` / ``workstation_id`` where only ``id`` is given and the other way
round, as the protocol asks; writing answers both. Nothing is converted in silence: a number where a
text belongs is an error. Null and nothing at all are the same: the default of a member that has
one, or an empty list (a Go server writes one as null).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

from silo_core.model.answers import Workstation
from silo_core.model.errors import ProtocolError
from silo_core.model.session import EditSession, Holder

if TYPE_CHECKING:
    from cattrs import BaseConverter, Converter

T = TypeVar("T")
_Read = Callable[[Any, Any], Any]

_ALIASES: dict[Any, tuple[str, str]] = {
    EditSession: ("id", "session_id"),
    Workstation: ("id", "workstation_id"),
    Holder: ("user", "username"),
}
_COLLECTIONS: tuple[Any, ...] = (tuple, frozenset)
_MAPPING: Any = Mapping
_SHOWN_PROBLEMS = 3


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
        problem = "; ".join(transform_error(error)[:_SHOWN_PROBLEMS])
    # overflow: a time whose offset leads out of the years 1 to 9999
    except (TypeError, ValueError, KeyError, OverflowError, RecursionError) as error:
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
def _converter() -> Converter:
    # cattrs is imported on first use: this module is reached from code that runs at start
    from cattrs.preconf.json import make_converter

    converter = make_converter()
    for plain in (str, int, bool):
        converter.register_structure_hook(plain, _exactly(plain))
    converter.register_structure_hook(float, _read_float)
    converter.register_structure_hook(datetime, lambda text, _: parse_time(text))
    converter.register_unstructure_hook(datetime, format_time)
    for applies, reader in (
        (_is_collection, _collection_reader),
        (_is_mapping, _texts),
        (is_dataclass, _object_reader),
    ):
        converter.register_structure_hook_factory(applies, reader)
    for owner, names in _ALIASES.items():
        write = converter.get_unstructure_hook(owner, cache_result=False)
        converter.register_unstructure_hook(owner, _writing_alias(write, names))
    return converter


def _is_collection(kind: Any) -> bool:
    return get_origin(kind) in _COLLECTIONS


def _is_mapping(kind: Any) -> bool:
    return get_origin(kind) is _MAPPING


def _exactly(plain: type) -> _Read:
    def read(value: Any, kind: Any) -> Any:
        if type(value) is not plain:  # not isinstance: true is no number
            raise TypeError(f"expected {plain.__name__}, not {type(value).__name__}")
        if isinstance(value, str):
            value.encode()  # half a surrogate pair is valid JSON, but no text: ValueError
        return value if kind is plain else kind(value)  # a StrEnum comes here too

    return read


def _read_float(value: Any, _: Any) -> float:
    if type(value) not in (int, float):
        raise TypeError(f"expected a number, not {type(value).__name__}")
    number = float(value)  # OverflowError for a whole number without end
    if not math.isfinite(number):  # Python's JSON knows NaN and Infinity, the protocol does not
        raise ValueError(f"expected a number, not {number}")
    return number


def _collection_reader(kind: Any, converter: BaseConverter) -> _Read:
    """Reads a list; a text is none, though it can be iterated over."""
    collection, item = get_origin(kind), get_args(kind)[0]
    read_item = converter.get_structure_hook(item)

    def read(values: Any, _: Any) -> Any:
        if values is None:
            return collection()
        if not isinstance(values, list | tuple):
            raise TypeError(f"expected a list, not {type(values).__name__}")
        return collection(read_item(value, item) for value in values)

    return read


def _texts(_kind: Any, _converter: BaseConverter) -> _Read:
    """Reads texts by name (a node's metadata), what is not a text as the JSON it came as."""

    def read(data: Any, _: Any) -> dict[str, str]:
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in _members(data).items()
        }

    return read


def _object_reader(kind: Any, converter: BaseConverter) -> _Read:
    from cattrs.gen import make_dict_structure_fn

    read_members = make_dict_structure_fn(kind, converter)
    nullable = {name for name, hint in get_type_hints(kind).items() if NoneType in get_args(hint)}
    optional = {
        member.name
        for member in fields(kind)
        if member.default is not MISSING or member.default_factory is not MISSING
    }

    unsaid = dict.fromkeys(nullable - optional)

    def read(data: Any, _: Any) -> Any:
        members = _both(_members(data), _ALIASES[kind]) if kind in _ALIASES else _members(data)
        given = {
            name: value
            for name, value in members.items()
            if value is not None or name not in optional
        }
        return read_members({**unsaid, **given}, kind)

    return read


def _members(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise TypeError(f"expected an object, not {type(data).__name__}")
    return data


def _writing_alias(write: Any, names: tuple[str, str]) -> Any:
    def unstructure(value: Any) -> dict[str, Any]:
        return _both(write(value), names)

    return unstructure


def _both(data: Mapping[str, Any], names: tuple[str, str]) -> dict[str, Any]:
    """``data`` with each of the two names standing for the other where one is missing or null."""
    filled = dict(data)
    for name, other in (names, names[::-1]):
        if filled.get(name) is None and filled.get(other) is not None:
            filled[name] = filled[other]
    return filled
