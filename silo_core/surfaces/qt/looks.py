"""How what a user is told looks, by what it is about: never by its colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QStyle

from silo_core.model.exchange import ActivityKind
from silo_core.model.language import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind is told from the others: a word and an icon, and a colour beside them."""

    word: str
    icon: QStyle.StandardPixmap
    colour: str


_WARNING = QStyle.StandardPixmap.SP_MessageBoxWarning
_CRITICAL = QStyle.StandardPixmap.SP_MessageBoxCritical
_INFORMATION = QStyle.StandardPixmap.SP_MessageBoxInformation
_LOOKS = {
    ActivityKind.WARNING: Look(QT_TRANSLATE_NOOP("SiloKinds", "Warning"), _WARNING, "#b26a00"),
    ActivityKind.BLOCKED: Look(QT_TRANSLATE_NOOP("SiloKinds", "Blocked"), _CRITICAL, "#d32f2f"),
    ActivityKind.CONFLICT: Look(QT_TRANSLATE_NOOP("SiloKinds", "Conflict"), _CRITICAL, "#d32f2f"),
    ActivityKind.PROBLEM: Look(QT_TRANSLATE_NOOP("SiloKinds", "Problem"), _CRITICAL, "#d32f2f"),
    ActivityKind.SESSION: Look(QT_TRANSLATE_NOOP("SiloKinds", "Edit session"), _WARNING, "#b26a00"),
    ActivityKind.HANDOFF: Look(QT_TRANSLATE_NOOP("SiloKinds", "Handoff"), _INFORMATION, "#3478c6"),
}
_OTHER = Look(QT_TRANSLATE_NOOP("SiloKinds", "Notice"), _INFORMATION, "#3478c6")


def look_of(kind: ActivityKind) -> Look:
    """The look of a kind; of those that need none of their own, that of a plain notice."""
    return _LOOKS.get(kind, _OTHER)
