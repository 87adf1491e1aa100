"""Pushes that are recorded and not yet answered by the server."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from silo_core.model.item import Version, VersionKind
from silo_core.ports.store import tracked
from silo_core.ports.store.database import Database, SqlValue
from silo_core.ports.store.jobs import PushJob, from_row, insert, text
from silo_core.ports.store.paths import path_text
from silo_core.ports.wire import format_time, parse_time

logger = logging.getLogger(__name__)


class Outbox:
    """The pushes of one item go out one after another, in the order they were added; those of
    different items do not wait for each other. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: PushJob) -> None:
        """Record ``job``; on the disk when this returns."""
        insert(self._database, job)

    def due(self, now: datetime) -> tuple[PushJob, ...]:
        """What is to be pushed now, one job of each item at most: the oldest whose time has come.

        A job that was not tried yet is due whatever the clock says, and one that was tried later than
        now is due as well: the clock was set back.
        """
        found: dict[str, PushJob] = {}
        for job in self._jobs(
            "SELECT * FROM next_of_item WHERE attempts = 0 OR next_try_at <= ? OR tried_at > ? "
            "ORDER BY position",
            *(format_time(now),) * 2,
        ):
            found.setdefault(job.part_number, job)
        return tuple(found.values())

    def next_due(self) -> datetime | None:
        """When the next job is due, which may be past already; None where nothing waits."""
        (earliest,) = self._database.query("SELECT MIN(next_try_at) FROM next_of_item")[0]
        return None if earliest is None else parse_time(str(earliest))

    def pending(self, part_number: str | None = None) -> tuple[PushJob, ...]:
        """Everything that waits, of one item or of all, the oldest first."""
        if part_number is None:
            return self._jobs("SELECT * FROM outbox ORDER BY position")
        return self._jobs(
            "SELECT * FROM outbox WHERE part_number = ? ORDER BY position", part_number
        )

    def failed(
        self, job: PushJob, error: str, now: datetime, next_try_at: datetime, *, aside: bool = False
    ) -> PushJob:
        """Record that a try came to nothing, why, and when the next one is; ``aside``: what is wrong
        is this job's content, so that the item's later jobs do not wait for it. Answers the job as
        it is now, as the methods below do."""
        self._database.execute(
            "UPDATE outbox SET attempts = attempts + 1, last_error = ?, tried_at = ?, "
            "next_try_at = ?, set_aside = ? WHERE id = ?",
            (error, format_time(now), format_time(next_try_at), int(aside), job.id),
        )
        return replace(
            job,
            attempts=job.attempts + 1,
            last_error=error,
            tried_at=now,
            next_try_at=next_try_at,
            set_aside=aside,
        )

    def hold(self, job_id: str) -> bool:
        """Cancel a push: it stays here, and is not tried until it is resumed. False if there is none
        of that id."""
        self._database.execute("UPDATE outbox SET held = 1 WHERE id = ?", (job_id,))
        return self.is_held(job_id)

    def is_held(self, job_id: str) -> bool:
        """Whether that push is held."""
        return bool(
            self._database.query("SELECT held FROM outbox WHERE id = ? AND held", (job_id,))
        )

    def resume(self, job_id: str, now: datetime) -> None:
        """Let a held push be tried again, at once."""
        self._database.execute(
            "UPDATE outbox SET held = 0, next_try_at = ? WHERE id = ? AND held",
            (format_time(now), job_id),
        )

    def mark_rescue(self, job: PushJob) -> PushJob:
        """From now on the job is pushed to be kept beside the head."""
        self._database.execute("UPDATE outbox SET rescue = 1 WHERE id = ?", (job.id,))
        return replace(job, rescue=True)

    def set_base(self, job: PushJob, base: str) -> PushJob:
        """It turned out which version the job was made from; the file's other jobs recorded without
        a base were made on top of it, and get the same until it is pushed."""
        self._database.execute(
            "UPDATE outbox SET base = ? WHERE part_number = ? AND source_path = ? AND base IS NULL",
            (base, job.part_number, path_text(job.source_path)),
        )
        return replace(job, base=base)

    def clear_sessions(self, job: PushJob) -> PushJob:
        """The job's edit sessions have ended otherwise: it does not carry them any more, nor the
        handoff that ended them."""
        self._database.execute(
            "UPDATE outbox SET session_ids = '[]', handoff_id = '' WHERE id = ?", (job.id,)
        )
        return replace(job, session_ids=(), handoff_id="")

    def retry_all(self, now: datetime) -> None:
        """Make every job due: the connection is back, and waiting longer serves nobody."""
        self._database.execute(
            "UPDATE outbox SET next_try_at = ? WHERE next_try_at > ?", (format_time(now),) * 2
        )

    def drop(self, job: PushJob) -> None:
        """Forget ``job``: it cannot be pushed any more. Its snapshot is left alone."""
        self._database.execute("DELETE FROM outbox WHERE id = ?", (job.id,))

    def unchanged(self, job: PushJob) -> None:
        """What ``job`` was to push is what the server has, in other bytes.

        In one transaction the job goes, and the file counts as in step with the same version as
        before. The snapshot is deleted after that.
        """
        with self._database.transaction():
            self._database.execute("DELETE FROM outbox WHERE id = ?", (job.id,))
            self._database.execute(
                "UPDATE tracked SET sha256 = ?, size = ?, mtime_ns = 0 "
                "WHERE part_number = ? AND path = ? AND base_version IS ?",
                (job.sha256, job.size, job.part_number, path_text(job.source_path), job.base),
            )
        self._delete_snapshot(job)

    def finished(self, job: PushJob, version: Version) -> None:
        """The server has answered that ``job`` is ``version``.

        In one transaction the job goes, the file is in step with ``version``, and later jobs of the
        same file that were recorded on the same base count as made from ``version``: they were made
        on top of this one. Another copy of the item was not. A rescue changes neither, as it is
        not the head. The snapshot is deleted after that. Harmless when repeated.
        """
        with self._database.transaction():
            rows = self._database.query("SELECT position, base FROM outbox WHERE id = ?", (job.id,))
            if not rows:
                return
            self._database.execute("DELETE FROM outbox WHERE id = ?", (job.id,))
            if not job.rescue and version.kind is not VersionKind.RESCUE:
                self._move_base(replace(job, base=text(rows[0][1])), version, rows[0][0])
        self._delete_snapshot(job)

    @staticmethod
    def _delete_snapshot(job: PushJob) -> None:
        try:
            job.spool_path.unlink(missing_ok=True)
        except OSError as error:  # the spool's own cleanup takes it at the next start
            logger.warning("the snapshot %s could not be deleted: %s", job.spool_path, error)

    def _move_base(self, job: PushJob, version: Version, position: SqlValue) -> None:
        moved = (version.id, job.part_number, path_text(job.source_path), job.base)
        # not of what is set aside and older: it must not pass for made on top of this
        self._database.execute(
            "UPDATE outbox SET base = ? "
            "WHERE part_number = ? AND source_path = ? AND base IS ? AND position > ?",
            (*moved, position),
        )
        self._database.execute(
            "UPDATE leaving SET base = ? WHERE part_number = ? AND path = ? AND base IS ?", moved
        )
        files = tracked.TrackedFiles(self._database)
        known = files.get(job.part_number)
        # When the answer to an earlier try was lost, something newer may have been downloaded since
        if known and (known.base_version != job.base or known.path != job.source_path):
            return
        unchanged = known is not None and known.sha256 == job.sha256
        files.put(
            tracked.TrackedFile(
                part_number=job.part_number,
                path=known.path if known else job.source_path,
                base_version=version.id,
                base_revision=version.revision_number,
                sha256=job.sha256,
                size=job.size,
                # otherwise: the file may have been edited since the snapshot
                mtime_ns=known.mtime_ns if known and unchanged else 0,
            )
        )

    def _jobs(self, sql: str, *values: str) -> tuple[PushJob, ...]:
        return tuple(from_row(row) for row in self._database.query(sql, values))
