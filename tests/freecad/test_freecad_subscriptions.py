"""The windows of subscriptions in a real FreeCAD, with a real server."""

from __future__ import annotations

from typing import Any

import pytest

from silo_core.model.context import ContextLevel
from silo_core.ports.client import SiloClient
from tests.freecad.kit import DATA, Server

pytestmark = pytest.mark.timeout(300)


def test_subscribing_syncing_and_pausing_by_the_menu(profiles: Any, server: Server) -> None:
    bob = SiloClient(server.url, server.add_user("bob"))
    bob.create_item("PRT-101", description="Plate", file_name="plate.FCStd")
    bob.upload_file("PRT-101", DATA / "plate.FCStd")
    desk = bob.register_workstation("bob's desk", "fingerprint").id
    bob.acquire_edit_session("PRT-101", desk, ContextLevel.PARTDESIGN, "Body")
    profile = profiles.make()
    workspace = profile.home / "workspace"
    newer = DATA / "bracket.FCStd"
    env = {
        "SILO_WORKSPACE": str(workspace),
        "SILO_SERVER_URL": server.url,
        "SILO_TOKEN": server.add_user("dave"),
    }
    config = {"file": str(workspace / "plate.FCStd"), "newer size": newer.stat().st_size}
    with profile.start("subscription_windows", env, **config) as freecad:
        freecad.reached("subscribed")
        bob.heartbeat(desk, ())
        bob.upload_file("PRT-101", newer)
        freecad.go_on("subscribed")
        found = freecad.found()
    bob.close()
    assert found["qt before"] is False
    size = (DATA / "plate.FCStd").stat().st_size / 1000
    assert found["preview"] == f"PRT-101: 1 of 1 file would be updated, {size:.1f} kB."
    assert found["file"]
    assert found["dialogs left"] == []
    assert "Traceback" not in found["said"]
