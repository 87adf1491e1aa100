"""As for workbenches: one server, an item of its own for each test, and no thread left behind."""

from __future__ import annotations

from tests.workbench.conftest import (  # noqa: F401
    _no_thread_is_left,
    _short_pauses,
)
