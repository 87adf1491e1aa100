"""Silo's page in FreeCAD's preferences, made from the declared settings. Main thread."""

from __future__ import annotations

import FreeCAD
import FreeCADGui
from PySide6.QtWidgets import QCheckBox, QFormLayout, QWidget

from silo_core.model.errors import SiloError
from silo_core.model.language import translate
from silo_core.ports.services import Services
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.settings_fields import Field, explained, field

GROUP = "Silo"
ELSEWHERE = ("server_url", "plugins_disabled")
"""What has a page of its own, in Silo > Settings and Silo > Sign In."""


def install(services: Services) -> None:
    """Add the page; FreeCAD makes it whenever its preferences are opened."""

    class Page:
        """What FreeCAD asks of a page."""

        def __init__(self) -> None:
            self.form = QWidget()
            self.form.setWindowTitle(translate("Silo", "General"))
            self._fields: list[Field] = []
            layout = QFormLayout(self.form)
            layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
            for setting in services.settings.declared():
                if setting.key in ELSEWHERE:
                    continue
                made = field(setting, self.form)
                source = services.settings.source(setting.key)
                made.widget.setEnabled(not source.startswith("SILO_"))
                self._fields.append(made)
                if isinstance(made.widget, QCheckBox):
                    layout.addRow(made.widget)
                else:
                    layout.addRow(text.label(explained(setting)), made.widget)

        def loadSettings(self) -> None:  # noqa: N802 - FreeCAD's name
            for one in self._fields:
                one.show(services.settings.get(one.setting.key))

        def saveSettings(self) -> None:  # noqa: N802 - FreeCAD's name
            for one in self._fields:
                key, value = one.setting.key, one.value
                if not one.widget.isEnabled() or value == services.settings.get(key):
                    continue
                try:
                    services.settings.set(key, value)
                except SiloError as error:
                    FreeCAD.Console.PrintWarning(f"Silo: {error.message}\n")

    FreeCADGui.addPreferencePage(Page, GROUP)
