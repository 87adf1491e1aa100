"""Windows that nobody closed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def no_leaked_widgets() -> Iterator[None]:
    """Fails if a top-level widget is there afterwards that was not there before. What was closed with
    ``deleteLater``, or is referred to by nobody, counts as gone.

    Raises:
        AssertionError: it names each widget that was left.
    """
    before = {id(widget): widget for widget in _widgets()}  # held, so that no id comes again
    yield
    left = [widget for widget in _widgets() if id(widget) not in before]
    if left:
        named = ", ".join(f"{type(w).__name__} {w.objectName() or w.windowTitle()!r}" for w in left)
        raise AssertionError(f"widgets were left behind: {named}")


def _widgets() -> list[Any]:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return []
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return list(QApplication.topLevelWidgets())
