"""All settings that are declared, by the core and by plugins; the plugins themselves; and the server."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from silo_core.model.answers import Me
from silo_core.model.errors import SettingError, SiloError
from silo_core.model.exchange import ConnectionState
from silo_core.model.language import translate
from silo_core.model.setting import Setting
from silo_core.ports.connecting import connect
from silo_core.ports.services import Services
from silo_core.ports.signing_in import who
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.login import LoginDialog
from silo_core.surfaces.qt.settings_fields import Field
from silo_core.surfaces.qt.settings_page import SettingsPage
from silo_core.surfaces.qt.settings_plugins import PluginsPage
from silo_core.surfaces.qt.task_dialog import TaskDialog

OWN_PLACE = ("server_url", "plugins_disabled")
"""Settings that are not shown as mere fields: signing in, and the list of plugins."""
SIZE = (620, 560)


class SettingsDialog(TaskDialog):
    """Shows what holds now, and writes what was changed when it is accepted."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(
            services,
            translate("SiloSettings", "Silo Settings"),
            translate("SiloSettings", "&Save"),
            parent,
        )
        self.setAccessibleName(self.windowTitle())
        self.fields: list[Field] = []
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self._server_page(), translate("SiloSettings", "Server"))
        own, others = self._declared()
        self.tabs.addTab(self._fields_page(own), translate("SiloSettings", "Working"))
        if others:
            self.tabs.addTab(self._fields_page(others), translate("SiloSettings", "From plugins"))
        self.page = PluginsPage(self)
        self.tabs.addTab(self.page, translate("SiloSettings", "Plugins"))
        self.content.addWidget(self.tabs)
        self.resize(*SIZE)
        self._show_connection()

    # -- the server --------------------------------------------------------------------------------

    def _server_page(self) -> QWidget:
        page = QWidget(self)
        self.server = text.label("")
        self.signed_in = text.label("")
        self.sign_in_button = QPushButton(translate("SiloSettings", "Sign &In…"), page)
        self.sign_in_button.setToolTip(
            translate("SiloSettings", "Another server, or another token")
        )
        self.sign_in_button.clicked.connect(self.sign_in)
        self.test_button = QPushButton(translate("SiloSettings", "&Test Connection"), page)
        self.test_button.clicked.connect(self.test)
        buttons = QHBoxLayout()
        buttons.addWidget(self.sign_in_button)
        buttons.addWidget(self.test_button)
        buttons.addStretch()
        form = QFormLayout()
        form.addRow(translate("SiloSettings", "Server:"), self.server)
        form.addRow(translate("SiloSettings", "State:"), self.signed_in)
        layout = QVBoxLayout(page)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addLayout(buttons)
        kept = translate(
            "SiloSettings", "The token is kept in this computer's keyring, and in no file."
        )
        layout.addWidget(text.label(kept))
        layout.addStretch()
        return page

    def _show_connection(self) -> None:
        url, connection = self.services.settings.server_url, self.services.connection
        self.server.setText(url or translate("SiloSettings", "none"))
        self.test_button.setEnabled(url is not None)
        states = {
            ConnectionState.UNCONFIGURED: translate("SiloSettings", "Not signed in."),
            ConnectionState.CONNECTING: translate("SiloSettings", "Connecting…"),
            ConnectionState.ONLINE: translate("SiloSettings", "Connected as {user}.").format(
                user=self.services.user or "?"
            ),
            ConnectionState.OFFLINE: translate("SiloSettings", "Offline."),
            ConnectionState.REFUSED: translate("SiloSettings", "Refused."),
        }
        said = states[connection.state]
        is_told = connection.reason and connection.state is not ConnectionState.ONLINE
        self.signed_in.setText(f"{said} {connection.reason}" if is_told else said)

    def sign_in(self) -> None:
        """Open the dialog that asks for address and token, and show what came of it."""
        dialog = LoginDialog(self.services, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._show_connection())
        dialog.open()

    def test(self) -> None:
        """Ask the server, with the token that is kept, who this is."""
        settings, running = self.services.settings, self.services.client

        def ask() -> Me:
            if running:
                return who(running)
            with closing(connect(settings)) as client:  # says what is missing
                return who(client)

        saying = translate("SiloSettings", "Asking {server} …").format(server=settings.server_url)
        self.work(ask, self._tested, saying=saying)

    def _tested(self, me: Me) -> None:
        said = translate("SiloSettings", "The server answers, and knows you as {user} ({role}).")
        self.say(
            said.format(user=me.user, role=me.role)
            if me.user
            else translate("SiloSettings", "The server answers, and accepts the token.")
        )
        self._show_connection()

    # -- fields ------------------------------------------------------------------------------------

    def _declared(self) -> tuple[list[Setting], list[Setting]]:
        """The core's own settings, and those of plugins."""
        of_plugins = {setting.key for setting in self.services.hooks.settings()}
        shown = [one for one in self.services.settings.declared() if one.key not in OWN_PLACE]
        own = [setting for setting in shown if setting.key not in of_plugins]
        return own, [setting for setting in shown if setting.key in of_plugins]

    def _fields_page(self, settings: Iterable[Setting]) -> QWidget:
        page = SettingsPage(self.services, settings, self)
        page.load()
        self.fields += page.fields
        area = QScrollArea(self)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    # -- saving ------------------------------------------------------------------------------------

    def go(self) -> None:
        """Write what was changed. What cannot be is said here, and the dialog stays open."""
        settings = self.services.settings
        wanted = {one.setting.key: one.value for one in self.fields if one.widget.isEnabled()}
        wanted["plugins_disabled"] = self.page.disabled()
        changed = {key: value for key, value in wanted.items() if settings.get(key) != value}

        def write() -> None:
            for key, value in changed.items():
                settings.set(key, value)

        self.work(write, lambda _: self.accept(), self._refused)

    def _refused(self, error: SiloError) -> None:
        self.say(error.message, problem=True)
        if isinstance(error, SettingError):
            for one in self.fields:
                if one.setting.key == error.concerns:
                    one.widget.setFocus()
