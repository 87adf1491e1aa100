"""What a user sees in FreeCAD, and what Silo knows: each a call of the test outside (``puppet``)."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import FreeCAD as App
import FreeCADGui as Gui
from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)

from tests.freecad.inside.hands import MAIN, front, workbench


def expand_tree() -> None:
    """Show all that is in the model tree."""
    for tree in MAIN.findChildren(QTreeWidget):
        tree.expandAll()


def connection() -> str:
    """How things stand with the server."""
    return str(workbench().connection.state)


def workstation_id() -> str:
    """What the server calls this workstation."""
    return str(workbench().workstation_id)


def held() -> list[str]:
    """What this workstation edits, outermost first; with a + where it has a session for it."""
    return [
        f"{entry.context.object_id}{'+' if entry.session else ''}" for entry in workbench().held()
    ]


def outbox() -> int:
    """How many checkpoints wait."""
    return len(workbench().store.outbox.pending())


def base(part_number: str) -> str | None:
    """The version that the local file was made from."""
    tracked = workbench().store.tracked.get(part_number)
    return tracked.base_version if tracked else None


def questions() -> list[str]:
    """All that stands in the open questions, and their buttons in brackets."""
    return [
        "\n".join(
            [label.text() for label in box.findChildren(QLabel)]
            + [f"[{button.text()}]" for button in box.findChildren(QPushButton)]
        ).replace("\u200b", "")
        for box in _questions()
    ]


def answer(text: str, message: str = "") -> None:
    """Press that button of the question that has one, with ``message`` written beside it."""
    for box in _questions():
        for button in box.findChildren(QPushButton):
            if button.text() == text:
                for field in box.findChildren(QLineEdit) if message else ():
                    field.setText(message)
                button.click()
                return
    raise AssertionError(f"no button {text} in {questions()}")


def _questions() -> list[QDialog]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QDialog)
        and type(widget).__name__ == "QuestionBox"
        and widget.isVisible()
    ]


def run(command: str) -> None:
    """A command, as from the menu."""
    Gui.runCommand(command, 0)


def unsaved(name: str) -> list[str]:
    """What of a document is not as in its file: the objects that wait to be computed again, and ``!``
    where FreeCAD calls it modified."""
    document = App.getDocument(name)
    touched = [entry.Name for entry in document.Objects if "Touched" in entry.State]
    return [*touched, *(["!"] if Gui.getDocument(name).Modified else [])]


def choose(part_number: str, button: str) -> bool:
    """Press a button of the sync status for one item; whether it could be pressed."""
    boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    for view in (view for box in boxes for view in box.findChildren(QAbstractItemView)):
        model = view.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            if part_number in str(index.data()):
                view.setCurrentIndex(index)
                return _press(view.window(), button)
    return False


def _press(box: QWidget, text: str) -> bool:
    for button in box.findChildren(QPushButton):
        if button.text().replace("&", "") == text and button.isEnabled() and button.isVisible():
            button.click()
            return True
    return False


def close_dialogs() -> None:
    """Close what is open beside FreeCAD's own window."""
    for box in QApplication.topLevelWidgets():
        if isinstance(box, QDialog) and box.isVisible():
            box.close()


def notices() -> list[str]:
    """What is shown in the corner of the window."""
    found = MAIN.findChildren(QObject)
    return [w.accessibleName() for w in found if type(w).__name__ == "Notice" and w.isVisible()]


def activity() -> list[str]:
    """The newest entries, as the activity log has them."""
    return [
        "\n".join((entry.text, *entry.details, entry.chosen))
        for entry in workbench().store.activity.newest(30)
    ]


def choose_of_entry(text: str, button: str) -> bool:
    """Choose a button of the newest activity entry that says ``text``; whether that could be done."""
    entries = workbench().store.activity.newest(30)
    entry = next(entry for entry in entries if text in entry.text)
    (action,) = (action for action in entry.actions if action.text == button)
    if workbench().hooks.action_problem(entry, action.name):
        return False
    return bool(workbench().choose(entry, action.name))


def status() -> str:
    """What the status bar says of Silo."""
    (found,) = (b for b in MAIN.findChildren(QToolButton) if b.objectName() == "SiloStatus")
    return str(found.text())


def shown() -> bool:
    """Whether all that is to be seen was drawn; waits for it, as drawing takes turns."""
    for _ in range(10):
        QApplication.processEvents()
    return pane()


def pane() -> bool:
    """Whether the activity pane is there to be seen."""
    return any(
        w.objectName() == "Silo_Activity" and w.isVisible() for w in MAIN.findChildren(QWidget)
    )


def picture(path: str) -> None:
    """The whole screen."""
    QApplication.primaryScreen().grabWindow(0).save(str(Path(path)))


def view(name: str, *shown: str) -> None:
    """Show these objects from above the corner, all of them in view."""
    front(name)
    for entry in shown:
        App.getDocument(name).getObject(entry).ViewObject.show()
    found = Gui.getDocument(name).mdiViewsOfType("Gui::View3DInventor")[0]
    found.viewIsometric()
    found.fitAll()


def fit(name: str) -> None:
    """Bring all that is shown into view, from where it is looked at."""
    Gui.getDocument(name).mdiViewsOfType("Gui::View3DInventor")[0].fitAll()


# -- what must not be ------------------------------------------------------------------------------


def left_behind() -> dict[str, int]:
    """What there is of what could pile up."""
    gc.collect()
    alive = gc.get_objects()
    kinds = (
        *("QTimer", "QDialog", "Notice", "QuestionBox"),
        *("Observers", "_GuiObserver", "_AppObserver", "History", "_Mark"),
        *("HeldContext", "ContextEntry", "Gate", "Ask", "Future"),
    )
    found = {kind: sum(type(one).__name__ == kind for one in alive) for kind in kinds}
    return {"threads": len(threading.enumerate()), **found}
