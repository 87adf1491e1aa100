"""A designer at a workstation whose editor can put documents under part numbers, and the hands to use
its dialogs with."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from shiboken6 import isValid

from silo_core.model.context import Document
from silo_core.ports.services import Services
from silo_core.surfaces.headless import HeadlessHost
from silo_core.surfaces.qt.task_dialog import TaskDialog
from silo_core.testing import Workstation
from silo_core.testing.parts import SAMPLE

D = TypeVar("D", bound=TaskDialog)
PATIENCE_S = 30.0
_NUMBER = re.compile(rb'(name="SiloPartNumber".*?<String value=")[^"]*(")', re.DOTALL)


class Editor(HeadlessHost):
    """An editor whose document in front is the one opened last. ``copies`` are the files that were
    opened to be looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.copies: list[Path] = []

    def active_document(self) -> Document | None:
        """The document in front."""
        return next(reversed(self.documents()), None)

    def open_copy(self, path: Path) -> None:
        """See ``CanNumber``."""
        self.copies.append(path)

    def set_part_number(self, document_key: str, part_number: str) -> None:
        """See ``CanNumber``: into the file, as this editor keeps nothing elsewhere."""
        (path,) = (one.path for one in self.documents() if one.key == document_key)
        assert path is not None
        numbered(path, path, part_number)
        self.reload(document_key)


def numbered(source: Path, target: Path, part_number: str) -> Path:
    """A copy of a part file that has this number, none for an empty one."""
    with zipfile.ZipFile(source) as old:
        members = [(member, old.read(member)) for member in old.infolist()]
    with zipfile.ZipFile(target, "w") as new:
        for member, data in members:
            is_document = member.filename == "Document.xml"
            new.writestr(
                member,
                _NUMBER.sub(rb"\g<1>" + part_number.encode() + rb"\g<2>", data)
                if is_document
                else data,
            )
    return target


class Desk:
    """One user's workstation."""

    def __init__(self, workstation: Workstation, editor: Editor) -> None:
        self.workstation = workstation
        self.workbench = workstation.workbench
        self.editor = editor

    def drawing(self, name: str = "bracket", part_number: str = "") -> Path:
        """A part file of the user's own; it is opened."""
        path = numbered(SAMPLE, self.workstation.folder / f"{name}.FCStd", part_number)
        self.editor.open(path)
        return path

    def wait(self, holds: Callable[[], bool]) -> None:
        """Let windows and editor go on until ``holds``."""

        def held() -> bool:
            QApplication.processEvents()
            return holds()

        assert self.workstation.until(held, timeout=PATIENCE_S)

    @contextmanager
    def opened(self, make: Callable[[Services, None], D]) -> Iterator[D]:
        """A dialog, as a menu opens it; closed and deleted afterwards."""
        dialog = make(self.workbench, None)
        dialog.show()
        dialog.activateWindow()
        QApplication.processEvents()
        try:
            yield dialog
        finally:
            if isValid(dialog):  # it has not closed itself
                dialog.close()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def told(self, dialog: QWidget, text: str) -> None:
        """Wait until the dialog says that."""
        self.wait(lambda: text in says(dialog))


def is_open(dialog: QWidget) -> bool:
    """Whether a dialog that deletes itself is still there."""
    return isValid(dialog) and dialog.isVisible()


def says(dialog: QWidget) -> str:
    """All that stands in it, as one reads it."""
    shown = (label for label in dialog.findChildren(QLabel) if label.isVisible())
    return "\n".join(label.text().replace("\u200b", "") for label in shown)


def typed(field: QLineEdit, text: str) -> None:
    """What a user types into a field, in place of what is in it."""
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    if text.isascii():
        QTest.keyClicks(field, text)
    else:  # for which Qt's test keyboard has no keys
        field.insert(text)


def pressed(widget: QWidget, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """A key, pressed in a widget."""
    QTest.keyClick(widget, key)


def buttons(dialog: QWidget) -> dict[str, QPushButton]:
    """By what they say."""
    return {one.text().replace("&", ""): one for one in dialog.findChildren(QPushButton)}
