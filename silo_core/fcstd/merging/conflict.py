"""What cannot be merged, in users' words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Clash(StrEnum):
    """Why two edits do not go together."""

    VALUES = "two values"
    REMOVED = "removed and edited"
    NAME = "one name for two new objects"
    DANGLING = "depends on what was removed"
    ELEMENTS = "picks elements of what changed"
    MOVED = "reads a cell that was moved"
    CYCLE = "depends on itself"


@dataclass(frozen=True, slots=True)
class Conflict:
    """``object`` is an internal name, empty for the document; ``title`` its label beside the name.
    ``ours`` and ``theirs`` are what each side has, as people read it."""

    clash: Clash
    object: str
    title: str
    subject: str = ""
    base: str | None = None
    ours: str | None = None
    theirs: str | None = None

    def __str__(self) -> str:
        what = f"{self.title}: {self.subject}" if self.title else self.subject
        if self.clash is Clash.VALUES:
            return f"{what} {self._values()}"
        sentences = {
            Clash.REMOVED: f"{self.title} was {self.ours} in ours and {self.theirs} in theirs",
            Clash.NAME: f"{self.title} was added on both sides, and the two differ",
            Clash.DANGLING: f"{what} uses {self.theirs}, which the other side removed or renamed",
            Clash.ELEMENTS: f"{what} picks elements of {self.theirs} in theirs, and ours changed "
            f"what {self.theirs} is built from",
            Clash.MOVED: f"{what} reads {self.theirs}, and the other side moved cells of that sheet",
            Clash.CYCLE: f"{self.title} would depend on itself if both edits were joined",
        }
        return sentences[self.clash]

    def _values(self) -> str:
        was = f" (was {self.base})" if self.base is not None else ""
        if self.ours is None and self.theirs is None:
            return f"was changed on both sides{was}"
        ours, theirs = self.ours or "something else", self.theirs or "something else"
        return f"is {ours} in ours and {theirs} in theirs{was}"
