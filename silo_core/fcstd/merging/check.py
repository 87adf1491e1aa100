"""Whether a merged file holds together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from silo_core.fcstd.expressions import references
from silo_core.fcstd.merging.conflict import Clash, Conflict
from silo_core.fcstd.merging.graph import on_cycles
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
    return tuple(dict.fromkeys([*_broken(result, decision), *_cycles(result)]))


def _concerns_links(decision: Decision) -> bool:
    """Can what was taken have changed who uses whom?"""
    plan = decision.plan
    if plan.added or plan.removed or plan.made:
        return True
    taken = [key for key in plan.take if key[0]]
    values = (decision.theirs.contents.objects[name].properties.get(key) for name, key in taken)
    return any(value is None or _may_link(value.type) for value in values)


def _may_link(kind: str) -> bool:
    return "Link" in kind or "Expression" in kind or kind.startswith("Spreadsheet::")


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
        for head in sorted(_heads(result.contents.objects[name])):
            targets = {_resolved(head, part) for part in sources if name in part.objects} - {None}
            now = _resolved(head, result)
            if targets and now not in targets:
                yield Conflict(Clash.DANGLING, name, title, "a formula", theirs=head[0])


def _steps(raw: bytes) -> list[str]:
    """The objects on the ways to edges and faces, as joints of an assembly pick them."""
    ways = [way.split(".")[:-1] for way in _WAY.findall(raw.decode())]
    return [step for way in ways for step in way]


def _heads(entry: ObjectContents) -> set[tuple[str, bool]]:
    """What the formulas of an object speak of, and whether by a label."""
    found: set[tuple[str, bool]] = set()
    for value in entry.properties.values():
        for element in value.elements:
            formula = element.get("expression") if element.tag == "Expression" else ""
            if element.tag == "Cell" and element.get("content").startswith("="):
                formula = element.get("content")[1:]
            found.update((one.object, one.is_label) for one in references(formula))
    return found


def _resolved(head: tuple[str, bool], part: Part) -> str | None:
    name, is_label = head
    if not is_label and name in part.contents.objects:
        return name
    return part.labelled.get(name)


def _cycles(result: Part) -> Iterator[Conflict]:
    for name in sorted(on_cycles(result.uses)):
        yield Conflict(Clash.CYCLE, name, result.contents.objects[name].title)
