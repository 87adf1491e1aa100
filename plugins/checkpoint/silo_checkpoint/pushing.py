"""Sending what the outbox holds. Runs on the outbox thread."""

from __future__ import annotations

import logging
import random
from datetime import timedelta
from functools import partial
from pathlib import Path

from silo_checkpoint import texts
from silo_checkpoint.adopting import find_base
from silo_checkpoint.behind import Behind
from silo_checkpoint.comparing import what_changed
from silo_checkpoint.diverged import Diverged
from silo_checkpoint.joining import Content, Joiner, Unmergeable, content_of
from silo_checkpoint.watching import CancelledError, Watch, watching
from silo_core.fcstd import to_dag
from silo_core.model.answers import HandoffAnswer, PushedCheckpoint
from silo_core.model.dag import Dag
from silo_core.model.errors import (
    BusyError,
    FileError,
    HeadMovedError,
    NotFoundError,
    OfflineError,
    RejectedError,
    ServerError,
    SiloError,
    StoreError,
)
from silo_core.model.exchange import CheckpointPushed, ConnectionState
from silo_core.model.item import VersionKind
from silo_core.ports.bases import Bases
from silo_core.ports.client import SiloClient
from silo_core.ports.files import read_file
from silo_core.ports.services import Services
from silo_core.ports.store import PushJob
from silo_core.rules.backoff import at_least, delay

logger = logging.getLogger(__name__)

MERGE_ROUNDS = 5
"""How often a push is joined with a head that has moved once more, before it is kept beside it."""

BACKOFF_S = 1.0
BACKOFF_CAP_S = 60.0
HELD_LOOK_S = 15.0
"""How often is looked whether a held push was resumed by another program."""

REJECTED_RETRY_S = 600.0
"""What the server finds wrong will not come right by itself; an admin may put it right."""

FAULT = 500
FAULTS = 20
"""How often a server may fail at a push, some 15 minutes, before that counts as rejected: what is wrong
may be this content, and the item's later ones are not to wait for it for ever."""


