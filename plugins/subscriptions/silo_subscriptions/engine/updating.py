"""Bringing an open document to the item's newest version, for who enters a stale copy.

On a worker the version is fetched beside the file, checked, and what the file holds is kept as a
backup. On the main thread, where the editor cannot come between, it is looked once more whether
nothing has changed; then the file is replaced, recorded and read again, or everything stays as it was.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from silo_core.model.context import Document
from silo_core.model.errors import FileError, SiloError
from silo_core.model.exchange import ActivityEntry
from silo_core.model.item import Version, VersionKind
from silo_core.model.language import translate
from silo_core.ports.bases import Bases
from silo_core.ports.client import SiloClient
from silo_core.ports.client.files import reading
from silo_core.ports.durable import write_durably
from silo_core.ports.files import is_part_file, read_file
from silo_core.ports.services import Services
from silo_core.ports.store import TrackedFile, WantedItem
from silo_core.rules.sync import SyncAction
from silo_subscriptions import texts, viewing
from silo_subscriptions.backups import Backups
from silo_subscriptions.engine import messages
from silo_subscriptions.engine.download import Download, Fetched, discard, flushed
from silo_subscriptions.engine.installing import ChangedError, Landed, land, make_last
from silo_subscriptions.engine.plan import Fetch
from silo_subscriptions.engine.scanner import Look, give_mode, identity_of, look, tracked_as

logger = logging.getLogger(__name__)

Done = Callable[[bool], None]
_PIECE = 1 << 20

PUSHES_S = 10.0
"""How long an update waits for pushes of the item that are under way."""

PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class _Newest:
    """The file holds the newest version already."""

    copy: Look
    head: Version


_Found = Fetched | _Newest


class _Kept(SiloError):
    """The file holds what is not on the server: it is not touched. ``advice`` says what to do."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class Updater:
    """Updates open documents, one at a time each. Main thread, but for what is submitted."""

    def __init__(self, services: Services) -> None:
        self._services = services
        folder = services.store.path.parent
        self._backups, self._bases = Backups(folder / "backups"), Bases(folder / "bases")
        self._asked: dict[str, list[Done]] = {}
        """Who waits for the update of a document, by its key."""
        self._under_way: set[Download] = set()
        """Those that run, and those that have arrived and are not in their place yet."""
        self._stopped = False
        services.submit(lambda: self._backups.clean(services.now()))

    def stop(self) -> None:
        """The workbench stops: what is under way is given up, and leaves nothing behind."""
        self._stopped = True
        for download in tuple(self._under_way):
            self._give_up(download)

    def update(self, document: Document, done: Done, wanted: Version | None = None) -> bool | None:
        """See ``silo_update``. ``wanted``: to that version of the item, in place of the newest."""
        client = self._services.client
        if client is None or document.path is None or document.part_number is None:
            return None
        waiting = self._asked.setdefault(document.key, [])
        waiting.append(done)
        if len(waiting) == 1:
            found = self._services.submit(partial(self._fetch, client, document, wanted))
            found.add_done_callback(
                lambda future: self._services.post(lambda: self._arrived(document, future))
            )
        return True

    # -- worker ------------------------------------------------------------------------------------

    def _fetch(self, client: SiloClient, document: Document, wanted: Version | None) -> _Found:
        """Get the version and a backup ready, unless the file holds that version already.

        Raises:
            _Kept: the file holds what is not on the server.
            ServerError, FileError, StoreError: it cannot be done; nothing is left behind.
        """
        number = document.part_number or ""
        self._let_pushes_arrive(number)
        path = document.path or Path()
        copy = look(path, None)
        if copy.local is None:
            raise FileError(f"{path} is gone.", concerns=str(path))
        head = wanted or client.get_item(number).head
        if head is None:
            raise SiloError(f"The server holds no content of {number} yet.")
        if copy.local == head.sha256:
            return _Newest(copy, head)
        tracked = self._unchanged(number, path, copy)
        item = WantedItem(number, path.name, head, head.kind is not VersionKind.REVISION)
        download = Download(Fetch(item, SyncAction.REPLACE, path, copy, tracked), lambda _: None)
        self._under_way.add(download)
        fetched = None
        try:
            fetched = flushed(download.run(client, self._services, self._bases))
            if is_part_file(copy.target.name):
                read_file(fetched.arrived)  # what is no sound part does not replace one
        except BaseException:
            self._give_up(download)
            if fetched:
                self._backups.discard(_kept_as(fetched))
            raise
        if self._stopped:  # too late for ``stop`` to see it
            self._give_up(download)
        return fetched

    def _give_up(self, download: Download) -> None:
        self._under_way.discard(download)
        download.stop(for_good=True)
        discard(download.arriving)

    def _let_pushes_arrive(self, number: str) -> None:
        """What was left just now is on its way, or turns out to be no change; that is soon known. What
        failed once may take long."""
        outbox, deadline = self._services.store.outbox, time.monotonic() + PUSHES_S
        while any(not job.attempts for job in outbox.pending(number)):
            if self._stopped or time.monotonic() > deadline:
                break
            time.sleep(PAUSE_S)

    def _unchanged(self, number: str, path: Path | None, copy: Look) -> TrackedFile:
        """What the file was last in step with.

        Raises:
            _Kept: that is not what it holds, or it is not known.
        """
        store = self._services.store
        if any(not job.set_aside for job in store.outbox.pending(number)):
            raise _Kept(
                translate("SiloSubscriptions", "your last checkpoint is still being sent"),
                translate("SiloSubscriptions", "Update again when it has arrived."),
            )
        tracked = store.tracked.get(number)
        known = tracked and tracked.path == path and tracked.base_version is not None
        base = tracked.base_version if tracked else None
        kept = store.kept.has(
            number, base, copy.local or ""
        )  # the server has it, beside its newest
        if tracked is None or not known or not (kept or tracked.sha256 == copy.local):
            raise _Kept(
                translate(
                    "SiloSubscriptions",
                    "your file is not what it was when it was last in step with the server",
                ),
                translate(
                    "SiloSubscriptions",
                    "Edit an object and leave it: your changes are then pushed as a checkpoint. Or "
                    "save the document under another name, and put the newest version in its place.",
                ),
            )
        return tracked

    # -- main thread -------------------------------------------------------------------------------

    def _arrived(self, document: Document, future: Future[_Found]) -> None:
        if future.cancelled() or self._stopped:
            return
        entry, is_newest = self._settled(document, future)
        self._services.post_activity(entry)
        for done in self._asked.pop(document.key, ()):
            done(is_newest)

    def _settled(self, document: Document, future: Future[_Found]) -> tuple[ActivityEntry, bool]:
        number, now = document.part_number or "", self._services.now()
        error = future.exception()
        try:
            if error is not None:
                raise error if isinstance(error, SiloError) else SiloError(messages.bug(error))
            found = future.result()
            if isinstance(found, _Newest):
                self._confirm(document, found)
                return texts.newest_already(number, found.head, now), True
            self._replace(document, found)
        except _Kept as kept:
            return texts.kept(number, kept.message, kept.advice, now), False
        except SiloError as problem:
            return texts.not_updated(number, problem.message, now), False
        except Exception as error:  # an editor may fail in a way of its own
            logger.exception("%s cannot be updated", number)
            return texts.not_updated(number, messages.bug(error), now), False
        entry = texts.updated(number, found.fetch.wanted.version, _kept_as(found), now)
        return viewing.with_view(self._services, entry), True

    def _confirm(self, document: Document, found: _Newest) -> None:
        """The file is the newest version: have the editor hold it too, and remember that.

        Raises:
            SiloError: the editor has something else, or it cannot be recorded.
        """
        self._refuse_busy(document)
        self._services.host.reload(document.key)
        if not self._services.store.outbox.pending(document.part_number):
            number, path = document.part_number or "", document.path or found.copy.target
            found_now = identity_of(found.copy.target)
            self._services.store.tracked.put(
                tracked_as(number, path, found.head, found.head.sha256, found_now)
            )

    def _replace(self, document: Document, fetched: Fetched) -> None:
        """Put the fetched version in the file's place, and have the editor read it.

        Raises:
            SiloError: it cannot be, or must not be by now; the file holds what it held. So it does
                where an editor raises something else.
        """
        self._under_way -= {one for one in tuple(self._under_way) if one.fetch is fetched.fetch}
        try:
            landed = self._landed(document, fetched)
        except SiloError:
            discard(fetched.arrived)
            self._backups.discard(_kept_as(fetched))
            raise
        try:
            make_last([landed])
            self._services.store.tracked.put(landed.record)
            self._services.host.reload(document.key)
        except Exception as error:  # whatever it is, the editor may hold the old content still
            self._put_back(fetched, error.message if isinstance(error, SiloError) else str(error))
            raise

    def _landed(self, document: Document, fetched: Fetched) -> Landed:
        """A download takes a while, and the user works on.

        Raises:
            SiloError: the document was closed, or is edited.
            _Kept: the file was written.
        """
        self._refuse_busy(document)
        self._unchanged(document.part_number or "", document.path, fetched.fetch.look)
        try:
            return land(fetched, ())
        except ChangedError as error:
            raise _Kept(
                translate("SiloSubscriptions", "your file was saved meanwhile"),
                translate("SiloSubscriptions", "Update again, if it is still behind."),
            ) from error

    def _refuse_busy(self, document: Document) -> None:
        """Raises SiloError where the document was closed or is being edited."""
        if document not in self._services.host.documents():
            raise SiloError("The document was closed meanwhile.")
        if self._services.held(document.key):
            raise SiloError("An object of it is being edited; leave it, then update.")

    def _put_back(self, fetched: Fetched, why: str) -> None:
        """The file, and what is known of it, as they were.

        Raises:
            _Kept: that fails too; the file's content is in the backup.
        """
        fetch, backup = fetched.fetch, _kept_as(fetched)
        try:
            with reading(backup) as old:
                write_durably(fetch.look.target, iter(partial(old.read, _PIECE), b""))
            give_mode(fetch.look.target, fetch.look.mode)
            if fetch.tracked:
                self._services.store.tracked.put(replace(fetch.tracked, mtime_ns=0))
        except SiloError as error:
            raise _Kept(
                translate("SiloSubscriptions", "this went wrong half way: {why}").format(
                    why=f"{why} {error.message}"
                ),
                translate("SiloSubscriptions", "What your file held is kept as {path}.").format(
                    path=backup
                ),
            ) from error
        self._backups.discard(backup)


def _kept_as(fetched: Fetched) -> Path:
    """Where what the file held is kept: there always is a backup of what is replaced."""
    return fetched.backup.path if fetched.backup else Path()
