"""The object that starts, joins and stops everything, and that plugins know as ``Services``."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from silo_core.model.context import Context, ContextPath, Document
from silo_core.model.errors import SiloError, StoreError
from silo_core.model.event import Event
from silo_core.model.exchange import Connection, ConnectionState, ContextEntry, HeldContext
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement
from silo_core.ports.claims import Claim
from silo_core.ports.host import Host
from silo_core.ports.plugins import Hooks, PluginManager
from silo_core.ports.settings import Settings
from silo_core.rules.presence import Presence
from silo_core.workbench import problems
from silo_core.workbench.contexts import ContextTracker
from silo_core.workbench.inbox import Inbox
from silo_core.workbench.outbox_thread import OutboxThread
from silo_core.workbench.tasks import Tasks
from silo_core.workbench.team import Team
from silo_core.workbench.telling import Telling

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient
    from silo_core.ports.store import Store
    from silo_core.workbench.link import Identity, Link
    from silo_core.workbench.plugin_watch import PluginWatch

logger = logging.getLogger(__name__)

T = TypeVar("T")

FLUSH_S = 2.0
"""How long :meth:`Workbench.stop` lets pushes and releases arrive before it leaves the rest for next
time."""


@dataclass(frozen=True, slots=True)
class Here:
    """This workstation: its name for people, and its fingerprint, the same one after a restart."""

    name: str
    fingerprint: str


class Workbench:
    """Implements :class:`silo_core.ports.services.Services` for one host.

    ``connect`` makes a client for the server that is set now; it is called on a thread of its own.
    ``open_store`` opens the store of that server (raises StoreError or FileError); ``watch`` has begun
    already, since importing a plugin can hang or fail as well. :meth:`start` and
    :meth:`stop` are called on the host's main thread, and neither waits for the network longer than
    ``FLUSH_S``; both are harmless when repeated, and it can be started again.
    """

    def __init__(
        self,
        host: Host,
        settings: Settings,
        plugins: PluginManager,
        open_store: Callable[[], Store],
        here: Here,
        connect: Callable[[], SiloClient],
        claim: Claim,
        watch: PluginWatch,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.host = host
        self.settings = settings
        self.plugins = plugins
        self.now = now
        self._here = here
        self._open_store = open_store
        self._connect = connect
        self._claim = claim
        self._watch = watch
        self.hooks = Hooks(plugins)
        self._contexts = ContextTracker(host, self.hooks)
        telling = Telling(host, self.hooks, self.post)
        self.post_activity = telling.post
        self.offer = telling.offer
        self.choose = telling.choose
        self.withdraw = telling.withdraw
        self._outbox = OutboxThread()
        self._link: Link | None = None
        self._tasks = Tasks()
        self._posted: deque[Callable[[], None]] = deque()
        self._inbox = Inbox(self.post)
        self._use(open_store())

    def _use(self, store: Store) -> None:
        """Begin with a store, and with what it knows of its server."""
        self.store = store
        self._store_is_open = True
        self.connection = Connection(ConnectionState.UNCONFIGURED)
        self._team = Team(self)
        self.user = store.meta.get("user") or ""
        self.workstation_id = store.meta.get("workstation_id")
        self._heartbeat: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    # -- start and stop --------------------------------------------------------------------------

    def start(self) -> None:
        """Start plugins and threads, connect in the background, and listen to the host.

        Raises:
            StoreError, FileError: it was stopped, and the store cannot be opened again.
        """
        if self._tasks.running:
            return
        if not self._claim.take():
            raise StoreError(
                "Another editor has taken this one's data folder; start this one anew."
            )
        if not self._store_is_open:
            self._use(self._open_store())
        self._watch.start()
        self._tasks.start()
        self.settings.on_change = lambda keys: self.post(lambda: self._apply_settings(keys))
        self.hooks.startup(self)
        self._outbox.start()
        self._open_link()
        self.host.attach(self)
        self._watch.tell(self.post_activity)
        for entry in problems.at_start(self.plugins, self.settings, self.store, self.now()):
            self.post_activity(entry)

    def stop(self, *, again: bool = False) -> None:
        """Leave every context, give the outbox a moment, and end all threads. ``again``: it starts
        again at once, so the data folder stays this editor's."""
        if not self._tasks.running:
            self._close_store()
            return
        deadline = time.monotonic() + (FLUSH_S if self._online else 0)
        self._contexts.leave_all()
        self._outbox.stop(flush=_left(deadline))
        while self._posted and time.monotonic() < deadline + 1:
            try:
                self._run_posted()  # what was pushed meanwhile is told before everybody goes
            except Exception:  # a plugin's, say: all threads end all the same
                logger.exception("a call for the main thread failed")
        self.host.detach()
        self.hooks.shutdown()
        self._go_home()
        self._tasks.flush(_left(deadline))  # releases, above all
        end_tasks = self._tasks.stop()
        self._close_link()
        end_tasks()
        self._outbox.join()
        self._watch.keep_trace()
        self._posted.clear()
        self.settings.on_change = None
        self._close_store(again=again)

    def _close_store(self, *, again: bool = False) -> None:
        self._watch.stop()
        self._store_is_open = False
        self.store.close()
        if not again:
            self._claim.release()

    def _open_link(self) -> None:
        from silo_core.workbench.link import Link

        if self.settings.server_url is None:
            self._set_connection(Connection(ConnectionState.UNCONFIGURED, "No server is set."))
            return
        self._inbox.open()
        self._set_connection(Connection(ConnectionState.CONNECTING))
        self._link = Link(
            self._connect, self, name=self._here.name, fingerprint=self._here.fingerprint
        )
        self._link.start()

    def _close_link(self) -> None:
        link, self._link = self._link, None
        self._inbox.close()
        if link:
            link.stop()

    def reconnect(self) -> None:
        """See ``Services``."""
        if self._tasks.running:
            self._close_link()
            self._open_link()

    @property
    def client(self) -> SiloClient | None:
        """See ``Services``."""
        link = self._link
        return link.client if link else None

    @property
    def presence(self) -> Presence:
        """See ``Services``."""
        return self._team.presence

    @property
    def last_contact(self) -> datetime | None:
        """See ``Services``."""
        return self._team.last_contact

    @property
    def _online(self) -> bool:
        return self.connection.state is ConnectionState.ONLINE

    def _apply_settings(self, keys: frozenset[str]) -> None:
        if not self._tasks.running:
            return
        if "server_url" in keys:
            self._change_server()
        self.hooks.settings_changed(keys)

    def _change_server(self) -> None:
        """Versions, sessions and pushes are those of one server: everything is left there, and begins
        anew with the store of the other. What could not be sent waits until the first is set again."""
        try:
            store = self._open_store()
        except SiloError as error:
            self.post_activity(problems.same_server(error, self.now()))
            return
        try:
            self.stop(again=True)
            self._use(store)
            self.start()
        except SiloError as error:  # of all there was, only the host is there to tell
            self._close_store()
            self.host.notify(problems.stopped(error, self.now()))

    # -- the host's listener: everything goes to the tracker, and the heartbeat is kept current --

    def document_opened(self, document: Document) -> None:
        """See ``HostListener``."""
        self._contexts.document_opened(document)
        self._viewing_changed()
        self.refresh_presence(document.part_number)

    def context_changed(self, document_key: str, path: ContextPath) -> None:
        """See ``HostListener``."""
        self._contexts.context_changed(document_key, path)

    def document_closing(self, document_key: str) -> None:
        """See ``HostListener``."""
        self._contexts.document_closing(document_key)
        self._viewing_changed()

    # -- Services --------------------------------------------------------------------------------

    def held(self, document_key: str | None = None) -> tuple[HeldContext, ...]:
        """See ``Services``."""
        return self._contexts.held(document_key)

    def attach_session(self, entry: ContextEntry, session: EditSession) -> bool:
        """See ``Services``."""
        attached = self._contexts.attach_session(entry, session)
        self._remember_heartbeat()
        return attached

    def detach_sessions(self, session_ids: Collection[str]) -> None:
        """See ``Services``."""
        self._contexts.detach_sessions(session_ids)
        self._remember_heartbeat()

    def settle_entry(self, entry: ContextEntry, judgement: Judgement) -> None:
        """See ``Services``."""
        self._contexts.settle_entry(entry, judgement)

    def leave(self, document_key: str, context: Context, handoff_id: str = "") -> None:
        """See ``Services``."""
        self._contexts.leave(document_key, context, handoff_id)

    def enter(self, document_key: str, path: ContextPath) -> None:
        """See ``Services``."""
        self._contexts.enter(document_key, path)

    def refresh_presence(
        self, part_number: str | None, done: Callable[[], None] = lambda: None
    ) -> None:
        """See ``Services``."""
        if part_number is not None and self._online:
            self._team.refresh(part_number, done)

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """See ``Services``. Once the workbench has stopped the future is cancelled at once."""
        return self._tasks.submit(call)

    def post(self, call: Callable[[], None]) -> None:
        """See ``Services``."""
        self._posted.append(call)
        self.host.post(self._run_posted)

    def _run_posted(self) -> None:
        for _ in range(len(self._posted)):  # what these post has a turn of its own
            if self._posted:
                self._posted.popleft()()

    def request_push(self) -> None:
        """See ``Services``."""
        self._outbox.wake()

    def set_push_worker(self, drain: Callable[[], float | None]) -> None:
        """See ``Services``."""
        self._outbox.drain = drain

    # -- LinkListener: called on the link's threads, moved to the main thread --------------------

    def linked(self, identity: Identity) -> None:
        """See ``LinkListener``."""
        self.user, self.workstation_id = identity.user, identity.workstation_id
        self.store.meta.set("user", identity.user)
        self.store.meta.set("workstation_id", identity.workstation_id)

    def connection_is(self, connection: Connection) -> None:
        """See ``LinkListener``."""
        self._inbox.put(lambda: self._set_connection(connection))

    def event_came(self, event: Event) -> None:
        """See ``LinkListener``."""
        self._inbox.put(lambda: self._server_event(event))

    def sessions_lost(self, session_ids: Collection[str]) -> None:
        """See ``LinkListener``."""
        self.post(lambda: self._lose(session_ids))

    def heard(self) -> None:
        """See ``LinkListener``."""
        self._team.heard()

    def heartbeat_content(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """See ``LinkListener``."""
        return self._heartbeat

    # -- what the server told, on the main thread ------------------------------------------------

    def _set_connection(self, connection: Connection) -> None:
        changed, self.connection = connection.state is not self.connection.state, connection
        if not changed:
            return
        self.hooks.connection_changed(connection)
        if self._online:
            self.request_push()
            self._team.rebuild()
            for document in self._contexts.documents():
                self.refresh_presence(document.part_number)

    def _server_event(self, event: Event) -> None:
        self._team.event(event)
        if event.type in ("edit.session_released", "edit.force_released"):
            self._released(event)
        self.hooks.server_event(event)

    def _released(self, event: Event) -> None:
        """An own session ended: expected for a checkpoint or a release, lost otherwise."""
        session_id = str(event.data.get("session_id"))
        if event.type == "edit.force_released" or event.data.get("reason") in ("expired", "forced"):
            self._lose([session_id])
        else:
            self.detach_sessions([session_id])

    def _lose(self, session_ids: Collection[str]) -> None:
        lost = self._contexts.detach_sessions(session_ids)
        self._remember_heartbeat()
        if lost:
            self.hooks.sessions_lost(lost)

    # -- the heartbeat ---------------------------------------------------------------------------

    def _go_home(self) -> None:
        """Nothing is viewed here any more: others are not to wait for the end of the lease to see it."""
        client, workstation_id, viewed = self.client, self.workstation_id, self._heartbeat[1]
        self._heartbeat = ((), ())
        if self._online and client and workstation_id and viewed:
            self._tasks.submit(lambda: client.heartbeat(workstation_id, (), ()))

    def _viewing_changed(self) -> None:
        self._remember_heartbeat()
        if self._link:
            self._link.beat()

    def _remember_heartbeat(self) -> None:
        """The heartbeat thread must not look into the tracker: it reads this one tuple."""
        sessions = tuple(held.session.id for held in self.held() if held.session)
        viewing = {document.part_number for document in self._contexts.documents()}
        self._heartbeat = (sessions, tuple(sorted(filter(None, viewing))))


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
