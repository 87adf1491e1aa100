"""Reading and changing the tables of the SQLite store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from silo_core.model.answers import ItemGroup
from silo_server.storage.ports import GroupQuery, ItemQuery
from silo_server.storage.records import (
    ItemRecord,
    LoggedEvent,
    StoredChunk,
    VersionRecord,
    manifest_id,
)
from silo_server.storage.rows import encode, mapping

R = TypeVar("R")


class SqliteReader:
    """Reads within the transaction that its connection has open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, kind: type[R], key: str) -> R | None:
        """The record of that kind with that id."""
        found = self._select(kind, "WHERE id = ?", key)
        return found[0] if found else None

    def find(self, kind: type[R], /, **equals: object) -> list[R]:
        """All records of that kind with these values, in the order they were added."""
        where = " AND ".join(f'"{name}" = ?' for name in equals)
        rest = f"{'WHERE ' + where if where else ''} ORDER BY seq"
        return self._select(kind, rest, *map(encode, equals.values()))

    def items(self, query: ItemQuery) -> list[ItemRecord]:
        """Items in the order of their part numbers."""
        conditions, values = ["part_number > ?"], [query.after]
        for word in query.search.casefold().split():
            conditions.append(
                "instr(fold(part_number || char(10) || description || char(10) || file_name), ?)"
            )
            values.append(word)
        if query.category:
            conditions.append("category = ?")
            values.append(query.category)
        if query.project:
            conditions.append("EXISTS (SELECT 1 FROM json_each(projects) WHERE value = ?)")
            values.append(query.project)
        rest = f"WHERE {' AND '.join(conditions)} ORDER BY part_number LIMIT ?"
        return self._select(ItemRecord, rest, *values, query.limit)

    def groups(self, query: GroupQuery) -> list[ItemGroup]:
        """Projects or categories in the order of their names."""
        name = "category" if query.categories else "value"
        tables = "items" if query.categories else "items, json_each(items.projects)"
        rows = self._connection.execute(
            f"SELECT {name}, count(*) FROM {tables} "  # noqa: S608 - names are ours
            f"WHERE {name} > ? AND instr(fold({name}), ?) "
            f"GROUP BY {name} ORDER BY {name} LIMIT ?",
            (query.after, query.search.casefold(), query.limit),
        )
        return [ItemGroup(*row) for row in rows]

    def versions(self, part_number: str, before: str, limit: int) -> list[VersionRecord]:
        """Newest first, those older than the version ``before`` (all if it is empty)."""
        condition = "AND seq < (SELECT seq FROM versions WHERE id = ?)" if before else ""
        rest = f"WHERE part_number = ? {condition} ORDER BY seq DESC LIMIT ?"
        values = [part_number, before, limit] if before else [part_number, limit]
        return self._select(VersionRecord, rest, *values)

    def newest(self, kind: type[R], limit: int) -> list[R]:
        """The records of that kind that were added last, newest first."""
        return self._select(kind, "ORDER BY seq DESC LIMIT ?", limit)

    def due(self, kind: type[R], now: datetime) -> list[R]:
        """Records whose time is over at ``now``, in the order they were added."""
        return self._select(kind, "WHERE expires_at <= ? ORDER BY seq", encode(now))

    def chunks(self, part_number: str, hashes: Collection[str]) -> dict[str, StoredChunk]:
        """Those of the chunks (SHA-256) that contents of this item hold, by their SHA-256."""
        found = {}
        for sha256 in hashes:
            row = self._connection.execute(
                "SELECT size, deflate, id, position, length FROM chunks JOIN manifests "
                "ON manifests.seq = manifest WHERE part_number = ? AND sha256 = ?",
                (part_number, bytes.fromhex(sha256)),
            ).fetchone()
            if row:
                size, deflate, key, offset, length = row
                content = key.rpartition(" ")[2]
                found[sha256] = StoredChunk(sha256, size, deflate, content, offset, length)
        return found

    def loose_size(self, part_number: str) -> int:
        """Bytes on disk of the item's loose chunks."""
        row = self._connection.execute(
            "SELECT coalesce(sum(stored), 0) FROM loose_chunks WHERE part_number = ?",
            (part_number,),
        ).fetchone()
        return int(row[0])

    def events(self, after: int, limit: int) -> list[LoggedEvent]:
        """Logged events with a greater id, oldest first."""
        rows = self._connection.execute(
            "SELECT id, type, data, audience FROM events WHERE id > ? ORDER BY id LIMIT ?",
            (after, limit),
        )
        return [
            LoggedEvent(key, kind, data, None if to is None else frozenset(json.loads(to)))
            for key, kind, data, to in rows
        ]

    def event_range(self) -> tuple[int, int]:
        """Ids of the oldest event held and of the newest ever; (newest + 1, newest) when empty."""
        oldest, newest = self._connection.execute("SELECT min(id), max(id) FROM events").fetchone()
        if newest is not None:
            return oldest, newest
        row = self._connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'events'"
        ).fetchone()
        newest = row[0] if row else 0
        return newest + 1, newest

    def _select(self, kind: type[R], rest: str, *values: object) -> list[R]:
        kept = mapping(kind)
        rows = self._connection.execute(f"{kept.selection} {rest}", values)
        return [kept.record(row) for row in rows]


