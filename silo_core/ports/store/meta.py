"""Single facts by name."""

from __future__ import annotations

from silo_core.ports.store.database import Database


class Meta:
    """Texts by key, such as ``workstation_id`` and ``user``. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """The value, None where there is none."""
        rows = self._database.query("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set(self, key: str, value: str) -> None:
        """Remember ``value``."""
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def remove(self, key: str) -> None:
        """Forget it; harmless where there is nothing."""
        self._database.execute("DELETE FROM meta WHERE key = ?", (key,))
