"""Which versions of the core a plugin was made for: read from its distribution, before it is imported.

The range is what the distribution says for pip anyway: its dependency on ``silo-core``. pip looks at it
once, when the plugin is installed; a core that was updated since, or a folder filled with ``--target``,
as FreeCAD's is, is found out here.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator

CORE = "silo-core"

_CORE_ONLY = re.compile(r"silo[-_.]core\s*(?:\(([^)]*)\)|([^;\[@(]*))$", re.IGNORECASE)
_CLAUSE = re.compile(r"(>=|<=|~=|==|!=|>|<)\s*(\d+(?:\.\d+)*)(\.\*)?$")
_COMPARED: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def ranges_of(requires: Iterable[str]) -> tuple[str, ...]:
    """Those of a distribution's dependencies that are about the core."""
    return tuple(need for need in requires if re.match(r"silo[-_.]core(?![\w.-])", need, re.I))


def unmet(ranges: Iterable[str], version: str) -> str:
    """The first of these dependencies on the core that ``version`` of it does not satisfy; ``""``
    without one."""
    return next((need for need in ranges if not _is_met(need, version)), "")


def lowest(ranges: Iterable[str]) -> tuple[int, ...] | None:
    """The lowest version that these dependencies admit, where they name one."""
    bounds = [
        _numbers(clause[2])
        for need in ranges
        for text in need.split(";")[0].split(",")
        if (clause := re.search(r"(>=|~=|==)\s*(\d+(?:\.\d+)*)", text))
    ]
    return max(bounds, default=None)


def _is_met(need: str, version: str) -> bool:
    """The usual form is compared here, since importing ``packaging`` takes as long as starting all of
    Silo's plugins; any other form by ``packaging``."""
    try:
        return all(_clauses(need, _numbers(version)))
    except ValueError:
        return _is_met_by_the_book(need, version)


def _clauses(need: str, version: tuple[int, ...]) -> Iterator[bool]:
    """Raises ValueError for a form that is not compared here."""
    found = _CORE_ONLY.match(need.strip())
    if found is None:
        raise ValueError(need)
    for text in filter(None, map(str.strip, (found[1] or found[2] or "").split(","))):
        clause = _CLAUSE.match(text)
        if clause is None:
            raise ValueError(need)
        yield _holds(clause[1], _numbers(clause[2]), bool(clause[3]), version)


def _holds(sign: str, bound: tuple[int, ...], any_end: bool, version: tuple[int, ...]) -> bool:
    if any_end or sign == "~=":
        if (any_end and sign not in ("==", "!=")) or (sign == "~=" and len(bound) == 1):
            raise ValueError(sign)
        fixed = bound if any_end else bound[:-1]
        begins = _padded(version, len(fixed))[: len(fixed)] == fixed
        if sign == "~=":
            return begins and _holds(">=", bound, False, version)
        return begins == (sign == "==")
    length = max(len(bound), len(version))
    return _COMPARED[sign](_padded(version, length), _padded(bound, length))


def _padded(numbers: tuple[int, ...], length: int) -> tuple[int, ...]:
    return numbers + (0,) * (length - len(numbers))


def _numbers(version: str) -> tuple[int, ...]:
    """Raises ValueError for what is no plain release."""
    return tuple(int(part) for part in version.split("."))


def _is_met_by_the_book(need: str, version: str) -> bool:
    """A dependency that cannot be read, or is for another environment, asks for nothing; so does one in
    an unusual form where ``packaging`` is not installed, since pip has looked at it."""
    try:
        from packaging.requirements import InvalidRequirement, Requirement
    except ImportError:
        return True
    try:
        requirement = Requirement(need)
    except InvalidRequirement:
        return True
    if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
        return True
    return requirement.specifier.contains(version, prereleases=True)
