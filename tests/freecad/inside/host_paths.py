"""What the host reports while documents are opened, edited and closed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import FreeCAD as App
import FreeCADGui as Gui
from PySide6.QtWidgets import QMessageBox

from tests.freecad.inside.driver import Found, Step
from tests.freecad.inside.recorder import Recorder, use_checkout

SETTLED = 0.4
"""Longer than the host's poll."""


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    use_checkout()
    from freecad.silo import host as host_module
    from freecad.silo import reading
    from freecad.silo.host import FreeCADHost
    from silo_core.model.context import Context, ContextLevel
    from silo_core.model.errors import HostError

    host, heard = FreeCADHost(), Recorder()
    parts = Path(config["parts"])

    bracket = App.openDocument(str(parts / "bracket.FCStd"))
    gui = Gui.getDocument("bracket")
    host.attach(heard)
    assert heard.opened["bracket"] == host.documents()[0]
    find["documents"] = [f"{d.path.name} {d.part_number}" for d in host.documents() if d.path]
    find["uses"] = host.uses("bracket")
    find["uses of the unknown"] = host.uses("no such document")
    find["label"] = host.labels("bracket")["Sketch001"]
    yield SETTLED
    find["nothing edited"] = heard.take()

    gui.setEdit("Sketch001")
    find["nothing reported inside the slot"] = heard.take()
    yield SETTLED
    find["sketch entered"] = heard.take()
    gui.setEdit("Sketch002")
    yield SETTLED
    find["lateral move"] = heard.take()
    gui.resetEdit()
    yield SETTLED
    find["sketch left"] = heard.take()

    bracket.getObject("Body").ViewObject.doubleClicked()
    yield SETTLED
    find["body activated"] = heard.take()
    gui.setEdit("Sketch001")
    yield SETTLED
    find["sketch in body"] = heard.take()
    gui.resetEdit()
    yield SETTLED
    find["back in body"] = heard.take()
    gui.setEdit("Pad")
    yield SETTLED
    gui.resetEdit()
    yield SETTLED
    find["feature dialog"] = heard.take()
    gui.setEdit("Sketch001", 1)
    yield SETTLED
    gui.resetEdit()
    yield SETTLED
    find["moved, not edited"] = heard.take()

    # saving
    bracket.Pocket.Length = 6
    bracket.recompute()
    stamp = os.stat(bracket.FileName).st_mtime_ns
    host.save("bracket")
    find["saved"] = os.stat(bracket.FileName).st_mtime_ns != stamp and not gui.Modified
    stamp = os.stat(bracket.FileName).st_mtime_ns
    host.save("bracket")
    find["not saved again"] = os.stat(bracket.FileName).st_mtime_ns == stamp
    host.save("no such document")
    plate = App.openDocument(str(parts / "plate.FCStd"))
    Path(plate.FileName).chmod(0o444)
    Gui.getDocument("plate").Modified = True
    try:
        host.save("plate")
    except HostError as error:
        find["read-only"] = error.message
    App.closeDocument("plate")
    nameless = App.newDocument("nameless")
    Gui.getDocument("nameless").Modified = True
    try:
        host.save(nameless.Name)
    except HostError as error:
        find["no file"] = error.message
    App.closeDocument("nameless")
    App.setActiveDocument("bracket")
    yield SETTLED
    heard.take()

    # backing out
    gui.setEdit("Sketch001")
    yield SETTLED
    heard.take()
    in_edit: list[str] = []
    host.back_out("bracket", Context(ContextLevel.SKETCH, "Sketch001"))
    yield SETTLED
    find["backed out of sketch"] = heard.take()
    in_edit += ["sketch"] if gui.getInEdit() else []
    bracket.Pad.ViewObject.doubleClicked()
    yield SETTLED
    host.back_out("bracket", Context(ContextLevel.PARTDESIGN, "Body"))
    yield SETTLED
    find["backed out of body"] = heard.take()
    in_edit += ["feature"] if gui.getInEdit() else []
    bracket.openTransaction("new sketch")
    gui.setEdit(bracket.Body.newObject("Sketcher::SketchObject", "Brand"))
    yield SETTLED
    heard.take()
    host.back_out("bracket", Context(ContextLevel.SKETCH, "Brand"))
    yield SETTLED
    find["backed out of new sketch"] = heard.take()
    in_edit += ["new sketch"] if gui.getInEdit() else []
    find["new sketch is gone"] = bracket.getObject("Brand") is None

    # leaving while a transaction is open; a busy machine may take more than that second for this
    usual, host_module.SETTLE_S = host_module.SETTLE_S, 3600.0
    gui.setEdit("Sketch001")
    yield SETTLED
    heard.take()
    gui.resetEdit()
    bracket.openTransaction("still busy")
    bracket.Pocket.Length = 7
    yield 0.3
    find["waits for the transaction"] = heard.take()
    bracket.commitTransaction()
    yield SETTLED
    find["transaction done"] = heard.take()
    host_module.SETTLE_S = usual
    gui.setEdit("Sketch001")
    yield SETTLED
    heard.take()
    gui.resetEdit()
    bracket.openTransaction("busy for long")
    bracket.Pocket.Length = 8
    yield lambda: bool(heard.reports)
    find["does not wait for ever"] = heard.take()
    bracket.commitTransaction()

    # FreeCAD asks something
    gui.setEdit("Sketch001")
    yield SETTLED
    heard.take()
    box = QMessageBox(Gui.getMainWindow())
    box.open()
    gui.resetEdit()
    yield SETTLED
    find["waits for a modal dialog"] = heard.take()
    box.reject()
    yield SETTLED
    find["modal dialog closed"] = heard.take()

    # closing while in edit
    gui.setEdit("Sketch001")
    yield SETTLED
    heard.take()
    App.closeDocument("bracket")
    yield SETTLED
    find["closed in edit"] = heard.take()

    # an assembly
    App.openDocument(str(parts / "motor.FCStd"))
    motor = Gui.getDocument("motor")
    yield SETTLED
    find["part numbers"] = {k: d.part_number for k, d in sorted(heard.opened.items())}
    find["uses in a linked document"] = host.uses("bracket") == find["uses"]
    find["uses of an assembly"] = host.uses("motor")
    motor.setEdit("Assembly")
    yield SETTLED
    find["assembly entered"] = heard.take()
    assembly = motor.Document.Assembly
    motor.setEdit(assembly, 0, "Link.Sketch001.")
    yield SETTLED
    find["sketch opened from the assembly"] = heard.take()
    App.setActiveDocument("bracket")
    yield SETTLED
    find["tab changed while in edit"] = heard.take()
    Gui.editDocument().resetEdit()
    yield SETTLED
    find["sketch left for the assembly"] = heard.take()
    motor.setEdit(assembly, 0, "Link.Sketch001.")
    yield SETTLED
    heard.take()
    host.back_out("bracket", Context(ContextLevel.SKETCH, "Sketch001"))
    yield SETTLED
    find["backed out of sketch in the assembly"] = heard.take()
    host.back_out("motor", Context(ContextLevel.ASSEMBLY, "Assembly"))
    yield SETTLED
    find["backed out of assembly"] = heard.take()
    in_edit += ["assembly"] if Gui.editDocument() else []
    find["still in edit"] = in_edit
    motor.mdiViewsOfType("Gui::View3DInventor")[0].setActiveObject("pdbody", assembly, "Link.")
    yield SETTLED
    find["body of another document active"] = heard.take()
    motor.mdiViewsOfType("Gui::View3DInventor")[0].setActiveObject("pdbody", None)
    yield SETTLED
    heard.take()

    # part numbers on objects
    marked = App.newDocument("marked")
    root = marked.addObject("App::Part", "Root")
    root.addProperty("App::PropertyString", "SiloPartNumber")
    root.SiloPartNumber = "PRT-7"
    find["part number on a root object"] = reading.part_number(marked)
    root.SiloPartNumber = "no such/number"
    find["part number nobody can have"] = reading.part_number(marked)
    App.closeDocument("marked")
    yield SETTLED
    heard.take()

    # posting, and what is left after detach
    ran: list[tuple[int, bool]] = []
    main = threading.main_thread()

    def post(number: int) -> None:
        host.post(lambda: ran.append((number, threading.current_thread() is main)))

    def post_two() -> None:
        post(1)
        post(2)

    worker = threading.Thread(target=post_two)
    worker.start()
    worker.join()
    yield lambda: len(ran) == 2
    find["posted"] = [number for number, _ in ran] + [all(on_main for _, on_main in ran)]
    ran.clear()
    started = time.perf_counter()
    for _ in range(100):
        reading.read()
    find["look in ms, three documents"] = (time.perf_counter() - started) * 10
    host.detach()
    post(3)
    motor.setEdit("Assembly")
    yield SETTLED
    motor.resetEdit()
    yield SETTLED
    find["after detach"] = heard.take()
    find["posted after detach"] = [number for number, _ in ran]

    # Kindred Create, as far as it is published
    from freecad.silo.choosing import Known, make_host
    from tests.freecad.inside.kindred_stand_in import StandIn

    find["stock"] = make_host(Known()).name
    stand_in = StandIn()
    stand_in.install()
    blocked: list[str] = []
    kindred = make_host(Known())
    find["chosen"] = kindred.name
    kindred._why_not = lambda _key, name: f"bob has {name}" if name in blocked else ""  # type: ignore[attr-defined]
    told = Recorder()
    kindred.attach(told)
    yield SETTLED
    told.take()
    find["subscribed"] = [*stand_in.subscribed]
    App.setActiveDocument("bracket")
    find["allowed"] = stand_in.enter("sketcher.edit", {"object": "Sketch001"})
    Gui.getDocument("bracket").setEdit("Sketch001")
    stand_in.changed()
    yield lambda: bool(told.reports)
    find["kindred entered"] = told.take()
    Gui.getDocument("bracket").resetEdit()
    yield lambda: bool(told.reports)
    find["kindred left"] = told.take()
    blocked.append("Sketch002")
    find["guarded"] = stand_in.enter("sketcher.edit", {"object": "Sketch002"})
    find["not understood"] = stand_in.enter("partdesign.body", {"unheard": 7})
    kindred.detach()
    stand_in.changed()
    find["guarded after detach"] = stand_in.enter("sketcher.edit", {"object": "Sketch002"})
    stand_in.install(guard=False, broken=True)
    old = make_host(Known())
    find["chosen without a guard"] = old.name
    old.attach(told)
    yield SETTLED
    Gui.getDocument("bracket").setEdit("Sketch001")
    yield SETTLED
    told.take()
    old.back_out("bracket", Context(ContextLevel.SKETCH, "Sketch001"))
    yield lambda: bool(told.reports)
    find["backs out without a guard"] = told.take()
    old.detach()
    stand_in.remove()
