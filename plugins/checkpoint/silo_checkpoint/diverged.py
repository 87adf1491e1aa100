"""A version that is kept beside the newest one: [Open Mine], [Open Theirs], [Make Mine the Head].
Main thread, but for what is submitted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from silo_checkpoint import texts
from silo_core.model.context import CheckpointContext, Document
from silo_core.model.errors import SiloError
from silo_core.model.exchange import CheckpointPushed, Reply
from silo_core.ports.bases import Bases
from silo_core.ports.client import SiloClient
from silo_core.ports.services import Services
from silo_core.ports.spool import Spool
from silo_core.ports.store import PushJob


class Diverged:
    """Asks what is to become of it. Whatever is chosen, both versions stay in the item's history."""

    def __init__(self, services: Services, spool: Spool, bases: Bases) -> None:
        self._services = services
        self._spool = spool
        self._bases = bases

    def ask(self, pushed: CheckpointPushed, conflicts: tuple[str, ...]) -> None:
        """``conflicts``: why it could not be joined with the newest version."""
        document = self._document(pushed.path)
        question = texts.diverged(pushed, conflicts, document)
        self._services.host.ask(question, partial(self._answered, pushed))

    def _answered(self, pushed: CheckpointPushed, reply: Reply) -> None:
        if reply.choice == texts.OPEN_MINE:
            self._open(pushed.path)
        elif reply.choice == texts.OPEN_THEIRS:
            self._open(pushed.path)
            document = self._document(pushed.path)
            if document:
                self._services.hooks.update(document, lambda updated: None)
        elif reply.choice == texts.MAKE_MINE_HEAD and (client := self._services.client):
            self._services.submit(partial(self._make_head, client, pushed))

    def _open(self, path: Path) -> None:
        try:
            self._services.host.open(path)
        except SiloError as error:
            self._services.post_activity(texts.problem(error.message, self._services.now()))

    def _document(self, path: Path) -> Document | None:
        documents = self._services.host.documents()
        return next((document for document in documents if document.path == path), None)

    def _make_head(self, client: SiloClient, pushed: CheckpointPushed) -> None:
        """From now on the local file counts as made from the newest version, so that pushing it makes it
        the head. Worker thread."""
        try:
            job = self._job(client, pushed)
        except SiloError as error:
            self._services.post_activity(texts.problem(error.message, self._services.now()))
        else:
            self._services.store.outbox.add(job)
            self._services.request_push()

    def _job(self, client: SiloClient, pushed: CheckpointPushed) -> PushJob:
        """Raises ServerError, FileError, StoreError."""
        services, number = self._services, pushed.part_number
        head = client.get_item(number).head
        mine = self._bases.find(pushed.version.sha256) or pushed.path
        snapshot = self._spool.snapshot(mine)
        tracked = services.store.tracked.get(number)
        # only while the file still holds what was made from the same version
        parent = pushed.version.parent
        if tracked and head and (tracked.path, tracked.base_version) == (pushed.path, parent):
            services.store.tracked.put(
                replace(
                    tracked,
                    base_version=head.id,
                    base_revision=head.revision_number,
                    sha256=head.sha256,
                    size=head.size,
                    mtime_ns=0,
                )
            )
        return PushJob(
            id=snapshot.path.stem,
            part_number=number,
            spool_path=snapshot.path,
            source_path=pushed.path,
            file_name=pushed.path.name,
            context=CheckpointContext.MANUAL,
            session_ids=(),
            object_ids=(),
            base=head.id if head else None,
            sha256=snapshot.sha256,
            size=snapshot.size,
            created_at=services.now(),
        )
