"""The page about plugins in the settings: which there are, how each fares, and what to do then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from silo_core.model.errors import SiloError
from silo_core.model.language import translate
from silo_core.ports.plugins import PluginInfo, PluginState
from silo_core.surfaces import report
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.settings_bisect import BisectBox
from silo_core.surfaces.qt.task_dialog import TaskDialog
from silo_core.workbench.bisecting import Bisecting
from silo_core.workbench.doctor import examine
from silo_core.workbench.finding import Finding, Level
from silo_core.workbench.tracing import content

NAME = Qt.ItemDataRole.UserRole
"""Where a row of the list keeps its plugin's name."""
SIGNS = {Level.NOTE: "•", Level.PROBLEM: "✘"}
CALLS_SHOWN = 500
_OFF = Qt.CheckState.Unchecked


class PluginsPage(QWidget):
    """Within ``dialog``, which says how things stand and waits beside the window."""

    def __init__(self, dialog: TaskDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._services = dialog.services
        self._folder = self._services.store.path.parents[1]
        """The data of this editor, which may be the second one."""
        self.plugins = QTreeWidget(self)
        self.plugins.setAccessibleName(translate("SiloSettings", "Plugins"))
        self.plugins.setHeaderLabels(
            [translate("SiloSettings", "Plugin"), translate("SiloSettings", "State")]
        )
        self.plugins.setRootIsDecorated(False)
        self.plugins.setWordWrap(True)
        self.plugins.setColumnWidth(0, 400)
        disabled = self._services.settings.names("plugins_disabled")
        for info in self._services.hooks.plugins():
            if info.distribution:
                self.plugins.addTopLevelItem(_row(info, disabled))
        self.plugins.currentItemChanged.connect(lambda *_: self._offer_again())
        self.findings = QPlainTextEdit(self)
        self.findings.setReadOnly(True)
        self.findings.setTabChangesFocus(True)
        self.findings.setAccessibleName(translate("SiloSettings", "What was found"))
        self.findings.hide()
        installed = [info for info in self._services.hooks.plugins() if info.distribution]
        on = frozenset(one.name for one in installed if one.state is not PluginState.DISABLED)
        bisecting = Bisecting(self._services.settings, self._folder)
        self.bisect = BisectBox(dialog, bisecting, on, self._show_boxes)
        layout = QVBoxLayout(self)
        layout.addWidget(self.plugins, 2)
        layout.addLayout(self._buttons())
        layout.addWidget(self.bisect)
        layout.addWidget(self.findings, 3)
        said = translate(
            "SiloSettings", "What is switched on or off here is so from the next start on."
        )
        layout.addWidget(text.label(said))

    def _buttons(self) -> QGridLayout:
        self.again_button = self._button(
            translate("SiloSettings", "Switch On &Again"),
            translate("SiloSettings", "Use the chosen plugin again, which failed or hung before"),
            self.switch_on,
        )
        self.again_button.setEnabled(False)
        self.find_button = self._button(
            translate("SiloSettings", "&Find Problems"),
            translate("SiloSettings", "Look at plugins, settings, server, clock and stores"),
            self.find_problems,
        )
        self.calls_button = self._button(
            translate("SiloSettings", "Show &Calls"),
            translate("SiloSettings", "What plugins were called for, and how long each took"),
            self.show_calls,
        )
        self.report_button = self._button(
            translate("SiloSettings", "Save &Report…"),
            translate("SiloSettings", "For a bug report, without tokens, names and addresses"),
            self.save_report,
        )
        self.bisect_button = self._button(
            translate("SiloSettings", "Find the C&ulprit…"),
            translate("SiloSettings", "Find the plugin that causes a trouble, by halves"),
            self.bisect.begin,
        )
        grid = QGridLayout()
        buttons = (
            *(self.again_button, self.find_button, self.bisect_button),
            *(self.calls_button, self.report_button),
        )
        for number, button in enumerate(buttons):
            grid.addWidget(button, number // 3, number % 3)
        return grid

    def _button(self, label: str, tip: str, do: Callable[[], None]) -> QPushButton:
        button = QPushButton(label, self)
        button.setToolTip(tip)
        button.clicked.connect(do)
        return button

    # -- one plugin --------------------------------------------------------------------------------

    def _chosen(self) -> PluginInfo | None:
        row = self.plugins.currentItem()
        known = {info.name: info for info in self._services.hooks.plugins()}
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
            if not self._services.hooks.switch_on(info.name):
                return
        except SiloError as error:
            self._dialog.say(error.message, problem=True)
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
        self._dialog.say(said.format(plugin=info.name))
        self._offer_again()

    # -- all of them -------------------------------------------------------------------------------

    def find_problems(self) -> None:
        """Have the doctor look at everything, and show what there is to do."""
        looking = translate("SiloSettings", "Looking …")
        self._dialog.work(self._looking(), self._found, saying=looking)

    def _looking(self) -> Callable[[], list[Finding]]:
        """For a worker: what there is to ask of the workbench is asked here."""
        services, folder = self._services, self._folder
        hooks, settings, client = services.hooks, services.settings, services.client
        return lambda: list(examine(settings, hooks, folder, client))

    def _found(self, findings: list[Finding]) -> None:
        wrong = [finding for finding in findings if finding.level is not Level.FINE]
        if not wrong:
            self._dialog.say(translate("SiloSettings", "Nothing is wrong."))
        told = [f"{SIGNS[one.level]} {one.area}: {one.what}\n   {one.advice}" for one in wrong]
        self._show("\n\n".join(told), is_table=False)
        if wrong:
            said = translate("SiloSettings", "What was found stands below the plugins.")
            self._dialog.say(said)

    def show_calls(self) -> None:
        """The newest calls, those at the end that were last."""
        calls = content(self._services.hooks, self._services.now())["calls"][-CALLS_SHOWN:]
        self._show("\n".join(report.calls_table(calls)), is_table=True)
        self.findings.verticalScrollBar().setValue(self.findings.verticalScrollBar().maximum())

    def _show(self, said: str, *, is_table: bool) -> None:
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.findings.setFont(fixed if is_table else self.font())
        wrap = QPlainTextEdit.LineWrapMode
        self.findings.setLineWrapMode(wrap.NoWrap if is_table else wrap.WidgetWidth)
        self.findings.setPlainText(said)
        self.findings.setVisible(bool(said))

    def save_report(self) -> None:
        """Ask where to, and write it."""
        title = translate("SiloSettings", "Save Report")
        dialog = QFileDialog(self, title, str(Path.home() / "silo-report.txt"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.write_report(Path(path)))
        dialog.open()

    def write_report(self, path: Path) -> None:
        """Write the report into that file."""
        look, settings = self._looking(), self._services.settings
        kept = content(self._services.hooks, self._services.now())

        def write() -> None:
            report.write(path, report.report(settings, look(), kept))

        said = translate("SiloSettings", "{path} is the report; read it before you send it.")
        self._dialog.work(write, lambda _: self._dialog.say(said.format(path=path)))

    # -- the boxes ---------------------------------------------------------------------------------

    def _rows(self) -> list[QTreeWidgetItem]:
        count = self.plugins.topLevelItemCount()
        return [row for n in range(count) if (row := self.plugins.topLevelItem(n))]

    def _show_boxes(self) -> None:
        """As the setting is now."""
        disabled = self._services.settings.names("plugins_disabled")
        for row in self._rows():
            row.setCheckState(0, _OFF if row.data(0, NAME) in disabled else Qt.CheckState.Checked)

    def disabled(self) -> tuple[str, ...]:
        """The names that are switched off, those that are not installed included."""
        shown = {row.data(0, NAME): row.checkState(0) for row in self._rows()}
        before = self._services.settings.names("plugins_disabled")
        kept = [name for name in before if shown.get(name, _OFF) == _OFF]
        return (*kept, *(name for name, on in shown.items() if on == _OFF and name not in kept))


def _row(info: PluginInfo, disabled: tuple[str, ...]) -> QTreeWidgetItem:
    """The plugin with its box, what it does below its name, and how it fares."""
    does = _summary(info) or info.distribution
    row = QTreeWidgetItem([f"{info.name}\n{does}", _state(info)])
    row.setData(0, NAME, info.name)
    row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    row.setCheckState(0, _OFF if info.name in disabled else Qt.CheckState.Checked)
    for column in (0, 1):
        row.setToolTip(column, text.tip(info.error or does))
    if info.error:
        row.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, info.error)
    return row


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
