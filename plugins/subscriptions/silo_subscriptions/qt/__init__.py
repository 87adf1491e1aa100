"""The windows of this plugin; imported when one is opened."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def translate(text: str) -> str:
    """``text`` in the user's language."""
    return QCoreApplication.translate("SiloSubscriptions", text)
