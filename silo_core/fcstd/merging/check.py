"""Whether a merged file holds together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from silo_core.fcstd.expressions import references
from silo_core.fcstd.merging.conflict import Clash, Conflict
from silo_core.fcstd.merging.graph import on_cycles
from silo_core.fcstd.merging.readings import formulas_of, misread
from silo_core.fcstd.merging.slices import properties

_WAY = re.compile(r'<(?:Sub value|Link [^>]*sub|XLink [^>]*sub)="([^"]*)"')

if TYPE_CHECKING:
    from collections.abc import Iterator

    from silo_core.fcstd.contents import ObjectContents
    from silo_core.fcstd.merging.decide import Decision
    from silo_core.fcstd.merging.part import Part


def problems(result: Part, decision: Decision) -> tuple[Conflict, ...]:
    """Links and formulas that lost what they name, and objects that depend on themselves."""
    if not _concerns_links(decision):
        return ()
    return tuple(
        dict.fromkeys([*_broken(result, decision), *misread(result, decision), *_cycles(result)])
    )


def _concerns_links(decision: Decision) -> bool:
    """Can what was taken have changed who uses whom, or what formulas read?"""
    plan = decision.plan
    if plan.added or plan.removed or plan.made:
        return True
    taken = [key for key in plan.take if key[0]]
    values = (decision.theirs.contents.objects[name].properties.get(key) for name, key in taken)
    return any(value is None or _may_link(value.type) for value in values)


def _may_link(kind: str) -> bool:
    reads = ("Spreadsheet::", "Sketcher::PropertyConstraint")
    return "Link" in kind or "Expression" in kind or kind.startswith(reads)


def _broken(result: Part, decision: Decision) -> Iterator[Conflict]:
    sources = (decision.ours, decision.theirs)
    gone = {*decision.ours.objects, *decision.theirs.objects} - result.objects.keys()
    for name in result.objects:
        title = result.contents.objects[name].title
        piece = result.document.piece(name)
        if any(link.encode() in piece for link in gone):
            for key, one in properties(result.objects[name]).items():
                lost = gone.intersection([*one.links, *_steps(result.raw(one))])
                for link in sorted(lost):
                    yield Conflict(Clash.DANGLING, name, title, key, theirs=link)
        for word, is_label in sorted(_heads(result.contents.objects[name])):
            having = [part for part in sources if name in part.objects]
            targets = {part.resolved(word, is_label=is_label) for part in having} - {None}
            if targets and result.resolved(word, is_label=is_label) not in targets:
                yield Conflict(Clash.DANGLING, name, title, "a formula", theirs=word)


def _steps(raw: bytes) -> list[str]:
    """The objects on the ways to edges and faces, as joints of an assembly pick them."""
    ways = [way.split(".")[:-1] for way in _WAY.findall(raw.decode())]
    return [step for way in ways for step in way]


def _heads(entry: ObjectContents) -> set[tuple[str, bool]]:
    """What the formulas of an object speak of, and whether by a label."""
    formulas = formulas_of(entry).values()
    return {(one.object, one.is_label) for formula in formulas for one in references(formula)}


def _cycles(result: Part) -> Iterator[Conflict]:
    for name in sorted(on_cycles(result.uses)):
        yield Conflict(Clash.CYCLE, name, result.contents.objects[name].title)
