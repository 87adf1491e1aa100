"""A window that a plugin offers to whatever shows it: an editor's menu, or the demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class WindowKind(StrEnum):
    """How a window is shown."""

    DIALOG = "dialog"
    """On its own, opened by a command."""

    PANE = "pane"
    """Docked beside what is edited, and kept there."""


@dataclass(frozen=True, slots=True)
class Window:
    """``name`` is the window's command (``Silo_Subscribe``), unique among all plugins; ``title`` is what
    menus and the window say, ``help`` one sentence for a tooltip.

    ``make`` takes the parent widget and answers a new widget: a ``QDialog`` that is ready to be shown,
    or the content of a pane. It is called on the main thread when the window is opened, and that is
    when Qt's widgets are imported: until then a window costs nothing.

    ``at_first`` tells of a pane whether it is there before the user has opened or closed it.
    """

    name: str
    title: str
    help: str
    kind: WindowKind
    make: Callable[[object], object]
    at_first: bool = True
