"""The window that says which Python packages to install: Qt alone, as the rest cannot be imported."""

from __future__ import annotations

import FreeCADGui
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from freecad.silo import needs
from freecad.silo.speaking import translate


class MissingDialog(QDialog):
    """Names the packages, and has the command ready to be copied."""

    def __init__(self, unmet: list[str]) -> None:
        super().__init__(FreeCADGui.getMainWindow())
        self.setObjectName("SiloMissing")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("Silo", "Silo needs some Python packages"))
        said = QLabel(
            translate(
                "Silo",
                "Silo is not active yet. These Python packages are missing or too old:\n\n{names}\n\n"
                "Leave FreeCAD open, type this into a terminal (on Windows: the Command Prompt), and "
                "start FreeCAD again when it is done:",
            ).format(names="\n".join(map(needs.described, unmet)))
        )
        said.setWordWrap(True)
        command = QPlainTextEdit(needs.command(unmet))
        command.setReadOnly(True)
        command.setAccessibleName(translate("Silo", "Command that installs the packages"))
        command.setFixedHeight(5 * self.fontMetrics().lineSpacing())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        copy = buttons.addButton(translate("Silo", "&Copy Command"), role)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(command.toPlainText()))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.setSpacing(12)
        for widget in (said, command, buttons):
            layout.addWidget(widget)
        self.resize(620, self.sizeHint().height())
