"""Formulas of dimensions that have no name: they stand at the dimension's number in its sketch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from silo_core.fcstd.contents import Value

_CONSTRAINTS, _FORMULAS = "Constraints", "ExpressionEngine"
_RULE = ("Type", "First", "FirstPos", "Second", "SecondPos", "Third", "ThirdPos")


def misplaced(
    base: Mapping[str, Value], drawn: Mapping[str, Value], other: Mapping[str, Value]
) -> list[str]:
    """The formulas that ``other`` changed and that may stand at another dimension's number once a sketch
    was ``drawn``, by their path."""
    if _rules(base) == _rules(drawn):
        return []
    before, after = _by_number(base), _by_number(other)
    return sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))


def _rules(sketch: Mapping[str, Value]) -> list[list[str]]:
    value = sketch.get(_CONSTRAINTS)
    found = [e for e in value.elements if e.tag == "Constrain"] if value else []
    return [[e.get(key) for key in _RULE] for e in found]


def _by_number(sketch: Mapping[str, Value]) -> dict[str, str]:
    value = sketch.get(_FORMULAS)
    found = [(e.get("path").removeprefix("."), e.get("expression"))
             for e in (value.elements if value else ())]  # fmt: skip
    return {path: formula for path, formula in found if path.startswith(f"{_CONSTRAINTS}[")}
