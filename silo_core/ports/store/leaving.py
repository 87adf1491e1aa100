"""What is being saved, copied aside and recorded just now, so that the next start can finish it should
the program be killed in between."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from silo_core.model.context import CheckpointContext
from silo_core.ports.store.database import Database, Row
from silo_core.ports.store.jobs import PushJob, insert, text
from silo_core.ports.store.paths import path_of, path_text


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a push of the file at ``path`` needs to know beside its content; the members mean what
    those of ``PushJob`` mean. ``base`` is found out by ``Leavings.begin``."""

    part_number: str
    path: Path
    context: CheckpointContext
    session_ids: tuple[str, ...]
    object_ids: tuple[str, ...]
    handoff_id: str = ""
    base: str | None = None


class Leavings:
    """At most one per item. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, leaving: Leaving) -> Leaving:
        """Remember it, in place of what was begun before; on the disk when this returns. Answers it with
        its base: the one tracked now, as a push that is answered just now moves both. Of another copy
        than the tracked one nobody knows it."""
        with self._database.transaction():
            known = self._database.query(
                "SELECT base_version FROM tracked WHERE part_number = ? AND path = ?",
                (leaving.part_number, path_text(leaving.path)),
            )
            leaving = replace(leaving, base=text(known[0][0]) if known else None)
            self._put(leaving)
        return leaving

    def adopt(self, leaving: Leaving) -> bool:
        """Remember what another editor began, with the base that it had there; False, and nothing is
        changed, where something of the item was begun here."""
        with self._database.transaction():
            if any(begun.part_number == leaving.part_number for begun in self.unfinished()):
                return False
            self._put(leaving)
            return True

    def _put(self, leaving: Leaving) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO leaving VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                leaving.part_number,
                path_text(leaving.path),
                leaving.context.value,
                json.dumps(leaving.session_ids),
                json.dumps(leaving.object_ids),
                leaving.base,
                leaving.handoff_id,
            ),
        )

    def end(self, leaving: Leaving) -> None:
        """There is nothing to record of it; harmless when repeated."""
        self._database.execute("DELETE FROM leaving WHERE part_number = ?", (leaving.part_number,))

    def record(self, job: PushJob) -> bool:
        """Put into the outbox what was begun for the job's item, and end that, in one transaction.

        A push of the item that was answered in between has moved the base: it is taken from here, not
        from ``job``. False, and nothing is added, if the newest that waits has the same content:
        another program has finished it meanwhile.
        """
        with self._database.transaction():
            begun = self._database.query(
                "SELECT base FROM leaving WHERE part_number = ?", (job.part_number,)
            )
            newest = self._database.query(
                "SELECT sha256 FROM outbox WHERE part_number = ? ORDER BY position DESC LIMIT 1",
                (job.part_number,),
            )
            self._database.execute("DELETE FROM leaving WHERE part_number = ?", (job.part_number,))
            if newest and newest[0][0] == job.sha256:
                return False
            insert(self._database, replace(job, base=text(begun[0][0])) if begun else job)
            return True

    def unfinished(self) -> tuple[Leaving, ...]:
        """What was begun and not ended, by part number."""
        rows = self._database.query("SELECT * FROM leaving ORDER BY part_number")
        return tuple(_read(row) for row in rows)


def _read(row: Row) -> Leaving:
    part_number, path, context, sessions, objects, base, handoff_id = row
    return Leaving(
        part_number=str(part_number),
        path=path_of(str(path)),
        context=CheckpointContext(str(context)),
        session_ids=tuple(json.loads(str(sessions))),
        object_ids=tuple(json.loads(str(objects))),
        base=text(base),
        handoff_id=str(handoff_id),
    )
