"""What is worth a notification of the operating system: what asks something of this user, one at a time,
and not in the middle of a sketch. Main thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from silo_core.model.context import ContextLevel
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.language import translate
from silo_core.ports.host import CanAlert
from silo_core.ports.services import Services
from silo_core.rules.activity import MARKS

SETTING = "subscription_notify"
GAP = timedelta(seconds=30)
"""What comes within this of a notification is shown together, in the next one."""


def asks_user(entry: ActivityEntry) -> bool:
    """Whether somebody waits for this user, or their work needs them: a handoff, a conflict, a lost
    session."""
    if entry.chosen:
        return False
    if entry.kind is ActivityKind.HANDOFF:
        return bool(entry.actions)
    return entry.kind in (ActivityKind.CONFLICT, ActivityKind.SESSION)


def alert_of(entries: Sequence[ActivityEntry]) -> tuple[str, str]:
    """Title and text of the one notification for ``entries``, oldest first."""
    newest = entries[-1]
    if len(entries) == 1:
        return newest.text, "\n".join(newest.details[:2])
    lines = [f"{MARKS[entry.kind].icon} {entry.text}" for entry in entries[-3:]]
    more = (
        [translate("SiloActivity", "and {count} more").format(count=len(entries) - 3)]
        if len(entries) > 3
        else []
    )
    return translate("SiloActivity", "{count} things ask for you").format(
        count=len(entries)
    ), "\n".join([*reversed(lines), *more])


class Quiet:
    """Decides when the user is notified."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: dict[str, ActivityEntry] = {}
        self._seen: set[str] = set()
        self._next: datetime | None = None
        self._timer: threading.Timer | None = None

    def came(self, entry: ActivityEntry) -> None:
        """An entry was posted, or changed: what was settled meanwhile asks nothing any more."""
        if not asks_user(entry):
            self._waiting.pop(entry.id, None)
        elif entry.id not in self._seen and self._services.settings.flag(SETTING):
            self._seen.add(entry.id)
            self._waiting[entry.id] = entry
            self._services.post(self.look)

    def look(self) -> None:
        """Notify of what waits, if this is the moment."""
        services, now = self._services, self._services.now()
        in_sketch = any(held.context.level is ContextLevel.SKETCH for held in services.held())
        if not self._waiting or in_sketch or not services.settings.flag(SETTING):
            return
        if self._next and now < self._next:
            self._look_in((self._next - now).total_seconds())
            return
        entries, self._waiting = tuple(self._waiting.values()), {}
        self._next = now + GAP
        if isinstance(services.host, CanAlert):
            services.host.alert(*alert_of(entries))

    def _look_in(self, seconds: float) -> None:
        if self._timer and self._timer.is_alive():
            return
        self._timer = threading.Timer(seconds, lambda: self._services.post(self.look))
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Nothing is shown any more."""
        self._waiting.clear()
        if self._timer:
            self._timer.cancel()
