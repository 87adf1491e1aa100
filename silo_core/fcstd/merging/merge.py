"""The merge of three files into a fourth."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from silo_core.fcstd.change import Change
from silo_core.fcstd.compare import compare
from silo_core.fcstd.limits import DEFAULT_LIMITS, Limits
from silo_core.fcstd.merging.build import Builder
from silo_core.fcstd.merging.check import problems
from silo_core.fcstd.merging.decide import Decision
from silo_core.fcstd.merging.graph import reached, users_of
from silo_core.fcstd.merging.part import opened_part

if TYPE_CHECKING:
    from silo_core.fcstd.merging.conflict import Conflict

_CHUNK = 1 << 20
NAMES = ("The base", "Ours", "Theirs")


@dataclass(frozen=True, slots=True)
class Merged:
    """``conflicts`` empty: the target holds the merged file, and ``taken`` is what came from the other
    side. Else what is in the target is of no use."""

    taken: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def merge(
    base: BinaryIO,
    ours: BinaryIO,
    theirs: BinaryIO,
    target: BinaryIO,
    *,
    names: tuple[str, str, str] = NAMES,
    limits: Limits = DEFAULT_LIMITS,
) -> Merged:
    """Write ``ours``, with what ``theirs`` changed in ``base``, to ``target`` (empty, open for reading
    and writing, seekable). Noise, as ``silo_core.fcstd.contents`` calls it, stays as in ours.

    Raises:
        FileError: one of the files is no FreeCAD document, damaged, or over a limit.
    """
    with ExitStack() as stack:
        old = stack.enter_context(opened_part(base, names[0], limits))
        mine, other = (
            stack.enter_context(opened_part(source, name, limits, old))
            for source, name in zip((ours, theirs), names[1:], strict=True)
        )
        decision = Decision(old, mine, other)
        for part in (old, mine, other):
            part.check()
        plan = decision.decide()
        if plan.conflicts:
            return Merged(conflicts=tuple(plan.conflicts))
        if plan.is_empty and not plan.recompute:
            ours.seek(0)
            while chunk := ours.read(_CHUNK):
                target.write(chunk)
            return Merged()
        Builder(decision).write(target, _dependents(decision))
        with opened_part(target, "The merged file", limits, mine) as result:
            if conflicts := problems(result, decision):
                return Merged(conflicts=conflicts)
            return Merged(taken=compare(decision.ours.contents, result.contents))


def _dependents(decision: Decision) -> set[str]:
    """What changes on our side of the merge, and all that is built from it."""
    plan = decision.plan
    users: dict[str, set[str]] = {}
    for part in (decision.ours, decision.theirs):
        for name, found in users_of(part.uses).items():
            users.setdefault(name, set()).update(found)
    return reached([*plan.recompute, *plan.added, *plan.removed], users) - plan.removed
