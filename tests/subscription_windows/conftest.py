"""Workstations with windows, on the one server of the test run; no thread and no window is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.subscriptions.team import Colleague, Desk
from tests.workbench.conftest import _no_thread_is_left, _short_pauses  # noqa: F401
from tests.workbench.kit import Job


@pytest.fixture(autouse=True)
def _no_window_is_left(qapp: QApplication) -> Iterator[None]:
    before = set(qapp.topLevelWidgets())
    yield
    for widget in set(qapp.topLevelWidgets()) - before:
        widget.close()
        widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk(job: Job) -> Desk:
    """Alice, online."""
    return Desk.of(job, subscription_notify="false").start()


@pytest.fixture
def bob(job: Job) -> Colleague:
    """Who makes items and versions elsewhere."""
    return Colleague(job)
