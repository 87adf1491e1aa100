"""All settings that are declared, by the core and by plugins; the plugins themselves; and the server."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from silo_core.model.answers import Me
from silo_core.model.errors import SettingError, SiloError
from silo_core.model.exchange import ConnectionState
from silo_core.model.language import translate
from silo_core.model.setting import Setting
from silo_core.ports.connecting import connect
from silo_core.ports.plugins import PluginInfo, PluginState
from silo_core.ports.services import Services
from silo_core.ports.signing_in import who
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.login import LoginDialog
from silo_core.surfaces.qt.settings_fields import Field, explained, field
from silo_core.surfaces.qt.task_dialog import TaskDialog
from silo_core.workbench.doctor import examine
from silo_core.workbench.finding import Finding, Level

OWN_PLACE = ("server_url", "plugins_disabled")
"""Settings that are not shown as mere fields: signing in, and the list of plugins."""
NAME = Qt.ItemDataRole.UserRole
"""Where a row of the list keeps its plugin's name."""
SIGNS = {Level.NOTE: "•", Level.PROBLEM: "✘"}
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
        self.tabs.addTab(self._plugins_page(), translate("SiloSettings", "Plugins"))
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
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setSpacing(10)
        for setting in settings:
            made = field(setting, page)
            made.show(self.services.settings.get(setting.key))
            self.fields.append(made)
            if setting.kind is not bool:
                label = text.label(explained(setting))
                label.setBuddy(made.widget)
                layout.addWidget(label)
            layout.addWidget(made.widget)
            self._say_where_from(setting, made, layout)
        layout.addStretch()
        area = QScrollArea(self)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _say_where_from(self, setting: Setting, made: Field, layout: QVBoxLayout) -> None:
        """What a variable gives cannot be changed here."""
        source = self.services.settings.source(setting.key)
        if not source.startswith("SILO_"):
            return
        made.widget.setEnabled(False)
        said = translate("SiloSettings", "Given by {variable} in the environment.").format(
            variable=source
        )
        note = QLabel(said)
        note.setEnabled(False)
        layout.addWidget(note)

    # -- plugins -----------------------------------------------------------------------------------

    def _plugins_page(self) -> QWidget:
        page = QWidget(self)
        self.plugins = QTreeWidget(page)
        self.plugins.setAccessibleName(translate("SiloSettings", "Plugins"))
        self.plugins.setHeaderLabels(
            [translate("SiloSettings", "Plugin"), translate("SiloSettings", "State")]
        )
        self.plugins.setRootIsDecorated(False)
        self.plugins.setWordWrap(True)
        self.plugins.setColumnWidth(0, 400)
        disabled = self.services.settings.names("plugins_disabled")
        for info in self.services.hooks.plugins():
            if info.distribution:
                self.plugins.addTopLevelItem(self._row(info, disabled))
        layout = QVBoxLayout(page)
        layout.addWidget(self.plugins)
        layout.addLayout(self._plugin_buttons(page))
        self.findings = QPlainTextEdit(page)
        self.findings.setReadOnly(True)
        self.findings.setTabChangesFocus(True)
        self.findings.setAccessibleName(translate("SiloSettings", "What was found"))
        self.findings.hide()
        layout.addWidget(self.findings)
        layout.addWidget(
            text.label(
                translate(
                    "SiloSettings", "What is switched on or off here is so from the next start on."
                )
            )
        )
        return page

    def _plugin_buttons(self, page: QWidget) -> QHBoxLayout:
        self.again_button = QPushButton(translate("SiloSettings", "Switch On &Again"), page)
        self.again_button.setToolTip(
            translate("SiloSettings", "Use the chosen plugin again, which failed or hung before")
        )
        self.again_button.clicked.connect(self.switch_on)
        self.again_button.setEnabled(False)
        self.plugins.currentItemChanged.connect(lambda *_: self._offer_again())
        self.find_button = QPushButton(translate("SiloSettings", "&Find Problems"), page)
        self.find_button.setToolTip(
            translate("SiloSettings", "Look at plugins, settings, server, clock and stores")
        )
        self.find_button.clicked.connect(self.find_problems)
        row = QHBoxLayout()
        row.addWidget(self.again_button)
        row.addWidget(self.find_button)
        row.addStretch()
        return row

    def _chosen(self) -> PluginInfo | None:
        row = self.plugins.currentItem()
        known = {info.name: info for info in self.services.hooks.plugins()}
        return known.get(row.data(0, NAME)) if row else None

    def _offer_again(self) -> None:
        info = self._chosen()
        self.again_button.setEnabled(info is not None and info.state is PluginState.SWITCHED_OFF)

    def switch_on(self) -> None:
        """Call the chosen plugin again, at once, or use it from the next start on."""
        info, row = self._chosen(), self.plugins.currentItem()
        if info is None or row is None:
            return
        try:
            if not self.services.hooks.switch_on(info.name):
                return
        except SiloError as error:
            self.say(error.message, problem=True)
            return
        now = self._chosen() or info
        is_on = now.state is PluginState.ENABLED
        row.setText(
            1, _state(now) if is_on else translate("SiloSettings", "– on from the next start")
        )
        row.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, now.error)
        said = (
            translate("SiloSettings", "{plugin} is called again.")
            if is_on
            else translate("SiloSettings", "{plugin} is used again from the next start on.")
        )
        self.say(said.format(plugin=info.name))
        self._offer_again()

    def find_problems(self) -> None:
        """Have the doctor look at everything, and show what there is to do."""
        hooks, settings, client = (
            self.services.hooks,
            self.services.settings,
            self.services.client,
        )
        folder = self.services.store.path.parents[1]  # of this editor, which may be the second one

        def look() -> list[Finding]:
            return list(examine(settings, hooks, folder, client))

        self.work(look, self._found, saying=translate("SiloSettings", "Looking …"))

    def _found(self, findings: list[Finding]) -> None:
        wrong = [finding for finding in findings if finding.level is not Level.FINE]
        if not wrong:
            self.say(translate("SiloSettings", "Nothing is wrong."))
        told = [f"{SIGNS[one.level]} {one.area}: {one.what}\n   {one.advice}" for one in wrong]
        self.findings.setPlainText("\n\n".join(told))
        self.findings.setVisible(bool(wrong))
        if wrong:
            self.say(translate("SiloSettings", "What was found stands below the plugins."))

    def _row(self, info: PluginInfo, disabled: tuple[str, ...]) -> QTreeWidgetItem:
        """The plugin with its box, what it does below its name, and how it fares."""
        does = _summary(info) or info.distribution
        row = QTreeWidgetItem([f"{info.name}\n{does}", _state(info)])
        row.setData(0, NAME, info.name)
        row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        on = info.name not in disabled
        row.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        for column in (0, 1):
            row.setToolTip(column, info.error or does)
        if info.error:
            row.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, info.error)
        return row

    def _disabled(self) -> tuple[str, ...]:
        """The names that are switched off, those that are not installed included."""
        rows = [
            self.plugins.topLevelItem(number) for number in range(self.plugins.topLevelItemCount())
        ]
        shown = {row.data(0, NAME): row.checkState(0) for row in rows if row}
        before = self.services.settings.names("plugins_disabled")
        kept = [name for name in before if shown.get(name, Qt.CheckState.Unchecked) == _OFF]
        return (*kept, *(name for name, on in shown.items() if on == _OFF and name not in kept))

    # -- saving ------------------------------------------------------------------------------------

    def go(self) -> None:
        """Write what was changed. What cannot be is said here, and the dialog stays open."""
        settings = self.services.settings
        wanted = {one.setting.key: one.value for one in self.fields if one.widget.isEnabled()}
        wanted["plugins_disabled"] = self._disabled()
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


_OFF = Qt.CheckState.Unchecked


def _state(info: PluginInfo) -> str:
    return {
        PluginState.ENABLED: translate("SiloSettings", "✔ on"),
        PluginState.DISABLED: translate("SiloSettings", "– off"),
        PluginState.FAILED: translate("SiloSettings", "✘ failed"),
        PluginState.SWITCHED_OFF: translate("SiloSettings", "✘ switched off"),
    }[info.state]


def _summary(info: PluginInfo) -> str:
    """What the distribution says of itself."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        return str(metadata(info.distribution)["Summary"] or "")
    except PackageNotFoundError:
        return ""
