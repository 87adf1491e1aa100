"""Presence in the model tree of a real FreeCAD, while a colleague edits the same part."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.context import ContextLevel
from silo_core.ports.client import SiloClient
from tests.freecad.kit import DATA, eventually, serving
from tests.freecad.team import workstation

ITEM = "PRT-100"

pytestmark = pytest.mark.timeout(240)


def test_who_edits_what_is_marked_in_the_tree(profiles: Any, tmp_path: Path) -> None:
    with serving(tmp_path / "server") as server:
        bob = SiloClient(server.url, server.add_user("bob"))
        bob.create_item(ITEM, file_name="bracket.FCStd")
        bob.upload_file(ITEM, DATA / "bracket.FCStd")
        desk = bob.register_workstation("CAD-12", "bobs").id
        profile = profiles.make()
        (profile.home / "workspace").mkdir()
        copy = profile.home / "workspace" / "bracket.FCStd"
        shutil.copyfile(DATA / "bracket.FCStd", copy)
        with workstation(profile, server.url, server.add_user("alice")) as alice:
            assert alice.call("delegate_name") == "MarkDelegate"
            alice.call("open_part", str(copy))

            def marked_rows() -> set[str]:
                bob.heartbeat(desk, (), [ITEM])  # he has it open
                return set(alice.call("tree_marks"))

            eventually(lambda: marked_rows() == {"bracket"}, marked_rows)
            ((dot, said),) = alice.call("tree_marks").values()
            assert dot == "viewing"
            assert "bob has this part open, at CAD-12" in said

            held = bob.acquire_edit_session(ITEM, desk, ContextLevel.SKETCH, "Sketch001").session
            marked = {"bracket", "Body", "Pocket", "Sketch001"}
            eventually(lambda: marked_rows() == marked, marked_rows)
            marks = alice.call("tree_marks")
            assert marks["Sketch001"][0] == "other_editing_this"
            assert {marks[name][0] for name in marked - {"Sketch001"}} == {"editing_within"}
            assert all(
                "bob edits Sketch001, at CAD-12, since " in said for _, said in marks.values()
            )
            assert alice.call("tree_picture", str(tmp_path / "tree.png"))

            assert alice.call("rename_in_tree", "Pad", "Plate")
            assert "Plate" in alice.call("labels", "bracket")
            assert "Body" in alice.call("labels", "bracket")  # a description is no rename
            bob.release_edit_session(ITEM, held.id)
            eventually(lambda: marked_rows() == {"bracket"}, marked_rows)
        bob.close()
