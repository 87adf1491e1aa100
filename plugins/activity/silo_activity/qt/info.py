"""The dialog Silo_Info: whose workstation this is, what is open, and who edits what."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from silo_activity.qt.info_team import TeamPanel
from silo_core.model.language import translate
from silo_core.ports.services import Services
from silo_core.surfaces.qt import text

SIZE = (600, 420)


class InfoDialog(QDialog):
    """Stays open beside the work, and keeps itself current."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("SiloInfo", "Silo: Who Edits What"))
        self.setAccessibleName(self.windowTitle())
        self.team = TeamPanel(services, self, margin=0)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(
            translate("SiloInfo", "You:"),
            text.label(services.user or translate("SiloInfo", "not signed in")),
        )
        form.addRow(
            translate("SiloInfo", "Server:"),
            text.label(services.settings.server_url or translate("SiloInfo", "none")),
        )
        for document in services.host.documents():
            if document.part_number and document.path:
                form.addRow(
                    f"{document.part_number}:",
                    text.label(_copy(services, document.part_number, document.path)),
                )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(text.line())
        layout.addWidget(self.team, 1)
        layout.addWidget(buttons)
        self.resize(*SIZE)
        self.team.tree.setFocus()


def _copy(services: Services, part_number: str, file: Path) -> str:
    """Which file it is, and which revision it was made from, as far as that is known."""
    is_home = file.is_relative_to(Path.home())
    path = str("~" / file.relative_to(Path.home()) if is_home else file)
    known = services.store.tracked.get(part_number)
    if known is None or known.base_revision is None:
        return path
    said = translate("SiloInfo", "{path}, made from revision {revision}")
    return said.format(path=path, revision=known.base_revision)
