"""An assembly in a real FreeCAD, while colleagues make newer versions of its parts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.subscription import TargetType
from silo_core.ports.client import SiloClient
from tests.freecad.kit import DATA, eventually, serving
from tests.freecad.team import Log, Workstation, workstation

pytestmark = pytest.mark.timeout(300)

ITEMS = {"PRT-100": "bracket", "PRT-101": "plate", "ASM-200": "motor"}


class Shop:
    """Alice has the assembly open; bob, elsewhere, works on its parts."""

    def __init__(self, stack: ExitStack, profile: Any, folder: Path) -> None:
        server = stack.enter_context(serving(folder / "server"))
        self.bob = SiloClient(server.url, server.add_user("bob"))
        stack.callback(self.bob.close)
        self.workspace = profile.home / "workspace"
        self.workspace.mkdir()
        for number, name in ITEMS.items():
            self.bob.create_item(number, file_name=f"{name}.FCStd")
            self.bob.upload_file(number, DATA / f"{name}.FCStd")
            shutil.copyfile(DATA / f"{name}.FCStd", self.workspace / f"{name}.FCStd")
        self.desk = self.bob.register_workstation("CAD-12", "bobs").id
        self.log = Log(server)
        token = server.add_user("alice")
        self.alice: Workstation = stack.enter_context(workstation(profile, server.url, token))
        with closing(SiloClient(server.url, token)) as hers:
            place = self.alice.call("workstation_id")
            hers.create_subscription(place, TargetType.ITEM, "PRT-100")

    def bob_works(self) -> None:
        """His checkpoint of the bracket, which she is subscribed to."""
        session = self.bob.acquire_edit_session("PRT-100", self.desk, "sketch", "Sketch001").session
        head = self.bob.get_item("PRT-100").head
        assert head
        newer = DATA / "bracket-alice.FCStd"
        self.bob.push_checkpoint(
            "PRT-100", newer, "body_close", session.id, None, workstation_id=self.desk, base=head.id
        )

    def marks(self) -> dict[str, str]:
        """What is drawn, by the label of the document."""
        found = self.alice.call("tree_marks")
        return {label: drawn for label, (drawn, _) in found.items() if "newer" in drawn}

    def is_marked(self, *labels: str) -> None:
        """Wait until these documents, and no others, have the arrow."""
        eventually(lambda: set(self.marks()) == set(labels), self.marks)

    def entered_and_left(self) -> list[str]:
        """What the server is told of the assembly being edited, with nothing changed."""
        self.log.take()
        self.alice.call("double_click", "motor", "Assembly")
        self.alice.until(["Assembly+"], "held")
        self.alice.call("stop_editing")
        self.alice.settled()
        return self.log.take()


@pytest.fixture
def shop(profiles: Any, tmp_path: Path) -> Iterator[Shop]:
    with ExitStack() as stack:
        yield Shop(stack, profiles.make(), tmp_path)


def test_a_newer_part_marks_the_assembly_and_does_not_change_it(shop: Shop) -> None:
    alice = shop.alice
    assert alice.call("open_part", str(shop.workspace / "motor.FCStd")) == sorted(ITEMS.values())
    for number in ITEMS:
        eventually(lambda number=number: alice.call("base", number))  # type: ignore[misc]
    shop.entered_and_left()  # the first time, FreeCAD puts a group for joints into it
    stored = shop.log.checkpoints("ASM-200")
    assert shop.marks() == {}
    before = alice.call("unsaved", "motor")
    assert "!" not in before

    shop.bob_works()
    shop.is_marked("motor", "bracket")
    said = alice.call("tree_marks")["motor"][1]
    assert "Uses PRT-100, whose newer version (a checkpoint, by bob, " in said
    assert alice.call("unsaved", "motor") == before
    alice.until_said("Updated: PRT-100 — bob", "activity")
    unchanged = ["alice acquired Assembly", "alice released Assembly (released)"]
    assert shop.entered_and_left() == unchanged
    assert "ASM-200 uses PRT-100" in alice.until_said("Warning: Assembly on ASM-200", "activity")

    news = [one for one in alice.call("activity") if "PRT-100" in one and "Warning" not in one]
    assert len(news) == 1, "nor that it waits, nor that the assembly is behind"
    assert alice.call("choose_of_entry", "Updated: PRT-100 — bob", "Reload")
    shop.is_marked()
    assert alice.call("value", "bracket", "Pocket", "Length") == 7
    # FreeCAD would compute the link to the part again; there is nothing to save
    assert set(alice.call("unsaved", "motor")) == {*before, "Link"}
    assert not alice.call("choose_of_entry", "Updated: PRT-100 — bob", "Reload")
    assert shop.entered_and_left() == unchanged

    # of an item that she is not subscribed to
    shop.bob.upload_file("PRT-101", DATA / "bracket.FCStd")
    shop.is_marked("motor", "plate")
    alice.until_said("ASM-200 is behind: PRT-101 has revision 2 by bob", "activity")

    # opened again, it is marked at once
    alice.call("close_part", "motor")  # and the plate with it, as FreeCAD had opened that for it
    shop.is_marked()
    alice.call("open_part", str(shop.workspace / "motor.FCStd"))
    shop.is_marked("motor", "plate")
    said = [one for one in alice.call("activity") if "ASM-200 is behind: PRT-101" in one]
    assert len(said) == 1
    assert shop.log.checkpoints("ASM-200") == stored
    assert alice.call("outbox") == 0
