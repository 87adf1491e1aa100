"""What the server tells of subscribed items, folded: of many events about one item only the newest
counts, and of many items only their number is told."""

from __future__ import annotations

from collections.abc import Mapping

from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.item import PART_NUMBER
from silo_core.model.language import translate
from silo_core.ports.services import Services
from silo_subscriptions import viewing
from silo_subscriptions.engine.engine import Engine
from silo_subscriptions.engine.messages import ONE_BY_ONE
from silo_subscriptions.engine.reloading import waits
from silo_subscriptions.texts import details, headline

MOST = 1000
"""Items that are told apart until the main thread has time."""
_OF_ITEMS = ("subscription.checkpoint", "subscription.revision")
_OF_ALL = ("subscription.update", "subscription.sync_required")


class News:
    """Main thread."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine
        self._newest: dict[str, Event] = {}
        self._left_out = 0
        self._is_posted = False

    def came(self, event: Event) -> None:
        """Have it looked at, unless this workstation made it. The same user elsewhere is another."""
        if event.type in _OF_ALL:
            self._engine.look_at()
            return
        number = event.part_number
        if event.type not in _OF_ITEMS or number is None or not PART_NUMBER.fullmatch(number):
            return
        if event.data.get("workstation_id") == self._services.workstation_id:
            return
        if number in self._newest or len(self._newest) < MOST:
            self._newest[number] = event
        else:
            self._left_out += 1
        if not self._is_posted:
            self._is_posted = True
            self._services.post(self._take)

    def _take(self) -> None:
        """After all that was waiting: it may have been a burst."""
        newest, self._newest = self._newest, {}
        count, self._left_out = len(newest) + self._left_out, 0
        self._is_posted = False
        if self._services.settings.flag("subscription_notify"):
            self._tell(newest, count)
        if count > len(newest):
            self._engine.look_at()
        for number in newest:
            self._engine.look_at(number)

    def _tell(self, newest: dict[str, Event], count: int) -> None:
        now = self._services.now()
        if count > ONE_BY_ONE:
            text = translate(
                "SiloSubscriptions", "Updated: {count} items that you are subscribed to"
            ).format(count=count)
            self._services.post_activity(ActivityEntry(now, ActivityKind.UPDATED, text))
            return
        for number, event in newest.items():
            version = event.data.get("version")
            made = str(version.get("id")) if isinstance(version, Mapping) else ""
            if waits(self._engine.status_of(number), made):  # which is told already
                continue
            entry = ActivityEntry(
                at=now,
                kind=ActivityKind.UPDATED,
                text=headline(event) or "",
                details=details(event),
                part_number=number,
                user=str(event.data.get("checkpoint_user") or event.data.get("user") or ""),
                facts={"version": made},
            )
            self._engine.audience.news(viewing.with_view(self._services, entry))
