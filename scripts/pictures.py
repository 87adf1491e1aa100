"""Make the pictures of the dialog and the notice in docs/images, from the texts that users see:

QT_SCALE_FACTOR=2 QT_QPA_PLATFORM=offscreen .venv/bin/python scripts/pictures.py
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from silo_core.model.context import Context, ContextLevel, Document
from silo_core.model.exchange import ActivityKind, ContextEntry
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement
from silo_core.ports.files import read_file
from silo_core.rules.graph import DependencyGraph
from silo_core.rules.interference import judge_builtin
from silo_core.surfaces.qt.notice import Notice
from silo_core.surfaces.qt.question import QuestionBox
from silo_locking import entries, texts

IMAGES = Path(__file__).parents[1] / "docs" / "images"
NOW = datetime(2026, 3, 3, 14, 20, tzinfo=UTC)
SINCE = datetime(2026, 3, 3, 14, 2, tzinfo=UTC)


def palette(window: str, ink: str, base: str, button: str) -> QPalette:
    """A palette of Fusion in these colours."""
    made = QPalette(QColor(button), QColor(window))
    roles = QPalette.ColorRole
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(role, QColor(ink))
        faint = QColor(ink)
        faint.setAlphaF(0.4)
        made.setColor(QPalette.ColorGroup.Disabled, role, faint)
    made.setColor(roles.Base, QColor(base))
    made.setColor(roles.Highlight, QColor("#3478c6"))
    return made


PALETTES = {
    "light": palette("#f4f4f4", "#1a1a1a", "#ffffff", "#f0f0f0"),
    "dark": palette("#2d2d2d", "#e6e6e6", "#1e1e1e", "#3a3a3a"),
}


PART = Path(__file__).parents[1] / "tests" / "data" / "bracket.FCStd"
LABELS = {"Sketch001": "Mounting holes", "Sketch002": "Slot"}


def entry(object_id: str) -> ContextEntry:
    """The user opens a sketch."""
    document = Document("bracket", PART, "PRT-100")
    context = Context(ContextLevel.SKETCH, object_id, LABELS[object_id])
    return ContextEntry("1", document, context)


def judgement(object_id: str) -> Judgement:
    """What the rules say of it while alice edits the mounting holes."""
    uses = {made.name: made.uses for made in read_file(PART).objects}
    graph = DependencyGraph(uses)
    alice = EditSession(
        id="1",
        part_number="PRT-100",
        user="alice",
        workstation_id="1",
        workstation="CAD-07",
        context_level=ContextLevel.SKETCH,
        object_id="Sketch001",
        dependency_cone=tuple(sorted(graph.cone("Sketch001"))),
        acquired_at=SINCE,
    )
    cone = frozenset(graph.cone(object_id))
    asked = ("PRT-100", ContextLevel.SKETCH, object_id, "bob", "2", cone)
    return judge_builtin(InterferenceQuery(*asked, (alice,), LABELS, uses))


def save(widget: QWidget, name: str) -> None:
    """Draw ``widget`` into ``docs/images``."""
    widget.show()
    QApplication.processEvents()
    widget.grab().save(str(IMAGES / f"{name}.png"))
    widget.hide()


def main() -> None:
    """Make all pictures."""
    application = QApplication(sys.argv)
    application.setStyle("Fusion")
    for name, colours in PALETTES.items():
        application.setPalette(colours)
        window = QMainWindow()
        window.resize(900, 600)
        opened = entry("Sketch001")
        box = QuestionBox(texts.blocked(opened, judgement("Sketch001"), NOW))
        save(box, f"blocked-dialog-{name}")
        kind, opened = ActivityKind.WARNING, entry("Sketch002")
        notice = Notice(entries.judged(opened, kind, judgement("Sketch002"), NOW), window)
        notice.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.show()
        notice.adjustSize()
        save(notice, f"warning-{name}")


if __name__ == "__main__":
    main()
