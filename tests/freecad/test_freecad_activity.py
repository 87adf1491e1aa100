"""The activity pane in a real FreeCAD with the add-on and a server."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.context import ContextLevel
from silo_core.ports.client import SiloClient
from silo_core.ports.events import EventStream
from tests.freecad.kit import DATA, Server, eventually

pytestmark = pytest.mark.timeout(300)


def test_a_block_is_answered_in_the_pane(profiles: Any, server: Server, tmp_path: Path) -> None:
    part = Path(shutil.copyfile(DATA / "bracket.FCStd", tmp_path / "bracket.FCStd"))
    bob = SiloClient(server.url, server.add_user("bob"))
    bob.create_item("PRT-100", file_name=part.name)
    bob.upload_file("PRT-100", part)
    desk = bob.register_workstation("bob's desk", "fingerprint").id
    session = bob.acquire_edit_session("PRT-100", desk, ContextLevel.SKETCH, "Sketch002").session
    told: list[str] = []
    stream = EventStream(bob, desk, lambda event: told.append(event.type), lambda *_: None)
    stream.start()
    alice = {"SILO_SERVER_URL": server.url, "SILO_TOKEN": server.add_user("alice")}
    try:
        with profiles.make().start("activity_pane", alice, parts=str(part.parent)) as freecad:
            freecad.reached("asked")
            eventually(lambda: "edit.handoff_requested" in told, lambda: told)
            freecad.go_on("asked")
            found = freecad.found()
    finally:
        stream.stop()
        bob.close()
    assert session.user == "bob"
    assert found["docked"]
    assert not found["team at first"], "it is there once it is asked for"
    assert found["team beside it"]
    assert found["team goes"]
    assert found["team is kept"]
    assert found["row"] == "Blocked: cannot edit Sketch002 on PRT-100"
    assert found["dialogs left"] == 0
    assert found["selected"] == ["Fillet"], "an object that is not there changes nothing"
    assert found["exit code"] == 0
    assert "Traceback" not in found["said"]
