"""Time that a test puts on, rather than waits for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Called, it answers the time (UTC), as servers and workbenches take it. It runs, unless it stands
    still at ``standing_at``; either way ``move`` puts it on."""

    def __init__(self, standing_at: datetime | None = None) -> None:
        self._standing_at = standing_at
        self._ahead = timedelta()

    @classmethod
    def standing(cls) -> Clock:
        """One that stands still at some moment."""
        return cls(datetime(2026, 3, 1, 8, tzinfo=UTC))

    def __call__(self) -> datetime:
        return (self._standing_at or datetime.now(UTC)) + self._ahead

    def move(self, seconds: float) -> None:
        """Put it on."""
        self._ahead += timedelta(seconds=seconds)
