"""What the running workbench offers to plugins."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from silo_core.model.context import Context, ContextPath
from silo_core.model.exchange import (
    ActivityEntry,
    Connection,
    ContextEntry,
    HeldContext,
    Question,
)
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient
    from silo_core.ports.host import Host
    from silo_core.ports.plugins import Hooks
    from silo_core.ports.settings import Settings
    from silo_core.ports.store import Store
    from silo_core.rules.presence import Presence

T = TypeVar("T")


class Services(Protocol):
    """Main thread only, unless a member says otherwise."""

    @property
    def host(self) -> Host:
        """The editor."""

    @property
    def hooks(self) -> Hooks:
        """The typed way to call hooks."""

    @property
    def settings(self) -> Settings:
        """Current values of all settings. Any thread."""

    @property
    def store(self) -> Store:
        """The local store of this workstation and server. Any thread."""

    @property
    def client(self) -> SiloClient | None:
        """The server; None while no server is set. Any thread; never call it on the main thread."""

    @property
    def connection(self) -> Connection:
        """How things stand with the server. Any thread."""

    @property
    def user(self) -> str:
        """The user's name on the server, empty before the first connection. Any thread."""

    @property
    def workstation_id(self) -> str | None:
        """This workstation's id on the server, None before it was ever registered. Any thread."""

    @property
    def presence(self) -> Presence:
        """Who edits and views what, as far as is known. Any thread."""

    @property
    def last_contact(self) -> datetime | None:
        """When the server was last heard of, at most some 20 seconds ago while it is connected; None
        before the first time. Any thread."""

    def held(self, document_key: str | None = None) -> tuple[HeldContext, ...]:
        """The contexts that are held, of one document or of all, outermost first."""

    def attach_session(self, entry: ContextEntry, session: EditSession) -> bool:
        """Say that ``entry`` now has an edit session. False if it is no longer held: whoever asked
        for the session then has to release it."""

    def detach_sessions(self, session_ids: Collection[str]) -> None:
        """Forget sessions that have ended; the contexts stay entered."""

    def settle_entry(self, entry: ContextEntry, judgement: Judgement) -> None:
        """Give the answer to an entry that was let in before the answer was known. HARD backs out;
        nothing happens if the entry was left meanwhile."""

    def leave(self, document_key: str, context: Context, handoff_id: str = "") -> None:
        """Leave a held context, and what is held within it, as the user would. ``handoff_id``: to hand
        it over to who asked for it; ``ContextExit.handoff_id`` says so to whoever ends the session."""

    def enter(self, document_key: str, path: ContextPath) -> None:
        """Let the editor edit ``path`` as if the user had opened it; what was just refused, once the
        editor has left it. Nothing happens if the document is not open any more."""

    def refresh_presence(self, part_number: str, done: Callable[[], None]) -> None:
        """Ask the server who edits an item; ``done`` is called once ``presence`` knows, and not at all
        if the server does not answer."""

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Run ``call`` on a worker thread. What it raises is logged. Any thread."""

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the main thread soon, in order; while the workbench stops, before it has
        stopped. Any thread."""

    def reconnect(self) -> None:
        """Connect anew: there is another token for the same server."""

    def request_push(self) -> None:
        """Wake whoever drains the outbox. Any thread."""

    def set_push_worker(self, drain: Callable[[], float | None]) -> None:
        """``drain`` pushes what is due, on the outbox thread, and answers in how many seconds there
        is more to do (None: when something new is recorded or the connection comes back)."""

    def post_activity(self, entry: ActivityEntry) -> str:
        """Tell the user and all plugins; answers the entry's id. An entry with the ``id`` of an
        earlier one takes its place, without being shown as news again. Any thread."""

    def offer(self, entry: ActivityEntry, question: Question) -> str:
        """Post an entry with buttons, and ask the question that has the same ones among its options
        (by their texts): answered here or there, the action is carried out once, by ``silo_act``, and
        the other goes. What was written beside the question is then the entry's fact ``message``.
        Answers the entry's id."""

    def choose(self, entry: ActivityEntry, action: str) -> bool:
        """Carry out the action of that name of an entry (``silo_act``), unless one of its actions was
        already, and have the entry say what was chosen, if it is not one that can be done again.
        Whether that was done."""

    def withdraw(self, entry_id: str) -> None:
        """Take the question of an offered entry away, unanswered; its buttons stay. Harmless where
        there is none any more."""

    def now(self) -> datetime:
        """Aware UTC, from the injected clock. Any thread."""
