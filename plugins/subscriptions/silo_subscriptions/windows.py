"""The windows of this plugin: which there are, and what they hear while they are open.

Qt is imported when a window is opened, and not before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from silo_core.model.language import translate
from silo_core.model.window import Window, WindowKind
from silo_core.ports.services import Services
from silo_subscriptions.facade import Sync

Listener = Callable[[], object]


class Windows:
    """What an editor puts into its menus. Main thread.

    Windows append to ``on_presence`` (called with part numbers), ``on_subscriptions``,
    ``on_connection`` and ``on_stop``, and remove what they appended when they are closed.
    """

    def __init__(self, services: Services, sync: Callable[[], Sync | None]) -> None:
        """``sync`` answers the engine, None while it does not run."""
        self.services = services
        self.sync = sync
        self.on_presence: list[Callable[[frozenset[str]], object]] = []
        self.on_subscriptions: list[Listener] = []
        self.on_connection: list[Listener] = []
        self.on_stop: list[Listener] = []

    def presence_changed(self, part_numbers: frozenset[str]) -> None:
        """Who edits or views these items changed."""
        for listener in tuple(self.on_presence):
            listener(part_numbers)

    def subscriptions_changed(self) -> None:
        """A subscription of this workstation was made, changed or ended, here or elsewhere."""
        for listener in tuple(self.on_subscriptions):
            listener()

    def connection_changed(self) -> None:
        """The connection to the server came, went or was refused."""
        for listener in tuple(self.on_connection):
            listener()

    def stopping(self) -> None:
        """The workbench stops, perhaps to start again with another server: what is shown is void."""
        for listener in tuple(self.on_stop):
            listener()

    def offered(self) -> tuple[Window, ...]:
        """See ``silo_windows``."""
        return (
            Window(
                "Silo_Subscribe",
                translate("SiloWindows", "Subscribe"),
                translate(
                    "SiloWindows",
                    "Have items, projects or categories kept up to date on this workstation.",
                ),
                WindowKind.DIALOG,
                self._subscribe,
            ),
            Window(
                "Silo_Subscriptions",
                translate("SiloWindows", "Manage Subscriptions"),
                translate(
                    "SiloWindows", "Pause, change or end what this workstation is subscribed to."
                ),
                WindowKind.DIALOG,
                self._manage,
            ),
            Window(
                "Silo_SyncStatus",
                translate("SiloWindows", "Sync Status"),
                translate("SiloWindows", "What is fetched, what waits and what needs you."),
                WindowKind.DIALOG,
                self._status,
            ),
        )

    def _subscribe(self, parent: Any) -> object:
        from silo_subscriptions.qt.subscribe import SubscribeDialog

        return SubscribeDialog(self, parent)

    def _manage(self, parent: Any) -> object:
        from silo_subscriptions.qt.manage import ManageDialog

        return ManageDialog(self, parent)

    def _status(self, parent: Any) -> object:
        from silo_subscriptions.qt.status import StatusDialog

        return StatusDialog(self, parent)
