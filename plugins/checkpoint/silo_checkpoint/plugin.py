"""The hooks of the checkpoint plugin. Main thread: save, snapshot and record; the rest is sent by the
outbox thread (``pushing``)."""

from __future__ import annotations

import logging
import uuid
from functools import partial
from pathlib import Path

from silo_checkpoint import texts
from silo_checkpoint.adopting import find_base, track
from silo_checkpoint.behind import Behind
from silo_checkpoint.diverged import Diverged
from silo_checkpoint.holding import Held
from silo_checkpoint.leaving import is_of_another_item, leaving_of
from silo_checkpoint.names import sendable
from silo_checkpoint.pushing import Pusher
from silo_checkpoint.windows import windows
from silo_core.hookspecs import hookimpl
from silo_core.model.context import Document
from silo_core.model.errors import FileError, HostError, SiloError, StoreError
from silo_core.model.exchange import (
    ActivityEntry,
    ActivityKind,
    Connection,
    ConnectionState,
    ContextEntry,
    ContextExit,
    Transfer,
)
from silo_core.model.language import translate
from silo_core.model.window import Window
from silo_core.ports.bases import Bases
from silo_core.ports.services import Services
from silo_core.ports.spool import Snapshot, Spool
from silo_core.ports.store import Leaving, PushJob

logger = logging.getLogger(__name__)


