"""The hooks of the subscriptions plugin."""

from __future__ import annotations

from collections.abc import Callable

from silo_core.hookspecs import hookimpl
from silo_core.model.context import Document
from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityEntry,
    CheckpointPushed,
    Connection,
    ContextEntry,
    ContextExit,
    Transfer,
)
from silo_core.model.verdict import Judgement
from silo_core.model.window import Window
from silo_core.ports.services import Services
from silo_subscriptions import actions
from silo_subscriptions.behind import BehindDocuments
from silo_subscriptions.engine.engine import Engine
from silo_subscriptions.engine.observing import Observing
from silo_subscriptions.engine.updating import Updater
from silo_subscriptions.events import News
from silo_subscriptions.facade import Sync
from silo_subscriptions.windows import Windows


class Subscriptions:
    """Keeps the copies of subscribed items in step, and tells what others made of them."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._updater: Updater | None = None
        self._engine: Engine | None = None
        self._news: News | None = None
        self._behind: BehindDocuments | None = None
        self._windows: Windows | None = None

    @property
    def sync(self) -> Sync | None:
        """What windows and commands see; None while the workbench is stopped."""
        return self._engine

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Keep what the workbench offers, and look at the files."""
        self._services = services
        self._updater = Updater(services)
        self._engine = Engine(services, self._updater)
        self._news = News(services, self._engine)
        # one for good: an editor asks for windows once, and this may start again with another server
        self._windows = self._windows or Windows(services, lambda: self._engine)
        Observing(services, self._engine)
        self._behind = BehindDocuments(services, self._engine)

    @hookimpl
    def silo_shutdown(self) -> None:
        """Give up what is being fetched."""
        if self._updater:
            self._updater.stop()
        if self._windows:
            self._windows.stopping()
        engine, self._engine, self._behind = self._engine, None, None
        if engine:
            engine.stop()

    @hookimpl
    def silo_update(self, document: Document, done: Callable[[bool], None]) -> bool | None:
        """Fetch the newest version in the background, and have the editor read it."""
        if self._updater is None:
            return None
        return self._updater.update(
            document, lambda is_newest: self._updated(document, done, is_newest)
        )

    def _updated(self, document: Document, done: Callable[[bool], None], is_newest: bool) -> None:
        done(is_newest)
        if self._engine and document.part_number:
            self._engine.updated(document)

    @hookimpl
    def silo_connection_changed(self, connection: Connection) -> None:
        """Back online: compare."""
        if self._engine:
            self._engine.connection_changed(connection)
        if self._behind:
            self._behind.connection_changed(connection)
        if self._windows:
            self._windows.connection_changed()

    @hookimpl
    def silo_presence_changed(self, part_numbers: frozenset[str]) -> None:
        """Open windows show who is there."""
        if self._windows:
            self._windows.presence_changed(part_numbers)

    @hookimpl
    def silo_windows(self) -> tuple[Window, ...]:
        """The dialogs."""
        return self._windows.offered() if self._windows else ()

    @hookimpl
    def silo_settings_changed(self, keys: frozenset[str]) -> None:
        """Another workspace, or what was waiting for Sync Now."""
        if self._engine and keys & {"workspace", "subscription_auto_sync"}:
            self._engine.look_at(ask=False)

    @hookimpl
    def silo_document_opened(self, document: Document) -> None:
        """What it links to counts as open."""
        if self._engine:
            self._engine.look_at_what_was_put_off()

    @hookimpl
    def silo_document_closed(self, document: Document) -> None:
        """What was put off until now; the editor has it open still while it tells of that."""
        services, engine = self._services, self._engine
        if services and engine and self._behind:
            services.post(engine.look_at_what_was_put_off)
            services.post(self._behind.look)

    @hookimpl
    def silo_context_enter(self, entry: ContextEntry) -> Judgement | None:
        """Warn of an assembly whose parts have newer versions."""
        return self._behind.warning(entry) if self._behind else None

    @hookimpl
    def silo_context_exited(self, exit: ContextExit) -> None:
        """It was saved, and may link to other files now."""
        if self._engine:
            self._engine.open_files.read_again(exit.document)

    @hookimpl
    def silo_checkpoint_pushed(self, pushed: CheckpointPushed) -> None:
        """The own version is one to acknowledge, and what waited for the push can go on."""
        if self._engine:
            self._engine.look_at(pushed.part_number)
        if self._behind:
            self._behind.look()

    @hookimpl
    def silo_server_event(self, event: Event) -> None:
        """A new version of a subscribed item, or another subscription."""
        if self._news:
            self._news.came(event)
        if self._behind:
            self._behind.came(event)
        if self._windows and event.type == "subscription.update":
            self._windows.subscriptions_changed()

    @hookimpl
    def silo_cancel_transfer(self, transfer: Transfer) -> bool | None:
        """Give a download up until the user wants it."""
        if self._engine is None or self._engine.transfers.get(transfer.part_number) != transfer:
            return None
        self._engine.cancel(transfer.part_number)
        return True

    @hookimpl
    def silo_act(self, entry: ActivityEntry, action: str) -> str | None:
        """What the user chose for a conflict, or of an assembly's parts."""
        if self._services is None or self._engine is None or self._behind is None:
            return None
        return actions.act(self._services, self._engine, self._behind, entry, action)

    @hookimpl
    def silo_action_problem(self, entry: ActivityEntry, action: str) -> str | None:
        """Whether that is still possible."""
        if self._services is None or self._engine is None or self._behind is None:
            return None
        return actions.problem(self._services, self._engine, self._behind, entry, action)