class SqliteTransaction(SqliteReader):
    """Writes within the savepoint that its connection has open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.appended = 0

    def add(self, record: Any) -> None:
        """Keep a new record."""
        kept = mapping(type(record))
        self._connection.execute(kept.insertion, kept.row(record))

    def change(self, record: Any) -> None:
        """Replace the record of the same kind and id."""
        kept = mapping(type(record))
        self._connection.execute(kept.replacement, [*kept.row(record), record.id])

    def remove(self, record: Any) -> None:
        """Forget the record of the same kind and id."""
        table = mapping(type(record)).table
        self._connection.execute(f"DELETE FROM {table} WHERE id = ?", (record.id,))  # noqa: S608

    def add_chunks(self, part_number: str, chunks: Collection[StoredChunk]) -> None:
        """Keep where chunks of one content stand, whose manifest is kept already; a chunk that the
        item has elsewhere stays there."""
        seqs: dict[str, int] = {}
        rows = []
        for chunk in chunks:
            if chunk.content not in seqs:
                seqs[chunk.content] = self._connection.execute(
                    "SELECT seq FROM manifests WHERE id = ?",
                    (manifest_id(part_number, chunk.content),),
                ).fetchone()[0]
            place = (seqs[chunk.content], chunk.offset, chunk.length, chunk.size, chunk.deflate)
            rows.append((part_number, bytes.fromhex(chunk.sha256), *place))
        self._connection.executemany(
            "INSERT OR IGNORE INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )

    def renew_leases(self, workstations: Collection[str], until: datetime) -> None:
        """Let all edit sessions and waits of these workstations last until then, if they do not
        already."""
        moment = encode(until)
        values = [(moment, workstation, moment) for workstation in workstations]
        self._connection.executemany(
            "UPDATE edit_sessions SET expires_at = ? WHERE workstation_id = ? AND expires_at < ?",
            values,
        )
        # this runs for everybody who is connected at each acquisition, and hardly anybody waits
        if self._connection.execute("SELECT 1 FROM waits LIMIT 1").fetchone():
            self._connection.executemany(
                "UPDATE waits SET expires_at = ? WHERE workstation_id = ? AND expires_at < ?",
                values,
            )

    def next_fence(self) -> int:
        """A number greater than any it answered before."""
        row = self._connection.execute(
            "UPDATE fences SET last = last + 1 RETURNING last"
        ).fetchone()
        return int(row[0])

    def append(
        self, event: str, data: Mapping[str, Any], audience: Collection[str] | None = None
    ) -> None:
        """Add an event to the durable log, for everybody or for these workstations."""
        self._connection.execute(
            "INSERT INTO events (type, data, audience) VALUES (?, ?, ?)",
            (
                event,
                json.dumps(data, ensure_ascii=False, separators=(",", ":")),
                None if audience is None else json.dumps(sorted(set(audience))),
            ),
        )
        self.appended += 1

    def trim_events(self, keep: int) -> None:
        """Forget all but the newest ``keep`` events."""
        self._connection.execute(
            "DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?", (keep,)
        )
