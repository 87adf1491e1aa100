"""A version that is kept beside the newest one: [Open Mine], [Open Theirs], [Make Mine the Head].
Main thread, but for what is submitted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from silo_checkpoint import texts
from silo_checkpoint.names import sendable
from silo_core.model.context import CheckpointContext, Document
from silo_core.model.errors import SiloError
from silo_core.model.exchange import ActivityEntry, CheckpointPushed, ConnectionState
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
        question = texts.diverged(pushed, conflicts, self._document(pushed.path))
        self._services.offer(texts.rescued(pushed, conflicts, self._services.now()), question)

    def act(self, entry: ActivityEntry, action: str) -> str | None:
        """See ``silo_act``."""
        chosen, path = texts.chosen(action), Path(entry.facts.get("path", ""))
        if chosen is None:
            return None
        if action != texts.MAKE_MINE_HEAD.name:
            self._open(path)
            document = self._document(path)
            if document and action == texts.OPEN_THEIRS.name:
                self._services.hooks.update(document, lambda updated: None)
        elif client := self._services.client:
            self._services.submit(partial(self._make_head, client, entry))
        else:
            return None
        return chosen

    def problem(self, entry: ActivityEntry, action: str) -> str | None:
        """See ``silo_action_problem``."""
        path = Path(entry.facts.get("path", ""))
        if texts.chosen(action) is None:
            return None
        online = self._services.connection.state is ConnectionState.ONLINE
        if action != texts.OPEN_MINE.name and not online:
            return texts.no_connection()
        return "" if action == texts.MAKE_MINE_HEAD.name or path.exists() else texts.gone(path)

    def _open(self, path: Path) -> None:
        try:
            self._services.host.open(path)
        except SiloError as error:
            self._services.post_activity(texts.problem(error.message, self._services.now()))

    def _document(self, path: Path) -> Document | None:
        documents = self._services.host.documents()
        return next((document for document in documents if document.path == path), None)

    def _make_head(self, client: SiloClient, entry: ActivityEntry) -> None:
        """From now on the local file counts as made from the newest version, so that pushing it makes it
        the head. Worker thread."""
        try:
            self._services.store.outbox.add(self._job(client, entry))
        except SiloError as error:
            self._services.post_activity(texts.problem(error.message, self._services.now()))
        else:
            self._services.request_push()

    def _job(self, client: SiloClient, entry: ActivityEntry) -> PushJob:
        """Raises ServerError, FileError, StoreError."""
        services, number, facts = self._services, entry.part_number, entry.facts
        path, parent = Path(facts["path"]), facts["parent"] or None
        head = client.get_item(number).head
        mine = self._bases.find(facts["sha256"]) or path
        snapshot = self._spool.snapshot(mine)
        tracked = services.store.tracked.get(number)
        # only while the file still holds what was made from the same version
        if tracked and head and (tracked.path, tracked.base_version) == (path, parent):
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
            source_path=path,
            file_name=sendable(path.name),
            context=CheckpointContext.MANUAL,
            session_ids=(),
            object_ids=(),
            base=head.id if head else None,
            sha256=snapshot.sha256,
            size=snapshot.size,
            created_at=services.now(),
        )
