"""What happens on worker threads is not lost."""

from __future__ import annotations

import logging

import pytest

from silo_core.model.errors import SiloError
from silo_core.workbench.tasks import Tasks


@pytest.mark.parametrize(
    ("error", "where"), [(ZeroDivisionError("half"), True), (SiloError("no room"), False)]
)
def test_what_a_call_raises_is_logged_and_a_bug_with_its_place(
    error: Exception, where: bool, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise error

    caplog.set_level(logging.INFO)
    tasks = Tasks()
    tasks.start()
    tasks.submit(fail)
    tasks.stop()()
    assert str(error) in caplog.text
    assert ("Traceback" in caplog.text) is where
