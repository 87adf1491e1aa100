"""One example for each hook, as the reference in plugin-reference.md shows it. The tests call every one.

A plugin implements only the hooks that it needs; this one, which keeps a diary, implements them all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from silo_core.hookspecs import hookimpl
from silo_core.model.context import Document
from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityEntry,
    CheckpointPushed,
    Connection,
    ConnectionState,
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
from silo_core.model.sync import Behind, ItemStatus, SyncState
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.model.window import Window, WindowKind
from silo_core.ports.services import Services


class Diary:
    """Writes down what happens."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.services: Services | None = None

    @hookimpl
    def silo_context_enter(self, entry: ContextEntry) -> Judgement | None:
        if entry.context.label != "Holes":
            return None
        return Judgement((Reason(Verdict.SOFT, "diary", "The drill is being repaired."),))

    @hookimpl
    def silo_interference(self, query: InterferenceQuery) -> Reason | None:
        if len(query.sessions) < 10:
            return None
        return Reason(Verdict.SOFT, "diary", f"{len(query.sessions)} people are in here already.")

    @hookimpl
    def silo_windows(self) -> list[Window]:
        def make(parent: object) -> object:
            from PySide6.QtWidgets import QListWidget  # only now: the window is opened

            widget = QListWidget()
            widget.addItems(self.lines)
            return widget

        return [Window("Silo_Diary", "Diary", "What happened today", WindowKind.PANE, make)]

    @hookimpl
    def silo_settings(self) -> list[Setting]:
        return [Setting("diary_lines", int, 100, "Lines that are kept", minimum=1, maximum=10_000)]

    @hookimpl
    def silo_context_exit(self, exit: ContextExit) -> bool | None:
        self.lines.append(f"{len(exit.sessions)} sessions are to end")
        return None  # seeing to that is left to the next plugin

    @hookimpl
    def silo_update(self, document: Document, done: Callable[[bool], None]) -> bool | None:
        if document.path is None or document.path.suffix != ".txt":
            return None
        done(False)  # this one knows no newer version of a text
        return True

    @hookimpl
    def silo_cancel_transfer(self, transfer: Transfer) -> bool | None:
        self.lines.append(f"{transfer.part_number} is not to travel now")
        return None  # this one moves no files

    @hookimpl
    def silo_merge(self, request: MergeRequest) -> MergeResult | None:
        if request.ours.read_bytes() != request.base.read_bytes():
            return None  # both changed it: left to a plugin that can join them
        shutil.copyfile(request.theirs, request.target)
        return MergeResult(taken=(f"All that {request.by} made",))

    @hookimpl
    def silo_act(self, entry: ActivityEntry, action: str) -> str | None:
        if action != "diary.remember":
            return None
        self.lines.append(entry.text)
        return "Written down"

    @hookimpl
    def silo_action_problem(self, entry: ActivityEntry, action: str) -> str | None:
        if action != "diary.remember":
            return None
        return "It is written down already" if entry.text in self.lines else ""

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        self.services = services

    @hookimpl
    def silo_shutdown(self) -> None:
        self.lines.append("Good night")

    @hookimpl
    def silo_settings_changed(self, keys: frozenset[str]) -> None:
        self.lines.append(f"Changed: {', '.join(sorted(keys))}")

    @hookimpl
    def silo_connection_changed(self, connection: Connection) -> None:
        if connection.state is ConnectionState.OFFLINE:
            self.lines.append(f"Offline: {connection.reason}")

    @hookimpl
    def silo_document_opened(self, document: Document) -> None:
        self.lines.append(f"Opened {document.part_number}")

    @hookimpl
    def silo_document_closed(self, document: Document) -> None:
        self.lines.append(f"Closed {document.part_number}")

    @hookimpl
    def silo_context_entered(self, entry: ContextEntry, judgement: Judgement) -> None:
        warned = " in spite of a warning" if judgement.verdict is Verdict.SOFT else ""
        self.lines.append(f"Began {entry.context.title}{warned}")

    @hookimpl
    def silo_context_refused(self, entry: ContextEntry, session: EditSession | None) -> None:
        self.lines.append(f"Kept out of {entry.context.title}")

    @hookimpl
    def silo_context_exited(self, exit: ContextExit) -> None:
        self.lines.append(f"Left {', '.join(held.context.title for held in exit.left)}")

    @hookimpl
    def silo_sessions_lost(self, held: tuple[HeldContext, ...]) -> None:
        self.lines.append(f"Lost {', '.join(one.context.title for one in held)}")

    @hookimpl
    def silo_server_event(self, event: Event) -> None:
        self.lines.append(f"The server says {event.type} of {event.part_number}")

    @hookimpl
    def silo_presence_changed(self, part_numbers: frozenset[str]) -> None:
        self.lines.append(f"People came or went: {', '.join(sorted(part_numbers))}")

    @hookimpl
    def silo_progress(self, transfer: Transfer) -> None:
        if transfer.total:
            self.lines.append(f"{transfer.part_number}: {transfer.done / transfer.total:.0%}")

    @hookimpl
    def silo_files_synced(self, files: tuple[ItemStatus, ...]) -> None:
        self.lines.append(f"Arrived: {', '.join(file.part_number for file in files)}")

    @hookimpl
    def silo_sync_changed(self, changed: tuple[ItemStatus, ...]) -> None:
        late = [item.part_number for item in changed if item.state is SyncState.DEFERRED]
        self.lines.append(f"Come when they are closed: {', '.join(late)}")

    @hookimpl
    def silo_behind_changed(self, behind: tuple[Behind, ...]) -> None:
        lacking = {one.part_number for document in behind for one in document.newer}
        self.lines.append(f"There is something newer of {', '.join(sorted(lacking))}")

    @hookimpl
    def silo_checkpoint_pushed(self, pushed: CheckpointPushed) -> None:
        self.lines.append(f"{pushed.part_number} is on the server as {pushed.version.id}")

    @hookimpl
    def silo_activity(self, entry: ActivityEntry) -> None:
        self.lines.append(f"{entry.at:%H:%M} {entry.text}")
