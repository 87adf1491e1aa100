"""What Silo adds to FreeCAD's window: a menu, a toolbar, panes, marks and a line in the status bar.

It is a plugin object of the add-on's own, told by the hooks what changed. Main thread.
"""

from __future__ import annotations

from functools import partial

import FreeCAD
import FreeCADGui
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QDockWidget, QMdiArea, QToolBar, QWidget
from shiboken6 import isValid

from freecad.silo import commands, icons, preferences, reading
from freecad.silo.dock import Dock
from freecad.silo.menu import SiloMenu
from silo_core.hookspecs import hookimpl
from silo_core.model.errors import SiloError
from silo_core.model.exchange import ConnectionState
from silo_core.model.language import translate
from silo_core.model.window import Window, WindowKind
from silo_core.ports.services import Services
from silo_core.surfaces.qt.status import StatusButton
from silo_core.surfaces.qt.windows import core_windows

PARAMETERS = "User parameter:BaseApp/Preferences/Mod/Silo"
PANE_WIDTH = 400
"""Pixels that a pane has at first."""
GREETED = "Greeted"
LAST = ("Silo_Settings", "Silo_Login")


class Shell:
    """Builds it all at the first :meth:`silo_startup`, and keeps it current."""

    def __init__(self) -> None:
        self._main = FreeCADGui.getMainWindow()
        self._services: Services | None = None
        self._menu: SiloMenu | None = None
        self._toolbar: QToolBar | None = None
        self._status: StatusButton | None = None
        self._docks: dict[str, QDockWidget] = {}
        self._panes: dict[str, Window] = {}
        self._dialogs: dict[str, QDialog] = {}

    # -- hooks -------------------------------------------------------------------------------------

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Silo starts, for the first time or for another server: then the panes begin anew too."""
        again, self._services = self._services is not None, services
        if again:
            QTimer.singleShot(0, self._renew_panes)

    @hookimpl
    def silo_presence_changed(self) -> None:
        """Somebody came or went."""
        self.refresh()

    @hookimpl
    def silo_connection_changed(self) -> None:
        """It came or went."""
        self.refresh()

    @hookimpl
    def silo_document_opened(self) -> None:
        """It may be the one in front."""
        self.refresh()

    @hookimpl
    def silo_document_closed(self) -> None:
        """It may have been the one in front."""
        self.refresh()

    # -- building ----------------------------------------------------------------------------------

    def build(self) -> None:
        """Once Silo has started: its plugins then offer their windows."""
        services = self._services
        if services is None:
            return
        windows = sorted((*core_windows(services), *services.hooks.windows()), key=_place)
        icons.install(self._main.palette())
        preferences.install(services)
        for window in windows:
            commands.register(window, icons.name_of(window.name), self._show)
        actions = [self._action(window) for window in windows]
        self._menu = SiloMenu(self._main, actions)
        self._toolbar = QToolBar(translate("Silo", "Silo"), self._main)
        self._toolbar.setObjectName("Silo")
        self._toolbar.addActions(actions)
        self._main.addToolBar(self._toolbar)
        self._toolbar.show()
        self._status = StatusButton(services, self._main.statusBar())
        self._status.clicked.connect(self._status_clicked)
        self._main.statusBar().addPermanentWidget(self._status)
        if area := self._main.findChild(QMdiArea):
            area.subWindowActivated.connect(lambda _: self.refresh())
        for window in windows:
            is_pane = window.kind is WindowKind.PANE
            if is_pane and _parameters().GetBool(window.name, window.at_first):
                self._dock(window).show()
        self.refresh()
        QTimer.singleShot(0, self._greet)

    def remove(self) -> None:
        """FreeCAD ends: what was open is closed, and nothing is called any more."""
        for dialog in self._dialogs.values():
            if isValid(dialog):
                dialog.close()
        self._dialogs.clear()

    def _action(self, window: Window) -> QAction:
        action = QAction(icons.icon_of(window.name), window.title, self._main)
        action.setObjectName(f"{window.name}_action")
        action.setToolTip(window.help)
        action.setStatusTip(window.help)
        action.triggered.connect(partial(self._run, window.name))
        return action

    @staticmethod
    def _run(name: str, _checked: bool = False) -> None:
        FreeCADGui.runCommand(name, 0)

    # -- windows -----------------------------------------------------------------------------------

    def _show(self, window: Window) -> None:
        try:
            if window.kind is WindowKind.PANE:
                self._toggle(window)
            else:
                self._open(window)
        except SiloError as error:
            FreeCAD.Console.PrintWarning(f"Silo: {error.message}\n")

    def _open(self, window: Window) -> None:
        """Show the dialog; the one that is open already comes to the front."""
        dialog = self._dialogs.get(window.name)
        if dialog is None or not isValid(dialog) or not dialog.isVisible():
            made = window.make(self._main)
            if not isinstance(made, QDialog):
                raise SiloError(f"{window.title} is no dialog; its plugin has to be mended.")
            dialog = self._dialogs[window.name] = made
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _toggle(self, window: Window) -> None:
        dock = self._dock(window)
        dock.setVisible(not dock.isVisible())
        if dock.isVisible():
            dock.raise_()
        _parameters().SetBool(window.name, dock.isVisible())

    def _dock(self, window: Window) -> QDockWidget:
        dock = self._docks.get(window.name)
        if dock is None or not isValid(dock):
            beside = next((other for other in self._docks.values() if isValid(other)), None)
            dock = self._docks[window.name] = Dock(window.title, self._main)
            dock.setObjectName(window.name)
            dock.wanted.connect(partial(_parameters().SetBool, window.name))
            self._panes[window.name] = window
            _fill(dock, window)
            self._main.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            if beside:
                self._main.tabifyDockWidget(beside, dock)
            if not self._main.restoreDockWidget(dock):  # where the user had it last time
                self._main.resizeDocks([dock], [PANE_WIDTH], Qt.Orientation.Horizontal)
        return dock

    def _renew_panes(self) -> None:
        for name, window in self._panes.items():
            if isValid(dock := self._docks[name]):
                _fill(dock, window)

    def _greet(self) -> None:
        """Who has no server yet is asked for one, once; after that the status bar says so."""
        services, parameters = self._services, _parameters()
        if services and services.settings.server_url is None and not parameters.GetBool(GREETED):
            parameters.SetBool(GREETED, True)
            self._run("Silo_Login")

    def _status_clicked(self) -> None:
        state = self._services.connection.state if self._services else None
        if state in (ConnectionState.UNCONFIGURED, ConnectionState.REFUSED):
            self._run("Silo_Login")
        elif self._menu and self._status:
            self._menu.popup(self._status.mapToGlobal(self._status.rect().topLeft()))

    # -- what it says ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Say how things stand for the document in front."""
        if self._status and isValid(self._status):
            active = FreeCAD.ActiveDocument
            self._status.show_state(reading.part_number(active) if active else None)


def _fill(dock: QDockWidget, window: Window) -> None:
    """Put a new pane into its dock, in place of the one that is there."""
    before, content = dock.widget(), window.make(dock)
    if isinstance(content, QWidget):
        dock.setWidget(content)
        if before is not None:
            before.deleteLater()


def _place(window: Window) -> int:
    """What one works with comes before what one sets up once; the rest as it is offered."""
    return LAST.index(window.name) + 1 if window.name in LAST else 0


def _parameters() -> FreeCAD.ParameterGrp:
    return FreeCAD.ParamGet(PARAMETERS)