class Checkpoint:
    """Turns what was left into pushes that survive a crash, a dead network and a dead server."""

    services: Services
    spool: Spool
    bases: Bases
    behind: Behind
    held: Held

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Open the spool beside the store, and take over draining the outbox."""
        self.services = services
        self._paths: dict[str, Path | None] = {}
        self.spool = Spool(services.store.path.parent / "spool")
        if services.store.recovered_from is None:  # else the outbox may have forgotten some
            self._clear_spool()
        self.bases = Bases(services.store.path.parent / "bases")
        self.diverged = Diverged(services, self.spool, self.bases)
        self.behind = Behind(services)
        self.held = Held(services)
        worker = Pusher(services, self.bases, self.diverged, self.behind)
        services.set_push_worker(worker.drain)
        services.submit(self._finish)
        services.submit(self._clear_bases)

    @hookimpl
    def silo_windows(self) -> tuple[Window, ...]:
        """Commit and history."""
        return tuple(windows(self.services))

    def _clear_spool(self) -> None:
        """Delete what a crash left between snapshot and record: the saved file still holds it."""
        known = {job.spool_path for job in self.services.store.outbox.pending()}
        for orphan in self.spool.orphans(known):
            self.spool.discard(orphan)

    def _clear_bases(self) -> None:
        """Delete the copies of versions that no file here is made from any more. Worker thread."""
        store = self.services.store
        files = store.tracked.all()
        wanted = {file.sha256 for file in files}
        for file in files:
            joined = store.kept.joined(file.part_number, file.base_version, file.path)
            wanted |= {joined} if joined else set()
        self.bases.keep_only(wanted | {job.sha256 for job in store.outbox.pending()})

    def _finish(self) -> None:
        """Push what was being left when the program was killed. Worker thread."""
        for left in self.services.store.leavings.unfinished():
            try:
                self._finish_one(left)
            except (FileError, StoreError) as error:  # the next start tries again
                entry = texts.unfinished(left.part_number, error, self.services.now())
                self.services.post_activity(entry)

    def _finish_one(self, left: Leaving) -> None:
        if is_of_another_item(left):
            self.services.store.leavings.end(left)
        elif self._record(left, self.spool.snapshot(left.path)):
            self.services.request_push()

    @hookimpl
    def silo_document_opened(self, document: Document) -> None:
        """Remember what the file was when it was opened, so that a push can name its base."""
        self._paths[document.key] = document.path
        try:
            track(self.services.store, document)
        except FileError as error:
            # what cannot be read cannot be pushed either, which is told then
            logger.info("%s", error.message)
        else:
            self._find_base(document)
            self.behind.opened(document)

    def _find_base(self, document: Document) -> None:
        client, part_number, path = self.services.client, document.part_number, document.path
        if part_number:
            self.services.submit(partial(self._copy_base, part_number))
        if client and part_number and path:
            self.services.submit(partial(find_base, self.services.store, client, part_number, path))

    def _copy_base(self, part_number: str) -> None:
        """While the file still holds it: what changes is told against it. Worker thread."""
        tracked = self.services.store.tracked.get(part_number)
        if tracked:
            self.bases.copy(tracked.path, tracked.sha256)

    @hookimpl
    def silo_document_closed(self, document: Document) -> None:
        """Nothing of it is left."""
        self._paths.pop(document.key, None)
        self.behind.closed(document)

    def _follow(self, document: Document) -> None:
        """A document that is saved under another name is the same copy still. Raises StoreError."""
        before, path = self._paths.get(document.key), document.path
        if before and path and before != path:
            self.services.store.tracked.renamed(document.part_number or "", before, path)
        self._paths[document.key] = path

    @hookimpl
    def silo_context_entered(self, entry: ContextEntry) -> None:
        """A file that was updated under its open document is made from another version now."""
        if entry.document.part_number:
            self.services.submit(partial(self._copy_base, entry.document.part_number))

    @hookimpl
    def silo_context_exited(self, exit: ContextExit) -> None:
        """Perhaps all of the document was left."""
        self.services.post(partial(self.behind.left, exit.document))

    @hookimpl
    def silo_connection_changed(self, connection: Connection) -> None:
        """Back online: what waits for a later try is tried now, and what was opened without a server
        finds out which version it is."""
        if connection.state is ConnectionState.ONLINE:
            for document in self.services.host.documents():
                self._find_base(document)
            self.services.store.outbox.retry_all(self.services.now())
            self.services.request_push()

    @hookimpl(tryfirst=True)
    def silo_context_exit(self, exit: ContextExit) -> bool | None:
        """Save, snapshot and record. None (so that the sessions are released directly) where there is
        nothing to push or it cannot be recorded."""
        if not self.services.settings.flag("push_on_context_close"):
            return None
        try:
            recorded = self._leave(exit)
        except SiloError as error:
            self._report(exit, error)
            return None
        if not recorded:
            return None
        self.services.request_push()
        return True

    @hookimpl
    def silo_act(self, entry: ActivityEntry, action: str) -> str | None:
        """What is to become of a version that is kept beside the newest one, or of a push that is
        held."""
        return self.diverged.act(entry, action) or self.held.act(entry, action)

    @hookimpl
    def silo_action_problem(self, entry: ActivityEntry, action: str) -> str | None:
        """Whether that can be done now."""
        found = self.diverged.problem(entry, action)
        return self.held.problem(entry, action) if found is None else found

    @hookimpl
    def silo_cancel_transfer(self, transfer: Transfer) -> bool | None:
        """Hold a push back."""
        return self.held.cancel(transfer)

    def _leave(self, exit: ContextExit) -> bool:
        """As ``_record``. What failed is reported and not tried again at the next start, when the file
        may hold something else.

        Raises:
            HostError, FileError, StoreError: see ``_save``, ``_begin`` and ``_record``.
        """
        self._refuse_another_item(exit.document)
        self._follow(exit.document)
        try:
            left = self._begin(exit)
        except SiloError:
            self._save(exit)  # the work is in the file at least
            raise
        try:
            self._save(exit)
            return self._record(left, self.spool.snapshot(left.path))
        except SiloError:
            self.services.store.leavings.end(left)
            raise

    def _begin(self, exit: ContextExit) -> Leaving:
        """Raises HostError without a file, and StoreError where it cannot be remembered."""
        left = leaving_of(exit)
        if left is None:
            raise HostError("The document has no file yet: save it, then leave again.")
        return self.services.store.leavings.begin(left)

    def _save(self, exit: ContextExit) -> None:
        """Raises HostError."""
        if not exit.closing:
            self.services.host.save(exit.document.key)

    def _record(self, left: Leaving, snapshot: Snapshot) -> bool:
        """Put a snapshot into the outbox. False, and the snapshot is gone, if the server has its
        content, or is about to. What was begun is ended with it.

        Raises:
            StoreError: it cannot be recorded; the snapshot is gone, too.
        """
        leavings, recorded = self.services.store.leavings, False
        try:
            if self._is_known(left.part_number, snapshot.sha256):
                leavings.end(left)
            else:
                recorded = leavings.record(self._job(left, snapshot))
        finally:
            if not recorded:
                self.spool.discard(snapshot.path)
        return recorded

    def _refuse_another_item(self, document: Document) -> None:
        """A part number that changes while the document is open makes the file another item's.

        Raises:
            HostError: it did.
        """
        for now in self.services.host.documents():
            if now.key == document.key and now.part_number != document.part_number:
                raise HostError(
                    f"The document is {now.part_number or 'no item'} now; what it holds is no "
                    f"version of {document.part_number}."
                )

    def _is_known(self, part_number: str, sha256: str) -> bool:
        """Whether the content is on its way to the server, was last agreed on with it, or is kept
        there beside the head."""
        store = self.services.store
        waiting = store.outbox.pending(part_number)
        if waiting and waiting[-1].sha256 == sha256:
            return True
        if any(not job.set_aside for job in waiting):
            return False
        tracked = store.tracked.get(part_number)
        if tracked is None:
            return False
        base = tracked.base_version
        if store.kept.has(part_number, base, sha256):
            return True
        # what went into the head since is taken back by what the file was made from
        return sha256 == tracked.sha256 and not store.kept.joined(part_number, base, tracked.path)

    def _job(self, left: Leaving, snapshot: Snapshot) -> PushJob:
        return PushJob(
            id=uuid.uuid4().hex,
            part_number=left.part_number,
            spool_path=snapshot.path,
            source_path=left.path,
            file_name=sendable(left.path.name),
            context=left.context,
            session_ids=left.session_ids,
            object_ids=left.object_ids,
            base=left.base,
            sha256=snapshot.sha256,
            size=snapshot.size,
            created_at=self.services.now(),
            handoff_id=left.handoff_id,
        )

    def _report(self, exit: ContextExit, error: SiloError) -> None:
        entry = ActivityEntry(
            at=self.services.now(),
            kind=ActivityKind.PROBLEM,
            text=translate("SiloCheckpoint", "No checkpoint of {part}: {why}").format(
                part=exit.document.part_number, why=error.message
            ),
            details=(
                translate(
                    "SiloCheckpoint", "Your file stays as it is; the edit session is released."
                ),
            ),
            part_number=exit.document.part_number or "",
        )
        self.services.post_activity(entry)
