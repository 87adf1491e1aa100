"""What the Tab key reaches, also where no window is active because there is no display."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def by_tab(window: QWidget) -> set[QWidget]:
    """The widgets of a window that Tab goes through."""
    found: set[QWidget] = set()
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        takes_tab = bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
        if takes_tab and widget.isEnabled() and widget.isVisible():
            found.add(widget)
        widget = widget.nextInFocusChain()
    return found
