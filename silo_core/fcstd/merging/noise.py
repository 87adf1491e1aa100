"""Placements that a solver has computed anew: the last digits of what nobody moved are others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silo_core.fcstd.contents import Value

_PLACEMENT = "App::PropertyPlacement"
_TOLERANCE = 1e-9
"""Of a number, or in mm where it is below one: a hundredth of what FreeCAD takes for the same point."""


def say_the_same(one: Value | None, other: Value | None) -> bool:
    """Are two values the same, but for what a solver leaves in the last digits of a placement?"""
    if one == other:
        return True
    if one is None or other is None or not one.type == other.type == _PLACEMENT:
        return False
    numbers = [[dict(element.attributes) for element in value.elements] for value in (one, other)]
    if [list(found) for found in numbers[0]] != [list(found) for found in numbers[1]]:
        return False
    return all(
        _are_close(mine[key], others[key])
        for mine, others in zip(*numbers, strict=True)
        for key in mine
    )


def _are_close(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    except ValueError:
        return one == other
