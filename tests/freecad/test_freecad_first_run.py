"""A new user's first minutes in FreeCAD with the add-on and a real server, without a setting made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.context import CheckpointContext
from silo_core.ports.client import SiloClient
from silo_core.testing import renumbered
from tests.freecad.kit import DATA, Server, eventually

DOCS = Path(__file__).parents[2] / "docs"

pytestmark = pytest.mark.timeout(300)


def test_from_signing_in_to_the_first_shared_part(
    profiles: Any, server: Server, tmp_path: Path, pictures: Path
) -> None:
    mine = renumbered(DATA / "bracket.FCStd", tmp_path / "bracket.FCStd", "")
    bob = SiloClient(server.url, server.add_user("bob"))
    bob.create_item("PRT-101", description="Plate", file_name="plate.FCStd")
    bob.upload_file("PRT-101", DATA / "plate.FCStd")
    profile = profiles.make()
    workspace = profile.home / "workspace"
    env = {"SILO_WORKSPACE": str(workspace)}
    config = {
        "server": server.url,
        "token": server.add_user("carol"),
        "part": str(mine),
        "pictures": str(pictures),
    }
    with profile.start("first_run", env, **config) as freecad:
        freecad.reached("entered")
        eventually(lambda: [s.user for s in bob.get_edit_sessions("PRT-900")] == ["carol"])
        freecad.go_on("entered")
        freecad.reached("left")
        eventually(lambda: not bob.get_edit_sessions("PRT-900"))
        versions = bob.list_versions("PRT-900").versions
        assert versions[0].context == CheckpointContext.BODY_CLOSE
        assert versions[1].revision_number == 1
        freecad.go_on("left")
        freecad.reached("committed")
        newest = bob.list_versions("PRT-900").versions[0]
        assert (newest.revision_number, newest.comment) == (2, "Released for milling")
        freecad.go_on("committed")
        freecad.reached("restored")
        newest = bob.list_versions("PRT-900").versions[0]
        assert newest.sha256 == versions[1].sha256
        freecad.go_on("restored")
        freecad.reached("opened")
        desk = bob.register_workstation("bob's desk", "fingerprint").id
        bob.heartbeat(desk, [], ["PRT-101"])
        freecad.go_on("opened")
        found = freecad.found()
    bob.close()
    assert "not signed in" in found["status before"]
    assert found["kept nothing"]
    assert "online" in found["status online"]
    assert found["menu"][:2] == ["Open from Silo…", "New Part from This Document…"]
    assert found["menu"][-2:] == ["Settings…", "Sign In…"]
    offered = tuple(name.removesuffix("…") for name in found["menu"])
    for page in ("freecad.md", "user.md"):
        told = re.findall(r"Silo > ([^.,;:*)\n]+)", (DOCS / page).read_text("utf-8"))
        assert [place for place in told if not place.startswith(offered)] == [], page
    assert found["preferences"] == [True, "Tell when a subscribed item has changed"]
    assert found["icons"] == []
    assert found["in every workbench"] == [True, True, True]
    assert "Open the document first" in found["nothing to number"]
    assert "A part number is" in found["bad number"]
    assert found["number"] == "PRT-900"
    assert found["saved"]
    assert found["base known"]
    assert "belongs to PRT-900 already" in found["numbered already"]
    assert "Pocket.Length 5 mm → 7 mm" in found["history"][0]
    assert len(found["history"]) == 2
    assert found["copy"] == 7
    assert found["still mine"]
    assert not found["to be saved"]
    assert found["opened"] == str(workspace / "plate.FCStd")
    assert found["opened part"] == "PRT-101"
    assert found["tips"]
    is_visible, rows = found["pane"]
    assert is_visible
    assert rows > 0
    assert found["exit code"] == 0
    assert "Traceback" not in found["said"]
