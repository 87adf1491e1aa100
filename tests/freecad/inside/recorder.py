"""A listener that writes down what a host reports."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from silo_core.model.context import ContextPath, Document

ADDON = Path(__file__).parents[3] / "workbench" / "freecad"


def use_checkout() -> None:
    """Make the add-on importable without FreeCAD starting it."""
    import freecad

    freecad.__path__.append(str(ADDON))
    assert "freecad.silo" not in sys.modules


class Recorder:
    """See ``HostListener``."""

    def __init__(self) -> None:
        self.opened: dict[str, Document] = {}
        self.reports: list[str] = []
        self.paths: dict[str, str] = {}
        self.next: Callable[[], None] | None = None
        """Called once, when the next path has been reported."""

    def document_opened(self, document: Document) -> None:
        self.opened[document.key] = document

    def context_changed(self, document_key: str, path: ContextPath) -> None:
        self.paths[document_key] = "/".join(context.object_id for context in path)
        self.reports.append(f"{document_key}: {self.paths[document_key]}")
        call, self.next = self.next, None
        if call:
            call()

    def document_closing(self, document_key: str) -> None:
        self.reports.append(f"{document_key} closing")
        self.paths.pop(document_key, None)

    def take(self) -> list[str]:
        """What was reported since the last time."""
        taken, self.reports = self.reports, []
        return taken
