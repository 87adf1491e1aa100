"""FreeCAD's notices, reduced to what was touched. FreeCAD calls the slots in
the middle of its work: nothing is done in them but to take note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import FreeCAD
import FreeCADGui


class Observers:
    """Calls ``edited()`` when what is being edited may have changed, ``changed()`` when a document's
    file or part number may have, and ``closed(key)`` when a document goes. :meth:`remove` ends that.
    """

    def __init__(
        self,
        edited: Callable[[], None],
        changed: Callable[[], None],
        closed: Callable[[str], None],
    ) -> None:
        self._gui = _GuiObserver(edited, closed)
        self._app = _AppObserver(changed)
        FreeCADGui.addDocumentObserver(self._gui)
        FreeCAD.addDocumentObserver(self._app)

    def remove(self) -> None:
        """FreeCAD forgets the observers."""
        FreeCADGui.removeDocumentObserver(self._gui)
        FreeCAD.removeDocumentObserver(self._app)


class _GuiObserver:
    def __init__(self, edited: Callable[[], None], closed: Callable[[str], None]) -> None:
        self._edited = edited
        self._closed = closed

    def slotInEdit(self, _view_provider: Any) -> None:  # noqa: N802 - FreeCAD's name
        self._edited()

    def slotResetEdit(self, _view_provider: Any) -> None:  # noqa: N802 - FreeCAD's name
        self._edited()

    def slotActivateDocument(self, _gui_document: Any) -> None:  # noqa: N802 - FreeCAD's name
        self._edited()

    def slotDeletedDocument(self, gui_document: Any) -> None:  # noqa: N802 - FreeCAD's name
        self._closed(gui_document.Document.Name)


class _AppObserver:
    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    def slotCreatedDocument(self, _document: Any) -> None:  # noqa: N802 - FreeCAD's name
        self._changed()

    def slotFinishSaveDocument(self, _document: Any, _path: str) -> None:  # noqa: N802 - FreeCAD's name
        self._changed()

    def slotChangedDocument(self, _document: Any, _property: str) -> None:  # noqa: N802 - FreeCAD's name
        self._changed()
