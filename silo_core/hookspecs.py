"""The hooks of Silo. This is the file a plugin author reads.

A plugin is a module or an object with functions marked ``@hookimpl`` and named as below; it may take
any subset of a hook's arguments. It is found by the entry-point group ``silo.plugins``.

Kinds:
    gate       answers are combined, the strictest wins, every reason is kept and shown
    collector  answers are gathered
    first      implementations are asked in turn until one gives an answer other than None
    observer   no answer

Unless its docstring says *worker* or *server*, a hook runs on the host's main thread and must return
quickly. What an implementation raises is logged with the plugin's name, and the others still run; what
else follows stands under *If it raises*. One that keeps failing is switched off for the session.

*Since* names the version of ``silo-core`` in which a hook came in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pluggy

from silo_core import __version__
from silo_core.model.context import Document
from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityEntry,
    CheckpointPushed,
    Connection,
    ContextEntry,
    ContextExit,
    HeldContext,
    MergeRequest,
    MergeResult,
    Transfer,
)
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession
from silo_core.model.setting import Setting
from silo_core.model.sync import Behind, ItemStatus
from silo_core.model.verdict import Judgement, Reason
from silo_core.model.window import Window

if TYPE_CHECKING:
    from silo_core.ports.services import Services

SILO_API_VERSION = __version__
"""The version of what plugins rely on: that of ``silo-core``. A plugin's distribution says which ones it
was made for by its dependency on ``silo-core``; outside of that range it is not imported."""

PROJECT = "silo"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


# -- Lifecycle ----------------------------------------------------------------------------------


@hookspec
def silo_settings() -> Iterable[Setting]:  # type: ignore[empty-body]
    """Collector. Settings of this plugin, declared once when it is loaded; they then stand in the
    settings file, in ``SILO_*`` variables and in the settings dialog beside the core's own.

    If it raises: the plugin is reported as failed and left out.

    Since 0.1.
    """


@hookspec
def silo_startup(services: Services) -> None:
    """Observer. The workbench starts; ``services`` is what plugins work with. Nothing is connected
    yet and no document has been reported. Start no thread here: submit work to ``services``.

    Since 0.1.
    """


@hookspec
def silo_shutdown() -> None:
    """Observer. The workbench stops. Contexts were left before; work submitted is still finished.

    Since 0.1.
    """


@hookspec
def silo_settings_changed(keys: frozenset[str]) -> None:
    """Observer. These settings have other values now.

    Since 0.1.
    """


@hookspec
def silo_connection_changed(connection: Connection) -> None:
    """Observer. The connection to the server came, went or was refused.

    Since 0.1.
    """


# -- Documents and contexts ---------------------------------------------------------------------


@hookspec
def silo_document_opened(document: Document) -> None:
    """Observer. A document that belongs to an item is open (or now belongs to one).

    Since 0.1.
    """


@hookspec
def silo_document_closed(document: Document) -> None:
    """Observer. A document that belongs to an item was closed; its contexts were left before.

    Since 0.1.
    """


@hookspec
def silo_context_enter(entry: ContextEntry) -> Judgement | None:
    """Gate. A user enters a context. HARD: the editor backs out and the reasons are shown. SOFT: the
    user works on and is warned. None: nothing to say.

    An implementation may wait for an answer until ``entry_wait_ms`` after ``entry.reported``, and then
    let the user in and give the answer later through ``services.settle_entry``.

    If it raises: counts as soft, with the plugin's name in the reason.

    Since 0.1.
    """


@hookspec
def silo_context_entered(entry: ContextEntry, judgement: Judgement) -> None:
    """Observer. A context was entered; ``judgement`` is what the gate said (never HARD). Called once
    more for an answer that came later and warns of a context something within which is edited.

    Since 0.1.
    """


@hookspec
def silo_context_refused(
    entry: ContextEntry, judgement: Judgement, session: EditSession | None
) -> None:
    """Observer. An entry was refused, at once or by an answer that came later. ``session`` is one that
    was attached to it already: whoever acquired it has to release it.

    Since 0.1.
    """


@hookspec(firstresult=True)
def silo_context_exit(exit: ContextExit) -> bool | None:
    """First. Contexts were left. True: this plugin sees to it that ``exit.sessions`` end (by a push
    that carries them, or directly); None: it does not, the next one is asked.

    If it raises: the next one is asked.

    Since 0.1.
    """


@hookspec
def silo_context_exited(exit: ContextExit) -> None:
    """Observer. Contexts were left, whoever saw to their sessions.

    Since 0.1.
    """


@hookspec
def silo_sessions_lost(held: tuple[HeldContext, ...]) -> None:
    """Observer. The edit sessions of these contexts ended without this workstation's doing (expired,
    force-released). The contexts stay entered, and their work is pushed like any other.

    Since 0.1.
    """


# -- Conflict rules -----------------------------------------------------------------------------


@hookspec
def silo_interference(query: InterferenceQuery) -> Reason | Iterable[Reason] | None:
    """Gate, worker and server. May this object be edited, seen from the sessions others hold? Asked
    beside the built-in rules. Must be a plain function of ``query``: no I/O, no state, any thread.
    Installed on the server it binds everyone (the acquiring transaction waits for it there);
    installed on a workstation it warns or blocks there.

    All rules of plugins together have 0.2 s to answer, each on a thread of its own. One that is late
    counts as soft and as failed, and is not called again until it has returned.

    If it raises or answers nonsense: counts as soft, with the plugin's name in the reason.

    Since 0.1.
    """


# -- Server events ------------------------------------------------------------------------------


@hookspec
def silo_server_event(event: Event) -> None:
    """Observer. The server told of something. Presence is up to date with it already.

    Since 0.1.
    """


@hookspec
def silo_presence_changed(part_numbers: frozenset[str]) -> None:
    """Observer. Who edits or views these items changed; ask ``services.presence``.

    Since 0.1.
    """


# -- File sync and activity ---------------------------------------------------------------------


@hookspec(firstresult=True)
def silo_update(document: Document, done: Callable[[bool], None]) -> bool | None:
    """First. Bring the open document to the item's newest version; its contexts were left before. True:
    this plugin sees to it in the background, tells the user how it went, and then calls ``done`` on the
    main thread with whether the document is up to date now; None: it does not.

    If it raises: the next one is asked.

    Since 0.1.
    """


@hookspec(firstresult=True)
def silo_merge(request: MergeRequest) -> MergeResult | None:
    """First, worker. Somebody else's version became the newest while this workstation made its own:
    join the two. None: this plugin cannot read such files, the next one is asked. What nobody merges,
    or what conflicts, is kept on the server beside the newest version.

    If it raises: the next one is asked.

    Since 0.1.
    """


@hookspec(firstresult=True)
def silo_act(entry: ActivityEntry, action: str) -> str | None:
    """First. The user chose the action of that name of an entry. Whose entry it is begins to carry it
    out and answers what was chosen, in words that then take the place of the buttons ("Released to
    bob"). ``""``: it is done and may be done again, so that the buttons stay. None: the entry is
    another plugin's.

    If it raises: the next one is asked. What nobody carries out leaves the buttons as they are.

    Since 0.1.
    """


@hookspec(firstresult=True)
def silo_action_problem(entry: ActivityEntry, action: str) -> str | None:
    """First. Why the action of that name is not possible any more, in words for a tooltip; ``""`` if
    it is. None: the entry is another plugin's. Asked while an entry is shown: it must answer at once.

    If it raises: the next one is asked.

    Since 0.1.
    """


@hookspec
def silo_progress(transfer: Transfer) -> None:
    """Observer. How far a transfer has come: some times a second while it lasts longer than a second,
    and once more when it ends.

    Since 0.1.
    """


@hookspec
def silo_files_synced(files: tuple[ItemStatus, ...]) -> None:
    """Observer. The files of subscribed items were fetched and put in their places: called once for
    those that came together.

    Since 0.1.
    """


@hookspec
def silo_sync_changed(changed: tuple[ItemStatus, ...]) -> None:
    """Observer. How the copies of these subscribed items stand has changed; a few times a second at
    most, and once for each of them after the start.

    Since 0.1.
    """


@hookspec
def silo_behind_changed(behind: tuple[Behind, ...]) -> None:
    """Observer. Which open documents are behind has changed: ``behind`` are all that are now, each with
    the newer versions that it lacks of itself and of the parts that it uses. Before the first call none
    are.

    Since 0.1.
    """


@hookspec(firstresult=True)
def silo_cancel_transfer(transfer: Transfer) -> bool | None:
    """First. The user does not want this transfer to go on now. True: it is this plugin's, and ends
    soon, with nothing lost; None: it is another plugin's.

    If it raises: the next one is asked.

    Since 0.1.
    """


@hookspec
def silo_checkpoint_pushed(pushed: CheckpointPushed) -> None:
    """Observer. A checkpoint of this workstation is safely on the server.

    Since 0.1.
    """


@hookspec
def silo_activity(entry: ActivityEntry) -> None:
    """Observer. Something happened that a user may want to read about; post one with
    ``services.post_activity``. An entry with the id of an earlier one takes its place.

    Since 0.1.
    """


# -- Windows ------------------------------------------------------------------------------------


@hookspec
def silo_windows() -> Iterable[Window]:  # type: ignore[empty-body]
    """Collector. Windows of this plugin that an editor puts into its menus. Asked once, after
    ``silo_startup``.

    If it raises: its windows are left out.

    Since 0.1.
    """
