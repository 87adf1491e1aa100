"""The hooks of the activity plugin. Main thread."""

from __future__ import annotations

from typing import Any

from silo_activity.feed import Feed
from silo_activity.quiet import Quiet
from silo_activity.transfers import Transfers
from silo_core.hookspecs import hookimpl
from silo_core.model.errors import SiloError
from silo_core.model.exchange import (
    ActivityEntry,
    ActivityKind,
    Connection,
    ConnectionState,
    ContextExit,
    Transfer,
)
from silo_core.model.language import QT_TRANSLATE_NOOP, translate
from silo_core.model.window import Window, WindowKind
from silo_core.ports.plugins import PluginState
from silo_core.ports.plugins.info import SWITCH_ON
from silo_core.ports.services import Services

_TEXTS = {
    ConnectionState.ONLINE: QT_TRANSLATE_NOOP("SiloActivity", "Connected to the server"),
    ConnectionState.OFFLINE: QT_TRANSLATE_NOOP(
        "SiloActivity", "Offline: you can go on working, and it is sent when the server is back"
    ),
    ConnectionState.REFUSED: QT_TRANSLATE_NOOP(
        "SiloActivity", "The server refused this workstation"
    ),
}


class Activity:
    """Keeps and shows every activity entry, adds those of the connection, and notifies of the few that
    ask something of the user."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._told: ConnectionState | None = None
        self.feed: Feed | None = None
        self.transfers = Transfers()
        self._quiet: Quiet | None = None

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Keep what the workbench offers."""
        self._services, self._told = services, None
        self.feed, self._quiet = Feed(services), Quiet(services)

    @hookimpl
    def silo_shutdown(self) -> None:
        """What was not written yet is, in one transaction."""
        if self.feed is not None and self._quiet is not None:
            self._quiet.stop()
            self.feed.flush()

    @hookimpl
    def silo_activity(self, entry: ActivityEntry) -> None:
        """Keep the entry, and tell of it where it asks something of the user."""
        if self.feed is not None and self._quiet is not None:
            self.feed.put(entry)
            self._quiet.came(entry)

    @hookimpl
    def silo_progress(self, transfer: Transfer) -> None:
        """Show how far it is."""
        self.transfers.told(transfer)

    @hookimpl
    def silo_context_exited(self, exit: ContextExit) -> None:
        """Out of the sketch: what waited for that may be told."""
        self._changed()
        if self._quiet and self._services:
            self._services.post(self._quiet.look)

    @hookimpl
    def silo_context_entered(self) -> None:
        """Other buttons may be possible now."""
        self._changed()

    @hookimpl
    def silo_presence_changed(self) -> None:
        """As above."""
        self._changed()

    @hookimpl
    def silo_sync_changed(self) -> None:
        """As above."""
        self._changed()

    @hookimpl
    def silo_document_opened(self) -> None:
        """As above."""
        self._changed()

    @hookimpl
    def silo_document_closed(self) -> None:
        """As above."""
        self._changed()

    def _changed(self) -> None:
        if self.feed is not None:
            self.feed.possibilities_changed()

    @hookimpl
    def silo_act(self, entry: ActivityEntry, action: str) -> str | None:
        """Use a plugin again that was switched off."""
        name = entry.facts.get("switch_on", "")
        if self._services is None or action != SWITCH_ON.name:
            return None
        try:
            if not self._services.hooks.switch_on(name):
                return None
        except SiloError as error:
            told = ActivityEntry(self._services.now(), ActivityKind.PROBLEM, error.message)
            self._services.post_activity(told)
            return ""
        if self._state_of(name) is PluginState.ENABLED:
            return translate("SiloActivity", "It is called again")
        return translate("SiloActivity", "It is used again from the next start on")

    @hookimpl
    def silo_action_problem(self, entry: ActivityEntry, action: str) -> str | None:
        """Whether it is switched off still."""
        if action != SWITCH_ON.name:
            return None
        is_off = self._state_of(entry.facts.get("switch_on", "")) is PluginState.SWITCHED_OFF
        return "" if is_off else translate("SiloActivity", "It is not switched off any more.")

    def _state_of(self, plugin: str) -> PluginState | None:
        plugins = self._services.hooks.plugins() if self._services else ()
        return next((info.state for info in plugins if info.name == plugin), None)

    @hookimpl
    def silo_connection_changed(self, connection: Connection) -> None:
        """Coming online, going offline and being refused are worth a line; another try that comes to
        nothing is not."""
        self._changed()
        text = _TEXTS.get(connection.state)
        if text is None or self._services is None or connection.state is self._told:
            return
        self._told = connection.state
        details = (connection.reason,) if connection.reason else ()
        now = self._services.now()
        self._services.post_activity(
            ActivityEntry(now, ActivityKind.CONNECTION, translate("SiloActivity", text), details)
        )

    @hookimpl
    def silo_windows(self) -> tuple[Window, ...]:
        """The activity pane, and who edits what: as a dialog, and as a pane for those who want to see it
        all the time."""
        return (
            Window(
                "Silo_Activity",
                translate("SiloWindows", "Silo Activity"),
                translate("SiloWindows", "What happened, and what waits for you"),
                WindowKind.PANE,
                self._make_pane,
            ),
            Window(
                "Silo_Info",
                translate("SiloWindows", "Who Edits What…"),
                translate(
                    "SiloWindows",
                    "Who edits what, in the open documents and everywhere, and how fresh that is",
                ),
                WindowKind.DIALOG,
                self._make_info,
            ),
            Window(
                "Silo_Team",
                translate("SiloWindows", "Silo Team"),
                translate("SiloWindows", "Who edits what, as it changes"),
                WindowKind.PANE,
                self._make_team,
                at_first=False,
            ),
        )

    def _make_pane(self, parent: Any) -> object:
        from silo_activity.qt.pane import ActivityPane

        if self._services is None or self.feed is None:
            raise RuntimeError("the workbench has not started")
        return ActivityPane(self._services, self.feed, self.transfers, parent)

    def _make_info(self, parent: Any) -> object:
        from silo_activity.qt.info import InfoDialog

        if self._services is None:
            raise RuntimeError("the workbench has not started")
        return InfoDialog(self._services, parent)

    def _make_team(self, parent: Any) -> object:
        from silo_activity.qt.info_team import TeamPanel

        if self._services is None:
            raise RuntimeError("the workbench has not started")
        return TeamPanel(self._services, parent)
