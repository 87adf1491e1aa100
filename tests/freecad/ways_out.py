"""Every way out of what is edited: each leads to exactly these calls, and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from silo_core.ports.client import SiloClient
from tests.freecad.kit import eventually
from tests.freecad.team import Log, Workstation

PART, ASSEMBLY = "PRT-100", "ASM-200"
ACQUIRED, RELEASED = "acquired Sketch001", "released Sketch001 (released)"
PUSHED = "released Sketch001 (checkpoint)"


class WaysOut:
    """Alice has the part open, her file at ``path``, with its assembly beside it."""

    def __init__(self, alice: Workstation, log: Log, client: SiloClient, path: str) -> None:
        self.alice, self.log, self.client, self.path = alice, log, client, path
        self.stored = self._stored()

    def all(self) -> None:
        """One after the other, in one FreeCAD."""
        self.alice.call("open_part", str(Path(self.path).with_name("motor.FCStd")))
        self.by_key_and_button()
        self.from_an_assembly()
        self.by_closing_the_document()
        self.new_sketches()

    def by_key_and_button(self) -> None:
        """Esc in the view, and [Close] of the panel, with nothing changed and with a change."""
        for depth, way in ((6, "press_escape"), (8, "press_close")):
            self._enter()
            self.alice.call(way)
            self._left(ACQUIRED, RELEASED)
            self._enter()
            self._change(depth)
            self.alice.call(way)
            self._left(ACQUIRED, PUSHED, part=1)

    def from_an_assembly(self) -> None:
        """Its part may change: the assembly does not by that."""
        alice = self.alice
        alice.call("double_click", "motor", "Assembly")
        alice.until(["Assembly+"], "held")
        for change in (self._nothing, self._deeper):
            alice.call("edit_within", "motor", "Link.Sketch001.")
            alice.until(["Sketch001+", "Assembly+"], "held")
            change()
            alice.call("press_close")
            alice.until(["Assembly+"], "held")
            alice.until(0, "outbox")
        assert self.log.take() == [
            f"alice {one}" for one in ("acquired Assembly", ACQUIRED, RELEASED, ACQUIRED, PUSHED)
        ]
        # a body is active while the assembly is in edit
        alice.call("activate_within", "motor", "Link.")
        alice.until(["Body+", "Assembly+"], "held")
        alice.call("activate_within", "motor", "")
        alice.until(["Assembly+"], "held")
        alice.call("stop_editing")
        # the first time that FreeCAD opens this assembly it puts a group for joints into it
        body = ("acquired Body", "released Body (released)")
        self._left(*body, "released Assembly (checkpoint)", part=1, assembly=1)
        alice.call("double_click", "motor", "Assembly")
        alice.until(["Assembly+"], "held")
        alice.call("stop_editing")
        self._left("acquired Assembly", "released Assembly (released)")

    def by_closing_the_document(self) -> None:
        """With nothing changed; with a change that the user saves when FreeCAD asks, or discards."""
        alice = self.alice
        self._enter()
        alice.call("close_part", "motor")
        alice.call("close_part", "bracket")
        self._left(ACQUIRED, RELEASED)
        for depth, answer, end, versions in ((4, "Discard", RELEASED, 0), (3, "Save", PUSHED, 1)):
            alice.call("open_part", self.path)
            self._enter()
            self._change(depth)
            alice.call("close_window", "bracket", answer)
            alice.until(False, "is_open", "bracket")
            self._left(ACQUIRED, end, part=versions)

    def new_sketches(self) -> None:
        """Carol has one of the same name. FreeCAD's command keeps its transaction open, a macro's is
        committed: in both cases the part is as it was."""
        alice, name = self.alice, "Sketch003"
        alice.call("open_part", self.path)
        desk = self.client.register_workstation("carol's desk", "carol").id
        level: Any = "sketch"
        self.client.acquire_edit_session(PART, desk, level, name, [name])
        alice.call("activate_body", "bracket", "Body")
        alice.until(["Body+"], "held")
        assert self.log.take() == [f"carol acquired {name}", "alice acquired Body"]
        for way in ("new_sketch_by_command", "new_sketch_by_macro"):
            before = alice.call("state", "bracket")
            assert alice.call(way, "bracket") == name
            alice.until_said("carol", "questions")
            alice.call("answer", "OK")
            alice.until("", "edited")
            eventually(lambda before=before: alice.call("state", "bracket") == before)  # type: ignore[misc]
            alice.until(["Body+"], "held")
            assert self.log.take() == []
        alice.call("activate_body", "bracket", "")
        self._left("released Body (released)")

    # ----------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        self.alice.call("double_click", "bracket", "Sketch001")
        self.alice.until(["Sketch001+"], "held")

    def _nothing(self) -> None:
        pass

    def _deeper(self) -> None:
        self._change(7)

    def _change(self, depth: float) -> None:
        self.alice.call("change", "bracket", "Pocket", "Length", depth)

    def _stored(self) -> tuple[int, int]:
        return len(self.log.checkpoints(PART)), len(self.log.checkpoints(ASSEMBLY))

    def _left(self, *expected: str, part: int = 0, assembly: int = 0) -> None:
        """Nothing is held any more; since the last time the server was told exactly this, and got so
        many versions."""
        self.alice.until("", "edited")
        self.alice.settled()
        wanted = self.stored[0] + part, self.stored[1] + assembly
        eventually(lambda: self._stored() == wanted, lambda: (self._stored(), wanted))
        self.stored = wanted
        assert self.log.take() == [f"alice {one}" for one in expected]
