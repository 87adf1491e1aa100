"""What the host does to documents: enters, leaves, sets aside and reloads; and what it shows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import FreeCAD as App
import FreeCADGui as Gui
import Part
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPushButton

from tests.freecad.inside.driver import Found, Step
from tests.freecad.inside.recorder import Recorder, use_checkout

STILL = 25
"""So many looks at a view in which it has not turned: it is not turning any more."""
SETTLED = 0.4
"""Longer than the host's poll."""


def edited() -> str:
    """What is open for editing, as document and object."""
    gui = Gui.editDocument()
    info = gui.InEditInfo if gui else None
    return f"{info[0].Document.Name}.{info[0].Name}.{info[1]}" if info else ""


def spins() -> list[QAbstractSpinBox]:
    """The field for its length in the dialog of a feature."""
    found = Gui.getMainWindow().findChildren(QAbstractSpinBox, "lengthEdit")
    return [spin for spin in found if spin.isVisible()]


def draw(sketch: Any, radius: float) -> None:
    """A circle, as the commands of the sketcher make one: in a transaction."""
    sketch.Document.openTransaction(f"circle {radius}")
    add_circle(sketch, radius)
    sketch.Document.commitTransaction()


def add_circle(sketch: Any, radius: float) -> None:
    """For construction, so that it shapes nothing."""
    sketch.addGeometry(Part.Circle(App.Vector(0, 0, 0), App.Vector(0, 0, 1), radius), True)


