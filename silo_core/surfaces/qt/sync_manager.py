"""Signals for code of a workbench that would rather connect to those than implement hooks."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Property, QObject, Signal

from silo_core.hookspecs import hookimpl
from silo_core.model.event import Event
from silo_core.model.exchange import CheckpointPushed, ContextEntry
from silo_core.model.language import translate
from silo_core.model.session import EditSession
from silo_core.model.sync import ItemStatus, SyncState
from silo_core.model.verdict import Judgement, Verdict
from silo_core.ports.services import Services
from silo_core.surfaces.qt.coalesce import Coalescer


class SyncManager(QObject):
    """Register it with a workbench's plugin manager before that starts. All signals come on the main
    thread. A user is empty where the server does not say who it is, a revision 0 where there is
    none."""

    checkpoint_pushed = Signal(str, str, int)
    """Part number, context (``body_close``), how many subscribers were told."""
    file_synced = Signal(str, str, int, bool)
    """Part number, path, revision, whether it is a working checkpoint and no formal revision."""
    file_deferred = Signal(str, str, int)
    """Part number, path, revision: it follows once the file is closed."""
    file_conflict = Signal(str, str, str)
    """Part number, path, why: the user has to decide."""
    bulk_sync_complete = Signal(int, str)
    """How many files came in step together, and that in words. ``file_synced`` came for each."""
    presence_changed = Signal(str)
    """Part number: who edits or views it; each at most 20 times a second."""
    soft_interference = Signal(str, str, str, list)
    """Part number, object, the other user, the objects on which both edits bear."""
    hard_interference_blocked = Signal(str, str, str)
    """Part number, object, the user who has it."""
    handoff_requested = Signal(str, str, str, str)
    """Part number, object, who asks for it, what they wrote."""
    sync_error = Signal(str, str)
    """Part number, and in a sentence why it could not be brought in step."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services: Services | None = None
        self._states: dict[str, SyncState] = {}
        self._changed: set[str] = set()
        self._look = Coalescer(self)
        self._look.due.connect(self._tell_presence)

    def _own_id(self) -> str:
        return (self._services and self._services.workstation_id) or ""

    workstation_id = Property(str, _own_id)
    """This workstation's id on the server, empty before it was ever registered."""

    def _remote_sessions(self) -> list[EditSession]:
        services = self._services
        if services is None:
            return []
        presence, own = services.presence, self._own_id()
        return [
            session
            for part_number in sorted(presence.sessions)
            for session in presence.sessions_of_others(part_number, own)
        ]

    active_remote_sessions = Property(list, _remote_sessions)
    """The ``EditSession`` of other workstations that are known of, by part number, oldest first."""

    # -- hooks -------------------------------------------------------------------------------------

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Begin to tell."""
        self._services = services
        self._states.clear()

    @hookimpl
    def silo_shutdown(self) -> None:
        """Nothing more is told."""
        self._look.stop()
        self._services = None

    @hookimpl
    def silo_checkpoint_pushed(self, pushed: CheckpointPushed) -> None:
        """See ``checkpoint_pushed``."""
        self.checkpoint_pushed.emit(
            pushed.part_number, pushed.context.value, pushed.subscribers_notified
        )

    @hookimpl
    def silo_files_synced(self, files: tuple[ItemStatus, ...]) -> None:
        """See ``file_synced`` and ``bulk_sync_complete``."""
        for file in files:
            self.file_synced.emit(*_where(file), _revision(file), file.is_checkpoint)
        if len(files) > 1:
            size = sum(file.wanted.size for file in files if file.wanted) / 1e6
            text = translate("SiloSyncManager", "{count} files, {size} MB")
            self.bulk_sync_complete.emit(
                len(files), text.format(count=len(files), size=f"{size:.1f}")
            )

    @hookimpl
    def silo_sync_changed(self, changed: tuple[ItemStatus, ...]) -> None:
        """See ``file_deferred``, ``file_conflict`` and ``sync_error``."""
        for status in changed:
            before = self._states.get(status.part_number)
            self._states[status.part_number] = status.state
            if status.state is before:
                continue
            if status.state is SyncState.DEFERRED:
                self.file_deferred.emit(*_where(status), _revision(status))
            elif status.state is SyncState.CONFLICT:
                why = status.reason or translate(
                    "SiloSyncManager", "It was changed here and on the server."
                )
                self.file_conflict.emit(*_where(status), why)
            elif status.state is SyncState.FAILED:
                self.sync_error.emit(status.part_number, status.reason)

    @hookimpl
    def silo_presence_changed(self, part_numbers: frozenset[str]) -> None:
        """See ``presence_changed``."""
        self._changed |= part_numbers
        self._look.soon()

    def _tell_presence(self) -> None:
        changed, self._changed = self._changed, set()
        for part_number in sorted(changed):
            self.presence_changed.emit(part_number)

    @hookimpl
    def silo_context_entered(self, entry: ContextEntry, judgement: Judgement) -> None:
        """See ``soft_interference``."""
        for reason in judgement.reasons:
            if reason.verdict is Verdict.SOFT and reason.session:
                user, nodes = reason.session.user, list(reason.shared_nodes)
                self.soft_interference.emit(*_what(entry), user, nodes)

    @hookimpl
    def silo_context_refused(self, entry: ContextEntry, judgement: Judgement) -> None:
        """See ``hard_interference_blocked``."""
        self.hard_interference_blocked.emit(*_what(entry), _holder(judgement))

    @hookimpl
    def silo_server_event(self, event: Event) -> None:
        """See ``handoff_requested``."""
        if event.type == "edit.handoff_requested":
            members = ("object_id", "requester", "message")
            said = (str(event.data.get(member) or "") for member in members)
            self.handoff_requested.emit(event.part_number or "", *said)


def _what(entry: ContextEntry) -> Iterable[str]:
    return (entry.document.part_number or "", entry.context.object_id)


def _where(status: ItemStatus) -> Iterable[str]:
    return (status.part_number, str(status.path or ""))


def _revision(status: ItemStatus) -> int:
    return (status.wanted.revision_number if status.wanted else None) or 0


def _holder(judgement: Judgement) -> str:
    for reason in judgement.reasons:
        if reason.verdict is Verdict.HARD and reason.session:
            return reason.session.user
    return ""
