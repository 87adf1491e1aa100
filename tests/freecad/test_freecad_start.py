"""Silo does not hold up the start of FreeCAD: it begins once the window is drawn, and waits for no
server. How many milliseconds that is: ``benchmarks/freecad_start.py``."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(120)

SCRIPTS = Path(__file__).parent / "inside"
AT_MOST_MS = 1500
OWN = ["freecad.silo.init_gui"]


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("hidden", [False, True], ids=["seen", "never seen"])
def test_silo_begins_after_the_window_is_drawn_and_holds_it_up_for_no_server(
    hidden: bool, profiles: Any, silent: str
) -> None:
    profile = profiles.make()
    probe = profile.home / "Mod" / "Probe" / "freecad" / "start_probe"
    probe.mkdir(parents=True)
    (probe / "__init__.py").touch()
    shutil.copyfile(SCRIPTS / "start_probe.py", probe / "init_gui.py")
    env = {
        "SILO_SERVER_URL": silent,
        "SILO_TOKEN": "silo_any",
        "START_HIDDEN": "yes" if hidden else "no",
    }
    at_most = AT_MOST_MS if hidden else 10 * AT_MOST_MS
    found = profile.run("start", env, **{"at most": at_most})
    if hidden:
        assert found["waited for the window"] >= AT_MOST_MS
    else:
        assert found["at first sight"] == OWN
        assert found["waited for the window"] < at_most
    assert found["connection"] == "connecting"
    assert found["stood still"] < 5, "a request may wait for 15 seconds"
    assert found["exit code"] == 0
    assert "Traceback" not in found["said"]
