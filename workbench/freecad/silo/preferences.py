"""Silo's page in FreeCAD's preferences, made from the declared settings. Main thread."""

from __future__ import annotations

import FreeCAD
import FreeCADGui

from silo_core.model.language import translate
from silo_core.ports.services import Services
from silo_core.surfaces.qt.settings_page import SettingsPage

GROUP = "Silo"
ELSEWHERE = ("server_url", "plugins_disabled")
"""What has a page of its own, in Silo > Settings and Silo > Sign In."""


def install(services: Services) -> None:
    """Add the page; FreeCAD makes it whenever its preferences are opened."""

    class Page:
        """What FreeCAD asks of a page."""

        def __init__(self) -> None:
            declared = services.settings.declared()
            shown = [setting for setting in declared if setting.key not in ELSEWHERE]
            self.form = SettingsPage(services, shown)
            self.form.setWindowTitle(translate("Silo", "General"))

        def loadSettings(self) -> None:  # noqa: N802 - FreeCAD's name
            self.form.load()

        def saveSettings(self) -> None:  # noqa: N802 - FreeCAD's name
            for sentence in self.form.save():
                FreeCAD.Console.PrintWarning(f"Silo: {sentence}\n")

    FreeCADGui.addPreferencePage(Page, GROUP)
