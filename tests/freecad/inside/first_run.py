"""A new user's first minutes: sign in, put a document under a part number, edit it, open another."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import FreeCAD as App
import FreeCADGui as Gui
import keyring
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPushButton,
    QToolBar,
    QToolButton,
    QTreeWidget,
)

from tests.cli.memory_keyring import MemoryKeyring
from tests.freecad.inside import eyes
from tests.freecad.inside.driver import Found, Step, meet

SETTLED = 0.6
"""Longer than the host's poll."""
MAIN: QMainWindow = Gui.getMainWindow()


def dialog(name: str) -> Any:
    """The open dialog of that class."""
    shown = (widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
    return next((w for w in shown if isinstance(w, QDialog) and type(w).__name__ == name), None)


def press(box: QDialog, text: str) -> None:
    """The button with that text."""
    (button,) = (b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == text)
    assert button.isEnabled(), text
    button.click()


def says(box: QDialog) -> str:
    """All that stands in it."""
    return "\n".join(label.text() for label in box.findChildren(QLabel) if label.isVisible())


def menu() -> list[str]:
    """What the Silo menu offers; fails where there is not exactly one."""
    (own,) = (action for action in MAIN.menuBar().actions() if action.text() == "&Silo")
    found = own.menu()
    assert isinstance(found, QMenu)
    return [action.text() for action in found.actions()]


def bar() -> QToolBar:
    """Silo's toolbar."""
    (found,) = (bar for bar in MAIN.findChildren(QToolBar) if bar.objectName() == "Silo")
    return found


def status() -> str:
    """What the status bar says of Silo."""
    (found,) = (b for b in MAIN.findChildren(QToolButton) if b.objectName() == "SiloStatus")
    return found.text()


def picture(config: dict[str, Any], name: str) -> None:
    """The whole screen, for the docs."""
    QApplication.primaryScreen().grabWindow(0).save(f"{config['pictures']}/freecad-{name}.png")


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    keyring.set_keyring(MemoryKeyring())
    init_gui = sys.modules["freecad.silo.init_gui"]
    yield lambda: init_gui.workbench
    workbench = init_gui.workbench

    # the first page comes by itself
    yield lambda: dialog("LoginDialog")
    login = dialog("LoginDialog")
    assert login
    find["status before"] = status()
    address, token = login.address, login.token
    address.setText(config["server"])
    token.setText("silo_wrong")
    press(login, "Sign In")
    yield lambda: "token is missing or not valid" in says(login)
    find["kept nothing"] = workbench.settings.server_url is None
    token.setText(config["token"])
    press(login, "Test Connection")
    yield lambda: "knows you as carol (editor)" in says(login)
    yield 0.3
    picture(config, "sign-in")
    press(login, "Sign In")
    yield lambda: workbench.connection.state == "online"
    yield lambda: dialog("LoginDialog") is None
    find["status online"] = status()

    # everywhere
    first = menu()
    find["menu"] = first
    find["icons"] = [action.text() for action in bar().actions() if action.icon().isNull()]
    seen = []
    for name in ("PartWorkbench", "SketcherWorkbench", "PartDesignWorkbench"):
        Gui.activateWorkbench(name)
        yield 0.2
        seen.append(menu() == first and bar().isVisible())
    find["in every workbench"] = seen

    # the preferences
    QTimer.singleShot(0, lambda: Gui.showPreferences("Silo", 0))  # it returns when it is closed
    yield lambda: QApplication.activeModalWidget() or dialog("DlgPreferencesImp")
    shown: Any = QApplication.activeModalWidget() or dialog("DlgPreferencesImp")
    box = shown.findChild(QCheckBox, "subscription_notify")
    find["preferences"] = [box.isChecked(), box.text()]
    yield 0.6
    picture(config, "preferences")
    box.setChecked(False)
    (ok,) = (b for b in shown.findChildren(QPushButton) if b.text().replace("&", "") == "OK")
    ok.click()
    yield lambda: not workbench.settings.flag("subscription_notify")

    # a document of one's own
    Gui.runCommand("Silo_New", 0)
    yield lambda: dialog("NewDialog")
    box = dialog("NewDialog")
    assert box
    find["nothing to number"] = says(box)
    box.close()
    part = App.openDocument(config["part"])
    eyes.view(part.Name, "Body", "Fillet")
    yield 0.3
    Gui.runCommand("Silo_New", 0)
    yield lambda: dialog("NewDialog") not in (None, box)
    box = dialog("NewDialog")
    assert box
    number, description = box.number, box.description
    number.setText("no such number!")
    press(box, "Create")
    find["bad number"] = says(box)
    number.setText("PRT-900")
    description.setText("Bracket of the new user")
    yield 0.3
    picture(config, "new-part")
    press(box, "Create")
    yield lambda: dialog("NewDialog") is None
    find["number"] = part.SiloPartNumber
    find["saved"] = not Gui.getDocument(part.Name).Modified
    tracked = workbench.store.tracked.get("PRT-900")
    find["base known"] = tracked is not None and tracked.base_version is not None
    yield lambda: "nobody else here" in status()
    Gui.runCommand("Silo_New", 0)
    yield lambda: dialog("NewDialog")
    box = dialog("NewDialog")
    assert box
    find["numbered already"] = says(box)
    box.close()

    gui = Gui.getDocument(part.Name)
    gui.setEdit("Sketch001")
    yield meet("entered")
    part.Pocket.Length = 7
    gui.resetEdit()
    part.recompute()
    yield meet("left")

    # its history
    Gui.runCommand("Silo_Commit", 0)
    yield lambda: dialog("CommitDialog")
    box = dialog("CommitDialog")
    yield lambda: "Pocket.Length" in says(box)
    box.comment.setText("Released for milling")
    yield 0.3
    picture(config, "commit")
    press(box, "Commit")
    yield lambda: "This is revision 2" in says(box)
    box.close()
    yield meet("committed")
    Gui.runCommand("Silo_History", 0)
    yield lambda: dialog("HistoryDialog")
    box = dialog("HistoryDialog")
    versions = box.versions
    yield lambda: versions.topLevelItemCount() >= 2
    rows = [versions.topLevelItem(number) for number in range(versions.topLevelItemCount())]
    versions.expandAll()
    find["history"] = [f"{row.text(2)} {row.toolTip(2)}" for row in rows]
    yield 0.3
    picture(config, "history")
    press(box, "Open a Copy")
    yield lambda: "is a copy to look at" in says(box)
    find["copy"] = App.ActiveDocument.Pocket.Length.Value
    yield SETTLED
    tracked = workbench.store.tracked.get("PRT-900")
    find["still mine"] = tracked is not None and str(tracked.path) == config["part"]
    find["to be saved"] = Gui.ActiveDocument.Modified
    App.closeDocument(App.ActiveDocument.Name)
    versions.setCurrentItem(rows[-1])
    press(box, "Restore")
    yield lambda: "is the newest version now" in says(box)
    box.close()
    yield meet("restored")

    # a part of somebody else's
    Gui.runCommand("Silo_Open", 0)
    yield lambda: dialog("OpenDialog")
    box = dialog("OpenDialog")
    assert box
    items: QTreeWidget = box.items
    yield lambda: items.topLevelItemCount() == 2
    yield 0.3
    picture(config, "open-part")
    search: QLineEdit = box.search
    search.setText("plate")
    yield lambda: items.topLevelItemCount() == 1
    press(box, "Open")
    yield lambda: dialog("OpenDialog") is None
    find["opened"] = App.ActiveDocument.FileName
    find["opened part"] = App.ActiveDocument.SiloPartNumber
    yield meet("opened")
    find["status with a colleague"] = status()

    # the pane is that of the server that was signed in to
    (pane,) = (
        dock for dock in MAIN.findChildren(QDockWidget) if dock.objectName() == "Silo_Activity"
    )
    rows = [view.model().rowCount() for view in pane.findChildren(QAbstractItemView)]
    find["pane"] = [pane.isVisible(), max(rows)]
    actions = [a for a in MAIN.findChildren(QAction) if a.objectName().startswith("Silo_")]
    find["tips"] = all(action.toolTip() for action in actions)
    find["quit"] = True
