"""Who listens to the sync learns how it ended."""

from __future__ import annotations

from tests.subscriptions.team import Desk
from tests.workbench.kit import Job


def test_listeners_are_told_that_nothing_is_under_way_any_more(job: Job) -> None:
    desk = Desk.of(job).start()
    desk.until_idle()
    audience, told = desk.engine.audience, list[str]()
    audience.tell(is_over=True)
    audience.listeners.append(lambda: told.append("told"))
    audience.tell(is_over=False)
    told.clear()
    audience.tell(is_over=True)
    assert told == ["told"], "one that looked meanwhile showed that it syncs"
    audience.tell(is_over=True)
    assert told == ["told"]
