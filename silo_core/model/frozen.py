"""Mappings and lists that nobody can change: what one plugin is handed, the next one is handed too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A dictionary that raises TypeError where it would change; ``dict(it)`` is a copy that can."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("what hooks are handed cannot be changed; take a copy of it: dict(...)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


def frozen(value: Any) -> Any:
    """JSON, however deep, as it cannot be changed: dictionaries are frozen, and lists are tuples."""
    if isinstance(value, Mapping):
        return FrozenDict(
            {key: one if type(one) in _PLAIN else frozen(one) for key, one in value.items()}
        )
    if isinstance(value, list | tuple):
        return tuple([one if type(one) in _PLAIN else frozen(one) for one in value])
    return value


_PLAIN = frozenset({str, int, float, bool, type(None)})
