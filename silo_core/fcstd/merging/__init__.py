"""Joining two edits of one file. Objects are compared by their inputs; what FreeCAD computes is
marked to be computed again. What two people changed to two things is a conflict and never guessed."""

from __future__ import annotations

from silo_core.fcstd.merging.clashes import Yields
from silo_core.fcstd.merging.conflict import Clash, Conflict
from silo_core.fcstd.merging.merge import Merged, merge

__all__ = ["Clash", "Conflict", "Merged", "Yields", "merge"]
