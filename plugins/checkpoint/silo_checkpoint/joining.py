"""Joining a push with what became the newest version meanwhile. Outbox thread."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from silo_checkpoint.watching import watching
from silo_core.model.errors import FileError, ServerError
from silo_core.model.exchange import MergeRequest
from silo_core.model.item import Version, VersionKind
from silo_core.ports.bases import Bases
from silo_core.ports.client import SiloClient
from silo_core.ports.client.files import reading, sha256_of
from silo_core.ports.services import Services
from silo_core.ports.store import PushJob

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Content:
    """What is sent for a job: its snapshot, or that joined with others' work. ``sha256`` and ``size``
    are of the file at ``path``, ``base`` the id of the version it is made from; ``changes`` says what
    the job changes, ``taken`` what came from others, whose versions ``others`` are, newest first.
    ``renamed``: see ``MergeResult``. ``arrived``: ``merged_with`` is the job's own version already, of
    which the answer was lost."""

    path: Path
    sha256: str
    size: int
    base: str | None
    changes: tuple[str, ...]
    taken: tuple[str, ...] = ()
    merged_with: Version | None = None
    others: tuple[Version, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class Unmergeable:
    """Why a push is kept beside the newest version."""

    conflicts: tuple[str, ...] = ()


def content_of(job: PushJob, changes: tuple[str, ...]) -> Content:
    """The snapshot itself."""
    return Content(job.spool_path, job.sha256, job.size, job.base, changes)


class Joiner:
    """Fetches what a merge needs, and asks the hook."""

    def __init__(self, services: Services, bases: Bases) -> None:
        self._services = services
        self._bases = bases

    def base_file(self, client: SiloClient, job: PushJob) -> Path | None:
        """The content that the job was made from; None where it has none, or it cannot be had.

        Raises:
            OfflineError, BusyError: it may be had later.
        """
        known = self.made_from(job)
        if known or job.base is None or self.joined_before(job):
            return known
        version = _version(client, job.part_number, job.base)
        return self._fetch(client, job, version) if version else None

    def joined_before(self, job: PushJob) -> str | None:
        """The SHA-256 of what the same file held when it went into the head by a merge: the job was
        made on top of that, though the file is not in step with the head. What is set aside may be
        older."""
        if job.set_aside:
            return None
        return self._services.store.kept.joined(job.part_number, job.base, job.source_path)

    def made_from(self, job: PushJob) -> Path | None:
        """As ``base_file``, if it is at hand."""
        joined = self.joined_before(job)
        return self._bases.find(joined) if joined else self.known_base(job)

    def known_base(self, job: PushJob) -> Path | None:
        """The content of the version that the job is pushed on, if it is at hand."""
        tracked = self._services.store.tracked.get(job.part_number)
        if tracked is None or job.base is None or tracked.base_version != job.base:
            return None
        return self._bases.find(tracked.sha256)

    def base_of(self, job: PushJob, content: Content) -> Path | None:
        """The content of the version that ``content`` is made from, if it is at hand."""
        if content.merged_with:
            return self._bases.find(content.merged_with.sha256)
        return self.known_base(job)

    def _fetch(self, client: SiloClient, job: PushJob, version: Version) -> Path | None:
        """The content of a version; None where there is no room for it here. Only what differs from
        what the local file was made from travels.

        Raises:
            ServerError: the server does not give it.
            CancelledError: the job is held.
        """
        known = self._bases.find(version.sha256)
        if known:
            return known
        try:
            arriving = self._bases.new()
            tracked = self._services.store.tracked.get(job.part_number)
            like = self._bases.find(tracked.sha256) if tracked else None
            with watching(self._services, job, upload=False) as watch:
                client.download_version(job.part_number, version, arriving, like, watch)
            self._bases.take(arriving, version.sha256)
        except FileError:
            return None
        return self._bases.find(version.sha256)

    def join(
        self, client: SiloClient, job: PushJob, head: Version | None, changes: tuple[str, ...]
    ) -> Content | Unmergeable:
        """The job's snapshot, which ``changes`` its base, joined with ``head`` (None: not known).

        Raises:
            ServerError: what it takes cannot be fetched now.
            FileError: there is no room for the result.
        """
        if arrived := self._arrived(client, job, changes):
            return arrived
        base = self.base_file(client, job)
        theirs = self._fetch(client, job, head) if head else None
        if head is None or base is None or theirs is None:
            return Unmergeable()
        target = job.spool_path.with_name(f"{uuid.uuid4().hex}{job.spool_path.suffix}")
        request = MergeRequest(
            part_number=job.part_number,
            base=base,
            ours=job.spool_path,
            theirs=theirs,
            target=target,
            by=head.user,
            renamed=self._renamed(job),
        )
        result = self._services.hooks.merge(request)
        if result is None or result.conflicts:
            target.unlink(missing_ok=True)
            return Unmergeable(result.conflicts if result else ())
        with reading(target) as file:
            sha256 = sha256_of(file)
        size = target.stat().st_size
        others = self._since(client, job, head)
        return Content(
            target, sha256, size, head.id, changes, result.taken, head, others, result.renamed
        )

    def _arrived(
        self, client: SiloClient, job: PushJob, changes: tuple[str, ...]
    ) -> Content | None:
        """What an earlier try left on the server. Joined once more it would be another's work: new
        objects that got other names there would be added again."""
        sent = self._services.store.kept.sent(job.id)
        if sent is None:
            return None
        sha256, renamed = sent
        for version in _versions(client, job.part_number):
            if version.id == job.base:
                break
            is_own = version.workstation_id == self._services.workstation_id
            if is_own and version.sha256 == sha256 and version.kind is not VersionKind.RESCUE:
                content = replace(content_of(job, changes), base=version.id)
                return replace(content, merged_with=version, renamed=renamed, arrived=True)
        return None

    def _renamed(self, job: PushJob) -> Mapping[str, str]:
        """What the job's objects are called in the head, where it is not what they are called here."""
        if job.set_aside:
            return {}
        return self._services.store.kept.renamed(job.part_number, job.base, job.source_path)

    def _since(self, client: SiloClient, job: PushJob, head: Version) -> tuple[Version, ...]:
        """What others made since the job's base, newest first; the head alone if that is not known."""
        own = self._services.workstation_id
        found = []
        try:
            for version in _versions(client, job.part_number):
                if version.id == job.base:
                    break
                if version.kind is not VersionKind.RESCUE and version.workstation_id != own:
                    found.append(version)
        except ServerError as error:
            logger.info("who made %s is not known: %s", job.part_number, error.message)
        return tuple(found) or (head,)


def _version(client: SiloClient, part_number: str, version_id: str) -> Version | None:
    return next((v for v in _versions(client, part_number) if v.id == version_id), None)


def _versions(client: SiloClient, part_number: str) -> Iterator[Version]:
    """The newest first. Raises ServerError."""
    cursor: str | None = None
    while True:
        page = client.list_versions(part_number, cursor=cursor)
        yield from page.versions
        cursor = page.next_cursor
        if cursor is None:
            return
