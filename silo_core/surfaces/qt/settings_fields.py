"""A widget for each kind of setting, made from its declaration."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from silo_core.model.language import translate
from silo_core.model.setting import Setting, SettingValue

HIGHEST = 2_147_483_647
"""What a spin box can hold, for a setting that has no bound of its own."""
LINES = 3


@dataclass(frozen=True, slots=True)
class Field:
    """``widget`` shows the value of ``setting``."""

    setting: Setting
    widget: QWidget

    @property
    def value(self) -> SettingValue:
        """What the user entered; None for an empty text, which means "not set"."""
        widget = self.widget
        if isinstance(widget, QCheckBox):
            return widget.isChecked()
        if isinstance(widget, QSpinBox):
            return widget.value()
        if isinstance(widget, QPlainTextEdit):
            lines = (line.strip() for line in widget.toPlainText().splitlines())
            return tuple(line for line in lines if line)
        assert isinstance(widget, QLineEdit)  # noqa: S101 - one of those made below
        return widget.text().strip() or None

    def show(self, value: SettingValue) -> None:
        """Show a value of the setting's kind."""
        widget = self.widget
        if isinstance(widget, QCheckBox):
            widget.setChecked(bool(value))
        elif isinstance(widget, QSpinBox):
            widget.setValue(value if isinstance(value, int) else widget.minimum())
        elif isinstance(widget, QPlainTextEdit):
            widget.setPlainText("\n".join(value) if isinstance(value, tuple) else "")
        elif isinstance(widget, QLineEdit):
            widget.setText(value if isinstance(value, str) else "")


def field(setting: Setting, parent: QWidget) -> Field:
    """An empty field for ``setting``, named for those who hear it and explained in its tooltip."""
    made = Field(setting, _widget(setting, parent))
    made.widget.setObjectName(setting.key)
    made.widget.setAccessibleName(explained(setting))
    made.widget.setToolTip(translate("SiloSettings", "Setting: {key}").format(key=setting.key))
    return made


def explained(setting: Setting) -> str:
    """What a setting is for, in the user's language."""
    return translate("SiloSettings", setting.help)


def _widget(setting: Setting, parent: QWidget) -> QWidget:
    if setting.kind is bool:
        return QCheckBox(explained(setting).replace("&", "&&"), parent)
    if setting.kind is int:
        box = QSpinBox(parent)
        box.setRange(
            -HIGHEST if setting.minimum is None else setting.minimum,
            HIGHEST if setting.maximum is None else setting.maximum,
        )
        return box
    if setting.kind is str:
        return QLineEdit(parent)
    lines = QPlainTextEdit(parent)
    lines.setTabChangesFocus(True)
    lines.setPlaceholderText(translate("SiloSettings", "one a line"))
    lines.setFixedHeight(LINES * lines.fontMetrics().lineSpacing() + 12)
    return lines