def put(source: Path, target: str) -> None:
    """Replace a file as Silo does: written beside it, renamed over it."""
    beside = Path(f"{target}.part")
    shutil.copyfile(source, beside)
    beside.replace(target)


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    use_checkout()
    from freecad.silo.host import FreeCADHost
    from silo_core.model.context import Context, ContextLevel
    from silo_core.model.errors import SiloError
    from silo_core.model.exchange import ActivityEntry, ActivityKind, Question, Reply

    host, heard = FreeCADHost(), Recorder()
    parts = Path(config["parts"])
    sketch001 = Context(ContextLevel.SKETCH, "Sketch001")
    body = Context(ContextLevel.PARTDESIGN, "Body")

    def at(path: str, key: str = "bracket") -> Step:
        """Wait until the host has reported that path."""
        return lambda: heard.paths.get(key, "") == path

    def refusal(call: Any, *args: Any) -> str:
        try:
            return f"no error but {call(*args)}"
        except SiloError as error:
            return f"{type(error).__name__}: {error.message}"

    bracket = App.openDocument(str(parts / "bracket.FCStd"))
    gui = Gui.getDocument("bracket")
    App.openDocument(str(parts / "plate.FCStd"))
    volume = bracket.Body.Shape.Volume
    host.attach(heard)
    yield SETTLED
    heard.take()

    # entering
    host.enter("bracket", body, Context(ContextLevel.SKETCH, "Sketch001"))
    find["nothing entered inside the call"] = edited() == ""
    yield at("Body/Sketch001")
    find["entered"] = heard.take()
    find["in front"] = Gui.ActiveDocument.Document.Name
    host.enter("bracket", body)
    yield at("Body")
    find["back to the body"] = heard.take()
    gone = Context(ContextLevel.SKETCH, "Gone"), Context(ContextLevel.SKETCH, "Pad")
    host.enter("bracket", body, *gone)
    host.enter("no such document", body)
    yield SETTLED
    find["what is gone is left out"] = [*heard.take(), edited()]

    # leaving
    host.enter("bracket", body, sketch001)
    yield at("Body/Sketch001")
    bracket.openTransaction("pending")
    add_circle(bracket.Sketch001, 1)
    heard.take()
    host.leave("bracket", body)
    find["nothing left inside the call"] = edited() != ""
    yield at("")
    find["left"] = heard.take()[-1:]
    find["work is kept"] = [
        bracket.Sketch001.GeometryCount,
        bracket.HasPendingTransaction,
        bracket.UndoNames[-1],
        [entry.Name for entry in bracket.Objects if "Touched" in entry.State],
    ]
    while bracket.UndoCount:
        bracket.undo()
    bracket.recompute()

    host.enter("bracket", body)
    yield at("Body")
    heard.next = bracket.Body.ViewObject.doubleClicked
    host.leave("bracket", body)
    yield lambda: heard.next is None and heard.paths["bracket"] == "Body"
    yield SETTLED
    find["opened anew while it was closed"] = heard.paths["bracket"]

    bracket.Pocket.ViewObject.doubleClicked()
    yield spins
    heard.take()
    spins()[0].setProperty("rawValue", 7.0)
    host.leave("bracket", body)
    yield at("")
    find["left with its feature's dialog"] = [*heard.take(), edited(), bracket.Pocket.Length.Value]
    find["feature is recomputed"] = bracket.Body.Shape.Volume - volume
    host.leave("bracket", body)
    host.leave("no such document", body)
    yield SETTLED
    find["left again"] = heard.take()
    bracket.undo()
    bracket.recompute()
    find["undone"] = bracket.Body.Shape.Volume - volume

    # setting aside
    find["not entered"] = host.set_aside("bracket", sketch001, parts / "aside.FCStd")
    bracket.clearUndos()
    draw(bracket.Sketch001, 0.5)
    count = bracket.Sketch001.GeometryCount
    bracket.recompute()
    gui.setEdit("Sketch001")
    yield at("Sketch001")
    heard.take()
    find["nothing changed"] = host.set_aside("bracket", sketch001, parts / "aside.FCStd")
    draw(bracket.Sketch001, 1)
    bracket.undo()
    find["all undone by the user"] = host.set_aside("bracket", sketch001, parts / "aside.FCStd")
    find["no copy"] = not (parts / "aside.FCStd").exists()
    draw(bracket.Sketch001, 1)
    bracket.recompute()
    draw(bracket.Sketch001, 2)
    bracket.openTransaction("pending")
    add_circle(bracket.Sketch001, 3)
    (parts / "taken.FCStd").write_text("mine", "utf-8")
    args = ("bracket", sketch001)
    find["never overwrites"] = refusal(host.set_aside, *args, parts / "taken.FCStd")
    find["not overwritten"] = (parts / "taken.FCStd").read_text("utf-8")
    find["no folder"] = refusal(host.set_aside, *args, parts / "taken.FCStd" / "aside.FCStd")
    find["still there"] = bracket.Sketch001.GeometryCount - count
    find["set aside"] = host.set_aside(*args, parts / "aside.FCStd")
    find["taken back"] = bracket.Sketch001.GeometryCount - count
    find["still in edit"] = edited()
    host.back_out("bracket", sketch001)
    yield at("")
    find["backed out of it"] = heard.take()
    find["redo after backing out"] = bracket.RedoNames
    find["undo after backing out"] = bracket.UndoCount
    copy = App.openDocument(str(parts / "aside.FCStd"))
    find["copy has the work"] = copy.Sketch001.GeometryCount - count
    App.closeDocument(copy.Name)
    App.setActiveDocument("bracket")

    bracket.openTransaction("new sketch")
    gui.setEdit(bracket.Body.newObject("Sketcher::SketchObject", "Brand"))
    yield at("Brand")
    brand = Context(ContextLevel.SKETCH, "Brand")
    find["new and empty"] = host.set_aside("bracket", brand, parts / "brand.FCStd")
    add_circle(bracket.Brand, 2)
    find["new sketch set aside"] = host.set_aside("bracket", brand, parts / "brand.FCStd")
    yield at("")
    find["new sketch is gone"] = bracket.getObject("Brand") is None and edited() == ""
    copy = App.openDocument(str(parts / "brand.FCStd"))
    find["new sketch is in the copy"] = copy.Brand.GeometryCount
    App.closeDocument(copy.Name)
    App.setActiveDocument("bracket")

    # a sketch that is entered in the go in which it was made, and committed
    def make(name: str) -> None:
        bracket.openTransaction(f"make {name}")
        bracket.Body.newObject("Sketcher::SketchObject", name)
        bracket.commitTransaction()

    before = [[entry.Name for entry in bracket.Objects], bracket.Body.Tip.Name, bracket.UndoCount]
    make("Made")
    gui.setEdit("Made")
    yield at("Made")
    host.back_out("bracket", Context(ContextLevel.SKETCH, "Made"))
    yield at("")
    after = [[entry.Name for entry in bracket.Objects], bracket.Body.Tip.Name, bracket.UndoCount]
    find["made and entered: it is as before"] = after == before
    find["made and entered: redo"] = bracket.RedoNames[:1]
    make("Older")
    yield SETTLED
    gui.setEdit("Older")
    yield at("Older")
    host.back_out("bracket", Context(ContextLevel.SKETCH, "Older"))
    yield at("")
    find["made earlier: it stays"] = bracket.getObject("Older") is not None
    bracket.undo()
    make("Worked")
    gui.setEdit("Worked")
    yield at("Worked")
    draw(bracket.Worked, 1)
    host.back_out("bracket", Context(ContextLevel.SKETCH, "Worked"))
    yield at("")
    find["worked on: it stays"] = bracket.Worked.GeometryCount
    while bracket.getObject("Worked"):
        bracket.undo()
    make("Aside")
    gui.setEdit("Aside")
    yield at("Aside")
    draw(bracket.Aside, 1)
    new = Context(ContextLevel.SKETCH, "Aside")
    find["worked on, and set aside"] = host.set_aside("bracket", new, parts / "worked.FCStd")
    host.back_out("bracket", new)
    yield at("")
    find["set aside: it is gone"] = bracket.getObject("Aside") is None
    bracket.recompute()

    gui.setEdit("Sketch001")
    Gui.activateWorkbench("SketcherWorkbench")
    yield at("Sketch001")
    Gui.runCommand("Sketcher_CreateLine", 0)
    draw(bracket.Sketch001, 1)
    find["with a tool"] = host.set_aside(*args, parts / "tool.FCStd")
    yield SETTLED
    add_circle(bracket.Sketch001, 1)
    find["not in the undo list"] = refusal(host.set_aside, *args, parts / "loose.FCStd")
    find["its copy is there"] = (parts / "loose.FCStd").exists()
    find["it keeps them"] = bracket.Sketch001.GeometryCount - count
    gui.resetEdit()
    bracket.Sketch001.delGeometry(count)
    bracket.recompute()
    yield at("")
    gui.setEdit("Sketch001")
    yield at("Sketch001")
    for number in range(25):
        draw(bracket.Sketch001, 1 + number)
    find["too many for the undo list"] = refusal(host.set_aside, *args, parts / "many.FCStd")
    gui.resetEdit()
    yield at("")

    # reloading
    find["unsaved"] = refusal(host.reload, "bracket")
    host.save("bracket")
    yield SETTLED
    bracket.openTransaction("colour")
    bracket.Pocket.ViewObject.ShapeColor = (1.0, 0.0, 0.0)
    bracket.commitTransaction()
    find["unsaved colour"] = refusal(host.reload, "bracket")
    host.save("bracket")
    motor = App.openDocument(str(parts / "motor.FCStd"))
    gui.ActiveView.setActiveObject("pdbody", bracket.Body)
    gui.setEdit("Sketch001")
    gui.ActiveView.viewRear()
    yield SETTLED
    turned: list[Any] = []

    def has_turned() -> bool:
        """The view turns bit by bit, and for longer on a busy machine."""
        turned.append(gui.ActiveView.getCameraOrientation())
        return len(turned) > STILL and turned[-STILL].isSame(turned[-1], 1e-6)

    yield has_turned
    camera = gui.ActiveView.getCameraOrientation()
    heard.take()
    Path(bracket.FileName).rename(parts / "hidden.FCStd")
    find["missing"] = refusal(host.reload, "bracket")
    (parts / "bracket.FCStd").write_text("no part", "utf-8")
    find["no part"] = refusal(host.reload, "bracket")
    find["it stays"] = [bracket.Pocket.Length.Value, edited()]
    put(Path(config["newer"]), bracket.FileName)
    App.setActiveDocument("motor")
    Gui.getDocument("motor").Modified = False
    host.reload("bracket")
    find["reloaded at once"] = [App.ActiveDocument.Name, edited(), heard.take()]
    yield SETTLED
    find["reported after reloading"] = heard.take()
    bracket, gui = App.getDocument("bracket"), Gui.getDocument("bracket")
    views = gui.mdiViewsOfType("Gui::View3DInventor")
    find["reloaded"] = [bracket.Pocket.Length.Value, gui.Modified, len(views)]
    find["view survives"] = views[0].getCameraOrientation().isSame(camera, 1e-3)
    find["body survives"] = views[0].getActiveObject("pdbody").Name
    links = [entry for entry in motor.Objects if entry.isDerivedFrom("App::Link")]
    find["links survive"] = [entry.LinkedObject.Name for entry in links]
    find["others are not modified"] = not Gui.getDocument("motor").Modified
    draw(bracket.Sketch001, 1)
    find["set aside after reloading"] = host.set_aside(*args, parts / "later.FCStd")
    host.leave("bracket", body)
    yield at("")
    find["left after reloading"] = [*heard.take(), edited()]
    find["closed"] = refusal(host.reload, "no such document")

    # an assembly
    assembly = Context(ContextLevel.ASSEMBLY, "Assembly")
    host.enter("motor", assembly)
    yield at("Assembly", "motor")
    Gui.getDocument("motor").setEdit(motor.Assembly, 0, "Link.Sketch001.")
    yield at("Sketch001")
    find["sketch in the assembly"] = heard.take()
    geometry = bracket.Sketch001.GeometryCount
    draw(bracket.Sketch001, 1)
    find["set aside in the assembly"] = host.set_aside(*args, parts / "assembly.FCStd")
    find["taken back in the assembly"] = bracket.Sketch001.GeometryCount - geometry
    find["still open in the assembly"] = edited()
    host.leave("motor", assembly)
    yield at("", "motor")
    yield at("")
    find["assembly left with its sketch"] = [sorted(heard.take()), edited()]

    # a part that was only loaded for an assembly has no window
    for name in list(App.listDocuments()):
        App.closeDocument(name)
    yield SETTLED
    App.openDocument(str(parts / "motor.FCStd"))
    yield SETTLED
    heard.take()
    host.enter("bracket", body, sketch001)
    yield at("Body/Sketch001")
    find["entered without a window"] = heard.take()[-1:]
    host.leave("bracket", body)
    yield at("")

    # what it shows
    for name in ("Body", "Fillet"):
        App.getDocument("bracket").getObject(name).ViewObject.show()
    Gui.ActiveDocument.ActiveView.viewIsometric()
    Gui.ActiveDocument.ActiveView.fitAll()
    now = datetime.now(UTC)
    host.notify(ActivityEntry(now, ActivityKind.SYNCED, "Not for a notice"))
    for kind, text in (
        (ActivityKind.HANDOFF, "bob requests Sketch001 on PRT-100"),
        (ActivityKind.WARNING, "Warning: Mounting holes (Sketch001) on PRT-100"),
    ):
        host.notify(ActivityEntry(now, kind, text, ("alice edits Pocket on CAD-07.",)))
    notices = [
        widget
        for widget in Gui.getMainWindow().findChildren(object)
        if type(widget).__name__ == "Notice"
    ]
    find["notices"] = sorted(notice.accessibleName() for notice in notices)
    answers: list[Reply] = []
    title = "alice is currently editing Mounting holes (Sketch001) on CAD-07"
    options = ("OK", "Request Handoff", "Notify me when free")
    question = Question(
        title,
        "Since 14:02. They hold its edit session until they leave it.",
        options,
        message_label="Message to alice (optional)",
    )
    withdraw = host.ask(Question("Taken back", "", ("OK",)), answers.append)
    host.ask(question, answers.append)
    withdraw()
    yield SETTLED
    (dialog,) = [
        widget
        for widget in QApplication.topLevelWidgets()
        if type(widget).__name__ == "QuestionBox" and widget.isVisible()
    ]
    QApplication.primaryScreen().grabWindow(0).save(str(Path(config["home"]) / "shown.png"))
    dialog.findChildren(QLineEdit)[0].insert("please")
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    find["options"] = sorted(buttons)
    buttons["Request Handoff"].click()
    find["answers"] = [[reply.choice, reply.message] for reply in answers]
    host.detach()
    find["notices after detach"] = sum(notice.isVisible() for notice in notices)
    find["left behind"] = sorted(name for name in os.listdir(parts) if "part" in name)
