"""The merge of three files into a fourth."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from silo_core.fcstd.change import Change
from silo_core.fcstd.compare import compare
from silo_core.fcstd.limits import DEFAULT_LIMITS, Limits
from silo_core.fcstd.merging.build import Builder
from silo_core.fcstd.merging.check import problems
from silo_core.fcstd.merging.clashes import Yields, apart, composed, follow
from silo_core.fcstd.merging.conflict import Clash, Conflict
from silo_core.fcstd.merging.decide import Decision
from silo_core.fcstd.merging.graph import reached, users_of
from silo_core.fcstd.merging.part import opened_part
from silo_core.fcstd.merging.renaming import CannotRename

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from silo_core.fcstd.merging.part import Part

_CHUNK = 1 << 20
NAMES = ("The base", "Ours", "Theirs")


@dataclass(frozen=True, slots=True)
class Merged:
    """``conflicts`` empty: the target holds the merged file, ``taken`` is what came from the other side,
    and ``renamed`` the new names of objects of the side that gave way, by their old ones. Else what is
    in the target is of no use."""

    taken: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


def merge(
    base: BinaryIO,
    ours: BinaryIO,
    theirs: BinaryIO,
    target: BinaryIO,
    *,
    names: tuple[str, str, str] = NAMES,
    yields: Yields = Yields.THEIRS,
    known: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Merged:
    """Write ``ours``, with what ``theirs`` changed in ``base``, to ``target`` (empty, open for reading
    and writing, seekable). Noise, as ``silo_core.fcstd.contents`` calls it, stays as in ours.

    New objects of one name get other names on the side that ``yields``; ``known`` are the names that
    objects of ours got in theirs when it was made of both, by those that they have in base and ours.

    Raises:
        FileError: one of the files is no FreeCAD document, damaged, or over a limit.
    """
    with ExitStack() as stack:
        old = stack.enter_context(opened_part(base, names[0], limits))
        mine, other = (
            stack.enter_context(opened_part(source, name, limits, old))
            for source, name in zip((ours, theirs), names[1:], strict=True)
        )
        for part in (old, mine, other):
            part.check()
        try:
            sides, before = follow((old, mine, other), known or {})
        except CannotRename:
            return Merged(conflicts=tuple(_unfollowed(mine, known or {})))
        sides, now = apart(sides, yields)
        renamed = composed(before, now) if yields is Yields.OURS else now
        decision = Decision(*sides)
        plan = decision.decide()
        if plan.conflicts:
            return Merged(conflicts=tuple(plan.conflicts))
        if plan.is_empty and not plan.recompute and decision.ours is mine:
            ours.seek(0)
            while chunk := ours.read(_CHUNK):
                target.write(chunk)
            return Merged()
        Builder(decision).write(target, _dependents(decision))
        with opened_part(target, "The merged file", limits, decision.ours) as result:
            if conflicts := problems(result, decision):
                return Merged(conflicts=conflicts)
            return Merged(compare(decision.ours.contents, result.contents), (), renamed)


def _unfollowed(ours: Part, known: Mapping[str, str]) -> Iterator[Conflict]:
    for name in known.keys() & ours.contents.objects.keys():
        yield Conflict(Clash.NAME, name, ours.contents.objects[name].title)


def _dependents(decision: Decision) -> set[str]:
    """What changes on our side of the merge, and all that is built from it."""
    plan = decision.plan
    users: dict[str, set[str]] = {}
    for part in (decision.ours, decision.theirs):
        for name, found in users_of(part.uses).items():
            users.setdefault(name, set()).update(found)
    return reached([*plan.recompute, *plan.added, *plan.removed], users) - plan.removed
