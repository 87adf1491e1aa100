"""A plugin that freezes FreeCAD at its start freezes it once."""

from __future__ import annotations

from typing import Any

import pytest

from silo_core.ports.plugins import hung
from silo_core.testing import InstalledPlugins
from tests.freecad.kit import eventually

pytestmark = pytest.mark.timeout(300)

HANGS = """
import time

@hookimpl
def silo_startup(services): time.sleep(600)
"""


def test_freecad_starts_without_the_plugin_that_froze_it_until_it_was_killed(profiles: Any) -> None:
    profile = profiles.make()
    InstalledPlugins(profile.home / "Mod" / "Silo" / "packages").plugin("slow", HANGS)
    with profile.start("hanging") as running:
        eventually(lambda: any(profile.home.rglob(hung.MARKER)))
        running.kill()
    found = profile.run("hanging")
    state, error = found["plugins"]["slow"]
    assert state == "switched off"
    assert 'Plugin "slow" (dist-slow 1.0) is switched off: it had kept the editor waiting' in error
    assert found["plugins"]["locking"][0] == "enabled"
    assert found["exit code"] == 0
