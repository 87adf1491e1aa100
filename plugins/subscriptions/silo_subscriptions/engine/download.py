"""Getting one version ready to take the place of a file. Download threads; nothing here touches the
file itself, nor the store."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from silo_core.model.errors import BusyError, FileError, SiloError
from silo_core.model.exchange import MergeRequest, Transfer, TransferState
from silo_core.model.item import Version, VersionKind
from silo_core.ports.bases import Bases
from silo_core.ports.client import SiloClient
from silo_core.ports.client.arriving import KEEP
from silo_core.ports.client.bundles import Small
from silo_core.ports.client.files import reading, sha256_of
from silo_core.ports.durable import explaining_write, flush_file
from silo_core.ports.files import is_part_file
from silo_core.ports.services import Services
from silo_core.ports.spool import Snapshot
from silo_core.ports.store import WantedItem
from silo_core.rules import amounts
from silo_core.rules.meter import Meter
from silo_core.rules.sync import DAMAGED, SyncAction
from silo_subscriptions.backups import Backups
from silo_subscriptions.engine.plan import Fetch
from silo_subscriptions.engine.scanner import give_mode

MARGIN = 16 << 20
"""Bytes that are to stay free on the disk."""
LEFT_FOR_S = 60.0
_LEFTOVER = re.compile(r"\.silo-(?:arriving-)?[0-9a-f]{32}(?:-[0-9a-f]{16})?\.part")
TRIES = 4
PAUSE_S = 0.5
"""Before the next try at a server that is busy; twice as long before each further one."""


class CancelledError(SiloError):
    """The user, or the end of the workbench, stopped it."""

    title = "Cancelled"


class UnmergeableError(SiloError):
    """Both sides changed the same; the user has to choose one."""

    title = "Cannot be merged"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is ready to be renamed over the one of ``fetch``. ``sha256`` is what it holds, other
    than the version's where it is a merge; ``backup`` holds what it replaces, where that is work."""

    fetch: Fetch
    arrived: Path
    sha256: str
    backup: Snapshot | None = None


class Download:
    """One download, from its first byte to its last. ``told`` is called on its thread with each step of
    a transfer that takes a while."""

    def __init__(self, fetch: Fetch, told: Callable[[Transfer], None]) -> None:
        self.fetch = fetch
        target = fetch.look.target
        self.arriving = target.with_name(part_name(fetch.part_number, fetch.wanted.version))
        """Where it is once it has come whole."""
        self._told = told
        self._stopped = threading.Event()
        self._is_wanted = True
        """Whether what has arrived is worth keeping for a later try."""
        self._is_here = False
        """Whether it has arrived with others."""
        self._meter = Meter(
            uuid.uuid4().hex, fetch.part_number, upload=False, started=time.monotonic()
        )
        self._done, self._total = 0, fetch.wanted.version.size or None

    @property
    def is_stopped(self) -> bool:
        """Whether it is to end."""
        return self._stopped.is_set()

    @property
    def small(self) -> Small | None:
        """What is to come, where it may come with others; None of what is fetched by itself: of a part
        whose file is here only what differs travels."""
        fetch = self.fetch
        target = fetch.look.target
        small = Small(fetch.part_number, fetch.wanted.version, self.arriving)
        is_base = fetch.is_clean and is_part_file(target.name)
        is_apart = is_base or self.is_stopped or small.target.exists()
        return None if is_apart or not small.fits else small

    def has_come(self) -> None:
        """It is where it arrives, and verified."""
        self._is_here = True

    def stop(self, *, for_good: bool = False) -> None:
        """End it at its next piece; ``for_good``, nothing goes on from what has arrived. Any thread."""
        self._is_wanted &= not for_good
        self._stopped.set()

    def __call__(self, done: int, total: int | None) -> None:
        """So much is done (``silo_core.ports.client.progress``). Raises CancelledError."""
        self.check()
        self._done, self._total = done, total
        self._tell(self._meter.step(time.monotonic(), done, total))

    def check(self) -> None:
        """Raises CancelledError where it was stopped."""
        if self._stopped.is_set():
            raise CancelledError(f"The download of {self.fetch.part_number} was stopped.")

    def end(self, state: TransferState) -> None:
        """It is over, in whichever way."""
        self._tell(self._meter.end(time.monotonic(), state, self._done, self._total))

    def _tell(self, transfer: Transfer | None) -> None:
        if transfer:
            self._told(transfer)

    def run(self, client: SiloClient, services: Services, bases: Bases) -> Fetched:
        """Fetch it.

        Raises:
            CancelledError, UnmergeableError, ServerError, FileError: nothing is left behind but what a
                later try may go on from.
        """
        state = TransferState.FAILED
        try:
            fetched = self._patiently(partial(self._fetch, client, services, bases))
            state = TransferState.DONE
        except CancelledError:
            state = TransferState.CANCELLED
            if not self._is_wanted:
                discard(self.arriving)
            raise
        finally:
            self.end(state)
        return fetched

    def _patiently(self, attempt: Callable[[], Fetched]) -> Fetched:
        """A server that is busy is asked again a few times."""
        for number in range(TRIES):
            self.check()
            try:
                return attempt()
            except BusyError as error:
                if number == TRIES - 1:
                    raise
                pause = max(PAUSE_S * 2**number, min(error.retry_after or 0.0, 10.0))
                self._stopped.wait(pause)
        raise AssertionError("unreachable")

    def _fetch(self, client: SiloClient, services: Services, bases: Bases) -> Fetched:
        fetch, version = self.fetch, self.fetch.wanted.version
        target = fetch.look.target
        _see_that_there_is_room(fetch)
        arrived = self.arriving
        sha256 = version.sha256
        if not self._is_here and not _holds(arrived, sha256):
            sha256 = client.download_version(
                fetch.part_number,
                version,
                arrived,
                target if fetch.is_clean else None,
                self,
                lasting=False,
            )
        self.check()
        backup = None
        try:
            if fetch.action is SyncAction.MERGE:
                sha256 = self._merge(client, services, bases, arrived)
            if fetch.action is not SyncAction.DOWNLOAD or _is_worth_keeping(fetch):
                folder = services.store.path.parent / "backups"
                backup = Backups(folder).keep(target, services.now(), fetch.part_number)
            give_mode(arrived, fetch.look.mode)
        except BaseException:
            discard(arrived)
            raise
        return Fetched(fetch, arrived, sha256, backup)

    def _merge(self, client: SiloClient, services: Services, bases: Bases, arrived: Path) -> str:
        """Make ``arrived`` what it holds joined with what the file holds; answers the SHA-256."""
        fetch = self.fetch
        merged = arrived.with_name(f".silo-{uuid.uuid4().hex}.part")
        request = MergeRequest(
            part_number=fetch.part_number,
            base=self._base(client, bases),
            ours=fetch.look.target,
            theirs=arrived,
            target=merged,
            by=fetch.wanted.version.user,
        )
        try:
            result = services.hooks.merge(request)
            if result is None or result.conflicts:
                why = "; ".join(result.conflicts[:3]) if result else "nothing here can read both"
                raise UnmergeableError(
                    f"The two versions of {fetch.part_number} do not go together: {why}.",
                    concerns=fetch.part_number,
                )
            with reading(merged) as file:
                sha256 = sha256_of(file)
            merged.replace(arrived)
        except OSError as error:
            raise FileError(f"{merged} cannot be written ({error}).") from error
        finally:
            discard(merged)
        return sha256

    def _base(self, client: SiloClient, bases: Bases) -> Path:
        """The version that the file was made from: what two people changed is told against it."""
        tracked = self.fetch.tracked
        if tracked is None or tracked.base_version is None:
            raise UnmergeableError(
                f"It is not known which version your copy of {self.fetch.part_number} was made from."
            )
        found = bases.find(tracked.sha256)
        if found:
            return found
        kind = VersionKind.CHECKPOINT if tracked.base_revision is None else VersionKind.REVISION
        version = Version(tracked.base_version, kind, tracked.base_revision, tracked.sha256)
        arriving = bases.new()
        client.download_version(self.fetch.part_number, version, arriving, None, self)
        bases.take(arriving, tracked.sha256)
        return bases.find(tracked.sha256) or arriving