class Pusher:
    """Pushes what is due, one job after another; whatever fails stays in the outbox,
    unless its snapshot is gone."""

    def __init__(
        self, services: Services, bases: Bases, diverged: Diverged, behind: Behind
    ) -> None:
        self._services = services
        self._bases = bases
        self._diverged = diverged
        self._behind = behind
        self._joiner = Joiner(services, bases)

    def drain(self) -> float | None:
        """Push every job that is due. Answers the seconds until the next one is, None without one."""
        services = self._services
        while (client := self._reachable()) is not None:
            due = services.store.outbox.due(services.now())
            if not due:
                self._release_waiting(client)
                break
            for job in due:
                if self._reachable() is not client:
                    break
                self._try(client, job)
        next_due = services.store.outbox.next_due()
        if self._reachable() is None:
            return None  # the connection coming back wakes the thread
        if next_due is None:  # a new job wakes it; that one was resumed by `silo outbox` does not
            held = any(job.held for job in services.store.outbox.pending())
            return HELD_LOOK_S if held else None
        return max(0.0, (next_due - services.now()).total_seconds())

    def _reachable(self) -> SiloClient | None:
        online = self._services.connection.state is ConnectionState.ONLINE
        return self._services.client if online and self._services.workstation_id else None

    def _try(self, client: SiloClient, job: PushJob) -> None:
        try:
            job = self._with_base(client, job)
            changes = self._changes(job)
            if changes is None:
                self._skip(client, job)
            else:
                self._push(client, job, changes)
        except CancelledError:
            self._services.post_activity(texts.cancelled(job, self._services.now()))
        except (ServerError, StoreError) as error:
            self._failed(job, error)
        except SiloError as error:
            self._unreadable(client, job, error)
        except Exception as error:  # a bug that one file brings out must not hold back all others
            logger.exception("a push of %s failed", job.part_number)
            why = SiloError(f"Something unexpected happened ({type(error).__name__}); see the log.")
            self._later(job, why, REJECTED_RETRY_S, aside=True)
        else:
            return
        self._release_waiting(client, job.part_number)

    def _with_base(self, client: SiloClient, job: PushJob) -> PushJob:
        """A file opened without a server did not know which version it was."""
        if job.base is not None:
            return job
        base = find_base(self._services.store, client, job.part_number, job.source_path)
        return self._services.store.outbox.set_base(job, base) if base else job

    def _changes(self, job: PushJob) -> tuple[str, ...] | None:
        """What the job changes, as far as that can be told; None: nothing."""
        base = self._joiner.made_from(job)
        changes = what_changed(base, job.spool_path) if base else ()
        return changes or () if job.rescue else changes

    def _skip(self, client: SiloClient, job: PushJob) -> None:
        """Nothing to push: its sessions end, and the file is in step as it is."""
        if not self._end_sessions(client, job):
            raise OfflineError("The edit sessions cannot be released now.")
        content = content_of(job, ())
        self._keep_content(job, content)
        if self._joiner.joined_before(job):
            self._services.store.kept.add(job.part_number, job.base, job.sha256)
            self._drop_merged(job, content)
        else:
            self._services.store.outbox.unchanged(job)

    def _push(self, client: SiloClient, job: PushJob, changes: tuple[str, ...]) -> None:
        """Push the job: as it is; joined with what became the head meanwhile; or, where the two cannot
        be joined, to be kept beside the head.

        Each is a request of its own, with a key of its own: the one before was refused.
        """
        content, key = content_of(job, changes), job.id
        for number in range(MERGE_ROUNDS):
            if job.rescue:
                break
            try:
                self._done(job, content, self._send_once(client, job, content, key))
            except HeadMovedError as error:
                joined = self._joiner.join(client, job, error.head, content.changes)
                if isinstance(joined, Unmergeable):
                    self._rescue(client, job, changes, joined)
                    return
                if self._is_contained(joined):
                    self._contained(client, job, joined)
                    return
                content, key = joined, f"{job.id}-merge-{number}-{joined.sha256[:16]}"
            else:
                return
        self._rescue(client, job, changes, Unmergeable())

    def _send_once(
        self, client: SiloClient, job: PushJob, content: Content, key: str
    ) -> PushedCheckpoint:
        """A merged file that does not arrive is merged anew."""
        if content.merged_with:
            self._services.store.kept.add_sent(job.id, content.sha256, content.renamed)
        try:
            return self._send(client, job, content, key)
        except SiloError:
            if content.path != job.spool_path:
                content.path.unlink(missing_ok=True)
            raise

    def _rescue(
        self, client: SiloClient, job: PushJob, changes: tuple[str, ...], why: Unmergeable
    ) -> None:
        """Kept beside the head, and the user is asked what is to become of it."""
        rescue = self._services.store.outbox.mark_rescue(job)
        content = content_of(rescue, changes)
        pushed = self._send(client, rescue, content, f"{job.id}-rescue")
        result = self._done(rescue, content, pushed)
        self._services.post(partial(self._diverged.ask, result, why.conflicts))

    def _is_contained(self, joined: Content) -> bool:
        """Whether joining gave what is the head already, be it in other bytes."""
        head = joined.merged_with
        if head is None or joined.arrived or joined.sha256 == head.sha256:
            return head is not None
        theirs = self._bases.find(head.sha256)
        return theirs is not None and what_changed(theirs, joined.path) is None

    def _contained(self, client: SiloClient, job: PushJob, content: Content) -> None:
        """The head has everything already, as after a push of which the answer was lost."""
        if not self._end_sessions(client, job):
            raise OfflineError("The edit sessions cannot be released now.")
        self._keep_joined(job, content)
        self._keep_content(job, content)
        self._drop_merged(job, content)

    def _send(
        self, client: SiloClient, job: PushJob, content: Content, key: str
    ) -> PushedCheckpoint:
        with watching(self._services, job) as watch:
            return self._pushed(client, job, content, key, watch)

    def _pushed(
        self, client: SiloClient, job: PushJob, content: Content, key: str, watch: Watch
    ) -> PushedCheckpoint:
        return client.push_checkpoint(
            job.part_number,
            content.path,
            job.context,
            next(iter(job.session_ids), None),
            self._dag(content.path, job.part_number),
            workstation_id=self._services.workstation_id or "",
            session_ids=job.session_ids,
            base=content.base,
            file_name=job.file_name,
            sha256=content.sha256,
            changes=content.changes,
            rescue=job.rescue,
            handoff_id=job.handoff_id,
            idempotency_key=key,
            base_file=self._joiner.base_of(job, content),
            progress=watch,
        )

    @staticmethod
    def _dag(path: Path, part_number: str) -> Dag | None:
        """The feature graph of a file; one that has none is pushed all the same."""
        try:
            return to_dag(read_file(path))
        except FileError as error:
            logger.info("no feature graph of %s: %s", part_number, error.message)
            return None

    def _done(self, job: PushJob, content: Content, pushed: PushedCheckpoint) -> CheckpointPushed:
        services, version = self._services, pushed.version
        rescue, merged = version.kind is VersionKind.RESCUE, content.merged_with is not None
        if merged:
            self._keep_joined(job, content)
        elif rescue:
            services.store.kept.add(job.part_number, job.base, job.sha256)
        self._keep_content(job, content)
        if merged:  # the local file does not hold what came from others
            self._drop_merged(job, content)
        else:
            services.store.outbox.finished(job, version)
        result = CheckpointPushed(
            part_number=job.part_number,
            path=job.source_path,
            version=version,
            context=job.context,
            released=job.session_ids,
            subscribers_notified=pushed.subscribers_notified,
            rescue=rescue,
        )

        def tell() -> None:
            services.detach_sessions(job.session_ids)
            services.hooks.checkpoint_pushed(result)
            if merged:
                self._behind.tell(result, content)

        services.post(tell)
        if not rescue:
            services.post_activity(texts.pushed(result, content, services.now()))
        return result

    def _keep_joined(self, job: PushJob, joined: Content) -> None:
        """The head has what the job changed: what the file changes next, it changes from there."""
        kept = self._services.store.kept
        if job.set_aside:  # the file may hold something newer
            kept.add(job.part_number, job.base, job.sha256)
        else:
            self._keep_content(job, content_of(job, ()))
            renamed = joined.renamed
            kept.add_joined(job.part_number, job.base, job.source_path, job.sha256, renamed)

    def _keep_content(self, job: PushJob, content: Content) -> None:
        """What was pushed is what later changes are told against."""
        try:
            self._bases.copy(content.path, content.sha256)
        except FileError as error:  # no room: it can be fetched again
            logger.info("no copy of %s is kept: %s", job.part_number, error.message)

    def _drop_merged(self, job: PushJob, content: Content) -> None:
        """The job first: without its snapshot it would pass for lost."""
        self._services.store.outbox.drop(job)
        self._services.store.kept.forget_sent(job.id)
        for path in (content.path, job.spool_path):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:  # the spool's own cleanup takes it at a later start
                logger.warning("%s could not be deleted: %s", path, error)

    def _failed(self, job: PushJob, error: ServerError | StoreError) -> None:
        fails_at_it = (
            isinstance(error, BusyError) and error.status == FAULT and job.attempts + 1 >= FAULTS
        )
        if isinstance(error, OfflineError | BusyError | StoreError) and not fails_at_it:
            wait = delay(job.attempts, BACKOFF_S, BACKOFF_CAP_S, random.random)
            wait = at_least(wait, getattr(error, "retry_after", None))
        else:
            wait = REJECTED_RETRY_S
        self._later(job, error, wait, aside=fails_at_it or isinstance(error, RejectedError))

    def _unreadable(self, client: SiloClient, job: PushJob, error: SiloError) -> None:
        """A snapshot that is gone will not come back: the item's later jobs do not wait for it."""
        services = self._services
        if not _is_gone(job.spool_path):
            self._later(job, error, REJECTED_RETRY_S, aside=True)
        elif all(
            job.id != waiting.id for waiting in services.store.outbox.pending(job.part_number)
        ):
            return  # another program of this user has pushed it meanwhile
        elif self._end_sessions(client, job):
            services.store.outbox.drop(job)
            services.post_activity(texts.lost(job, services.now()))
        else:  # nobody else remembers which sessions are left to end
            self._put_off(job, error, BACKOFF_CAP_S)

    def _later(self, job: PushJob, error: SiloError, seconds: float, *, aside: bool) -> None:
        """Record the failure; the first one of a job is told, and that it is set aside, the rest would
        only repeat it."""
        self._put_off(job, error, seconds, aside=aside or job.set_aside)
        tell = texts.set_aside if aside else texts.delayed
        if job.attempts == 0 or (aside and not job.set_aside):
            self._services.post_activity(tell(job, error, self._services.now()))

    def _put_off(
        self, job: PushJob, error: SiloError, seconds: float, *, aside: bool = False
    ) -> None:
        now = self._services.now()
        due = now + timedelta(seconds=seconds)
        self._services.store.outbox.failed(job, error.message, now, due, aside=aside)

    def _release_waiting(self, client: SiloClient, part_number: str | None = None) -> None:
        """Others are not kept waiting for a push that takes its time, nor for those that wait behind
        it: a push is judged by its base. Of one item, or of all."""
        failing: set[str] = set()
        for job in self._services.store.outbox.pending(part_number):
            if (job.attempts and not job.set_aside) or job.held:
                failing.add(job.part_number)
            waits = job.set_aside or job.held or job.part_number in failing
            if waits and self._reachable() is client:
                self._end_sessions(client, job)

    def _end_sessions(self, client: SiloClient, job: PushJob) -> bool:
        """Release what the push would have ended; False if some of it is not released yet."""
        if job.handoff_id and not self._handed_over(client, job):
            return False
        released = [self._ended(client, job, session_id) for session_id in job.session_ids]
        if released and all(released):
            self._services.store.outbox.clear_sessions(job)
            self._services.post(partial(self._services.detach_sessions, job.session_ids))
        return all(released)

    @staticmethod
    def _handed_over(client: SiloClient, job: PushJob) -> bool:
        """Accept the handoff before anything is released, so that nobody else is faster than who asked;
        False if the server cannot be told now."""
        try:
            client.answer_handoff(job.handoff_id, HandoffAnswer.RELEASE)
        except (OfflineError, BusyError) as error:
            logger.info("handoff %s is not accepted yet: %s", job.handoff_id, error.message)
            return False
        except ServerError as error:  # gone, or not known to this server: release all the same
            logger.info("handoff %s cannot be accepted: %s", job.handoff_id, error.message)
        return True

    @staticmethod
    def _ended(client: SiloClient, job: PushJob, session_id: str) -> bool:
        try:
            client.release_edit_session(job.part_number, session_id)
        except NotFoundError:
            return True
        except ServerError as error:
            logger.info("session %s is not released yet: %s", session_id, error.message)
            return False
        return True


def _is_gone(path: Path) -> bool:
    """Whether there is no such file; one that cannot be looked at just now may well be there."""
    try:
        path.stat()
    except OSError as error:
        return isinstance(error, FileNotFoundError)
    return False
