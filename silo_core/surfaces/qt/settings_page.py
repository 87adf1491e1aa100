"""Settings below each other, made from their declarations: for a dialog, or an editor's preferences."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from silo_core.model.errors import SiloError
from silo_core.model.language import translate
from silo_core.model.setting import Setting
from silo_core.ports.services import Services
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.settings_fields import Field, explained, field


class SettingsPage(QWidget):
    """A field for each setting, with what it is for. What a variable gives cannot be changed here."""

    def __init__(
        self, services: Services, settings: Iterable[Setting], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = services.settings
        self.fields: list[Field] = []
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for setting in settings:
            made = field(setting, self)
            self.fields.append(made)
            if setting.kind is not bool:
                label = text.label(explained(setting).replace("&", "&&"))  # no key of its own
                label.setBuddy(made.widget)
                layout.addWidget(label)
            layout.addWidget(made.widget)
            if (source := self._settings.source(setting.key)).startswith("SILO_"):
                made.widget.setEnabled(False)
                layout.addWidget(_note(source))
        layout.addStretch()

    def load(self) -> None:
        """Show what is set now."""
        for one in self.fields:
            one.show(self._settings.get(one.setting.key))

    def save(self) -> list[str]:
        """Write what was changed; answers a sentence for each value that cannot be."""
        refused = []
        for one in self.fields:
            key, value = one.setting.key, one.value
            if one.widget.isEnabled() and value != self._settings.get(key):
                try:
                    self._settings.set(key, value)
                except SiloError as error:
                    refused.append(error.message)
        return refused


def _note(source: str) -> QLabel:
    said = translate("SiloSettings", "Given by {variable} in the environment.")
    note = QLabel(said.format(variable=source))
    note.setEnabled(False)
    return note
