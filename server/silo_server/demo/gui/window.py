"""The window of one person of the demo: a small editor over the real part."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from silo_core.hookspecs import hookimpl
from silo_core.model.context import Context
from silo_core.model.errors import SiloError
from silo_core.model.language import translate
from silo_core.model.window import Window, WindowKind
from silo_core.ports.files import read_file
from silo_core.ports.services import Services
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.status import StatusButton
from silo_core.surfaces.qt.tree_marks import NAME_COLUMN
from silo_core.surfaces.qt.windows import core_windows
from silo_core.testing.workstation import LEVELS
from silo_server.demo.gui.changing import longer
from silo_server.demo.gui.host import QtHost
from silo_server.demo.gui.part_tree import PartTree
from silo_server.demo.player import Player

PANES = 0.42
"""How much of the window's height the panes have."""


class DemoWindow(QMainWindow):
    """Tree, buttons and state line; and a plugin object, told by the hooks what changed."""

    def __init__(self, name: str, machine: str) -> None:
        super().__init__()
        self.setWindowTitle(f"{name} · {machine}")
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks)
        self.host = QtHost(self, self.refresh)
        self.host.choose = self.choose
        self.player: Player | None = None
        self._services: Services | None = None
        self._shown = b""
        self._scratch = TemporaryDirectory(prefix="silo-demo-change-")
        self._dialogs: list[QDialog] = []
        self._offered: dict[str, Window] = {}
        self.open_button = QPushButton(self)
        self.open_button.clicked.connect(self.open_current)
        self.change_button = QPushButton(translate("SiloDemo", "&Change It"), self)
        self.change_button.clicked.connect(self.change)
        self.leave_button = QPushButton(translate("SiloDemo", "&Leave"), self)
        self.leave_button.clicked.connect(self.leave)
        self.tree = PartTree(self)
        self.tree.currentItemChanged.connect(lambda *_: self._show_actions())
        self.tree.itemActivated.connect(lambda *_: self.open_button.click())
        self.state = text.label("")
        self.state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setCentralWidget(self._central())
        self._status: StatusButton | None = None

    def _central(self) -> QWidget:
        central = QWidget(self)
        row = QHBoxLayout()
        for button in (self.open_button, self.change_button, self.leave_button):
            row.addWidget(button)
        row.addStretch()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(10, 10, 10, 6)
        layout.setSpacing(8)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)
        layout.addWidget(self.state)
        return central

    # -- hooks -------------------------------------------------------------------------------------

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """The first time, or for another server."""
        self._services = services

    @hookimpl
    def silo_presence_changed(self) -> None:
        """Somebody came or went."""
        self._show_status()

    @hookimpl
    def silo_connection_changed(self) -> None:
        """It came or went."""
        self._show_status()

    # -- once everything runs ------------------------------------------------------------------------

    def build(self, player: Player) -> None:
        """Add what the core and its plugins offer: menu, panes and the line of state."""
        self.player = player
        services = self._services
        if services is None:
            return
        menu = self.menuBar().addMenu(translate("SiloDemo", "&Silo"))
        for window in (*core_windows(services), *services.hooks.windows()):
            self._offered[window.name] = window
            if window.kind is WindowKind.PANE:
                menu.addAction(self._dock(window).toggleViewAction())
                continue
            action = QAction(window.title, self)
            action.setToolTip(window.help)
            action.triggered.connect(partial(self.show_dialog, window))
            menu.addAction(action)
        self._status = StatusButton(services, self.statusBar())
        self.statusBar().addPermanentWidget(self._status)
        self.refresh()
        self.tree.setFocus()

    def _dock(self, window: Window) -> QDockWidget:
        beside = self.findChild(QDockWidget)
        dock = QDockWidget(window.title, self)
        dock.setObjectName(window.name)
        content = window.make(dock)
        if isinstance(content, QWidget):
            dock.setWidget(content)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
        if beside:
            self.tabifyDockWidget(beside, dock)
        dock.setVisible(window.at_first)
        dock.toggleViewAction().triggered.connect(dock.raise_)
        return dock

    def arrange(self) -> None:
        """Share the height between the tree and the panes, now that it is known."""
        docks = [dock for dock in self.findChildren(QDockWidget) if dock.isVisible()]
        heights = [int(self.height() * PANES) for _ in docks]
        self.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def show_named(self, name: str) -> QDialog | None:
        """Open the window of that name, if anybody offers it."""
        return self.show_dialog(self._offered[name]) if name in self._offered else None

    def show_dialog(self, window: Window, _checked: bool = False) -> QDialog | None:
        """Open a window that the core or a plugin offers."""
        dialog = window.make(self)
        if not isinstance(dialog, QDialog):
            return None
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialogs = [*filter(isValid, self._dialogs), dialog]
        dialog.show()
        return dialog

    # -- what the buttons do ---------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Make an object the current one."""
        flags = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
        for item in self.tree.findItems(name, flags, NAME_COLUMN):
            self.tree.setCurrentItem(item)

    def open_current(self) -> None:
        """Edit what the current row shows, as a double click does in a CAD."""
        name = self.tree.current_name()
        if self.player and self._can_edit(name):
            self.player.edit(name)

    def change(self) -> None:
        """Make the feature of what is edited longer by a millimetre."""
        player, editing = self.player, self._editing()
        if player is None or editing is None:
            return
        (document,) = self.host.documents()
        feature = self._feature(editing.object_id)
        try:
            content = longer(self.host.content(document.key), feature)
            target = Path(self._scratch.name) / "changed.FCStd"
            target.write_bytes(content)
            player.change(target)
        except SiloError as error:
            self.state.setText(error.message)
            return
        said = translate("SiloDemo", "{feature} is 1 mm longer now. Leave to share it.")
        self.state.setText(said.format(feature=feature))

    def leave(self) -> None:
        """Go back to the document: what was changed is saved and sent."""
        if self.player:
            self.player.edit()

    def _editing(self) -> Context | None:
        """The innermost thing that is edited."""
        for document in self.host.documents():
            if path := self.host.path(document.key):
                return path[-1]
        return None

    def _feature(self, name: str) -> str:
        """What is made from a sketch; of a body, its first feature."""
        items = self.tree.findItems(
            name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive, NAME_COLUMN
        )
        for item in items:
            above, below = item.parent(), item.child(0)
            found = below if name in LEVELS and below else above
            return found.text(NAME_COLUMN) if found else name
        return name

    def _can_edit(self, name: str) -> bool:
        return name in LEVELS or name.startswith("Sketch")

    # -- what it shows -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Say how things stand."""
        for document in self.host.documents():
            content = self.host.content(document.key)
            if content != self._shown and document.path:
                self._shown = content
                self.tree.show_part(_title(document.path), self.host.part(document.key))
        self._show_actions()
        self._show_status()

    def _show_actions(self) -> None:
        name, editing = self.tree.current_name(), self._editing()
        can_edit = self._can_edit(name) and (editing is None or editing.object_id != name)
        self.open_button.setEnabled(can_edit)
        shown = name if self._can_edit(name) else translate("SiloDemo", "a Sketch")
        self.open_button.setText(translate("SiloDemo", "&Edit {name}").format(name=shown))
        self.change_button.setEnabled(editing is not None)
        self.leave_button.setEnabled(editing is not None)
        if editing is None:
            said = translate("SiloDemo", "You look at the part. Choose a sketch and edit it.")
        else:
            said = translate(
                "SiloDemo", "You edit {what}. Change it, and leave to share it."
            ).format(what=editing.title)
        self.state.setText(said)

    def _show_status(self) -> None:
        if self._status and isValid(self._status):
            self._status.show_state(self.tree.part_number)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Two of them stand beside each other on a small screen."""
        return QSize(620, 800)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The person goes home: what is edited is left."""
        for dialog in filter(isValid, self._dialogs):
            dialog.close()
        super().closeEvent(event)

    def end(self) -> None:
        """After the workbench has stopped: nothing is left behind."""
        self._scratch.cleanup()
        self.close()
        self.deleteLater()


def _title(path: Path) -> str:
    return read_file(path).label or path.stem