def flushed(fetched: Fetched) -> Fetched:
    """See that what arrived is on the disk: it must not be renamed before. Raises FileError."""
    with explaining_write(fetched.fetch.look.target), fetched.arrived.open("r+b") as file:
        flush_file(file)
    return fetched


def part_name(part_number: str, version: Version) -> str:
    """The name of what arrives of a version: the same one again after a crash, so that it can go on."""
    digest = hashlib.sha256(f"{part_number} {version.id} {version.sha256}".encode()).hexdigest()
    return f".silo-{digest[:32]}.part"


def _holds(path: Path, sha256: str) -> bool:
    """Whether it has arrived before: its file was open then, or the program ended."""
    try:
        with path.open("rb") as file:
            return sha256_of(file) == sha256
    except OSError:
        return False


def clear_leftovers(folder: Path, wanted: Iterable[WantedItem]) -> None:
    """Delete what crashes have left in ``folder``, but for what a download can go on with. What is very
    young may be being written, by another program of ours."""
    known = {part_name(item.part_number, item.version) for item in wanted if not item.acknowledged}
    limit = time.time() - LEFT_FOR_S
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name not in known and _LEFTOVER.fullmatch(entry.name):
                with suppress(OSError):
                    found = entry.stat()
                    is_whole = not entry.name.startswith(".silo-arriving-")
                    if found.st_mtime < limit and (is_whole or found.st_size < KEEP):
                        os.unlink(entry.path)


def discard(path: Path) -> None:
    """Delete a file that nobody needs."""
    with suppress(OSError):  # a leftover is harmless, and no reason to fail
        path.unlink(missing_ok=True)


def _is_worth_keeping(fetch: Fetch) -> bool:
    """What a power cut has damaged may still be something to somebody."""
    return (
        fetch.look.local == DAMAGED
        and fetch.look.identity is not None
        and (fetch.look.identity.size > 0)
    )


def _see_that_there_is_room(fetch: Fetch) -> None:
    """Raises FileError: better said before than after most of it has arrived."""
    target, size = fetch.look.target, fetch.wanted.version.size
    folder = target.parent
    if not folder.is_dir():
        raise FileError(
            f"The folder {folder} is gone; see that its drive is there, or end all subscriptions that "
            f"bring {fetch.part_number} and subscribe again: its file then goes into the workspace.",
            concerns=str(folder),
        )
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return  # then the write says it
    if free < size + MARGIN:
        raise FileError(
            f"There is no room for {target.name} ({amounts.size(size)}) in {folder}: "
            f"{amounts.size(size + MARGIN)} have to be free, as {amounts.size(MARGIN)} are left to "
            f"other programs, and {amounts.size(free)} are; make room, then retry.",
            concerns=str(folder),
        )
