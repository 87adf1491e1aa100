"""What a user is editing: contexts, the paths they form, and the documents they live in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class ContextLevel(StrEnum):
    """Depth of an editing context; the value is its name on the wire."""

    ASSEMBLY = "assembly"
    PARTDESIGN = "partdesign"
    SKETCH = "sketch"


class CheckpointContext(StrEnum):
    """Why a checkpoint was made; the value is its name on the wire."""

    SKETCH_CLOSE = "sketch_close"
    BODY_CLOSE = "body_close"
    ASSEMBLY_CLOSE = "assembly_close"
    MANUAL = "manual"
    AUTOSAVE = "autosave"
    HANDOFF = "handoff"


@dataclass(frozen=True, slots=True)
class Context:
    """One object being edited. ``object_id`` is its internal name; the label is for people only
    and no part of its identity, so a rename while in edit is not a new context."""

    level: ContextLevel
    object_id: str
    label: str = field(default="", compare=False)

    @property
    def title(self) -> str:
        """Label beside internal name, as messages show it: ``Mounting holes (Sketch001)``."""
        if self.label and self.label != self.object_id:
            return f"{self.label} ({self.object_id})"
        return self.object_id


ContextPath = tuple[Context, ...]
"""What is being edited in one document, outermost first: ``(Assembly, Body, Sketch001)``."""


@dataclass(frozen=True, slots=True)
class Document:
    """An open document as its host describes it.

    ``key`` is the host's own handle, valid while the document is open. ``part_number`` is None
    for a document that no Silo item stands behind: such a document is left alone.
    """

    key: str
    path: Path | None
    part_number: str | None
