"""As for workbenches: one server, an item of its own for each test, and no thread left behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.checkpoint.crashing import Workstations
from tests.workbench.conftest import (  # noqa: F401
    _no_thread_is_left,
    _short_pauses,
    make_job,
)


@pytest.fixture(scope="module")
def workstations() -> Iterator[Workstations]:
    with Workstations() as workstations:
        yield workstations
