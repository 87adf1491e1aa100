"""Runs in FreeCAD's console: for each pair of edits, both made in one document against the merge of two
documents with one each. Writes what it found to ``MERGE_OUT``/found.json."""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import FreeCAD as App
import Part

ROOT, OUT = Path(os.environ["MERGE_ROOT"]), Path(os.environ["MERGE_OUT"])
sys.path.append(str(ROOT))

from silo_core.fcstd.merging import merge  # noqa: E402 - only now is it found

DATA = ROOT / "tests" / "data"
SHIPPED = next((Path(App.getResourceDir()).parent / "doc").glob("freecad*/examples"))
Edit = Callable[[Any], object]


def rectangle(sketch: Any, x: float, y: float, w: float, h: float) -> None:
    corners = [App.Vector(*at) for at in ((x, y), (x + w, y), (x + w, y + h), (x, y + h))]
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        sketch.addGeometry(Part.LineSegment(start, end))


def value(name: str, key: str, new: Any) -> Edit:
    return lambda doc: setattr(doc.getObject(name), key, new)


def redraw(name: str, *size: float) -> Edit:
    def edit(doc: Any) -> None:
        sketch = doc.getObject(name)
        sketch.delGeometries(list(range(sketch.GeometryCount)))
        rectangle(sketch, *size)

    return edit


def new_pocket(doc: Any) -> None:
    sketch = doc.Body.newObject("Sketcher::SketchObject", "Sketch003")
    sketch.AttachmentSupport, sketch.MapMode = [(doc.getObject("XY_Plane"), "")], "FlatFace"
    rectangle(sketch, 40, 40, 5, 5)
    doc.recompute()
    feature = doc.Body.newObject("PartDesign::Pocket", "Pocket002")
    feature.Profile, feature.Length, feature.Reversed = sketch, 4, True


def new_sketch(doc: Any) -> None:
    sketch = doc.Body.newObject("Sketcher::SketchObject", "Idea")
    sketch.AttachmentSupport, sketch.MapMode = [(doc.getObject("XZ_Plane"), "")], "FlatFace"
    rectangle(sketch, 1, 1, 5, 5)


def new_chamfer(doc: Any) -> None:
    feature = doc.Body.newObject("PartDesign::Chamfer", "Chamfer")
    edges = [i for i, e in enumerate(doc.Fillet.Shape.Edges, 1) if abs(e.Length - 54) < 1e-6]
    feature.Base, feature.Size = (doc.Fillet, [f"Edge{edges[0]}"]), 1


def new_pattern(doc: Any) -> None:
    feature = doc.Body.newObject("PartDesign::LinearPattern", "LinearPattern")
    feature.Originals = [doc.Pocket]
    feature.Direction, feature.Length, feature.Occurrences = (doc.getObject("Y_Axis"), [""]), 22, 2
    doc.Body.Tip = feature


def remove_fillet(doc: Any) -> None:
    doc.Body.removeObject(doc.Fillet)
    doc.removeObject("Fillet")
    doc.Body.Tip = doc.Pocket001


def constrained(doc: Any) -> None:
    import Sketcher

    doc.Sketch001.addConstraint(Sketcher.Constraint("Horizontal", 0))
    doc.Sketch001.addConstraint(Sketcher.Constraint("Distance", 0, 20))


def label(name: str, text: str) -> Edit:
    return value(name, "Label", text)


def formula(name: str, path: str, text: str) -> Edit:
    return lambda doc: doc.getObject(name).setExpression(path, text)


def cell(address: str, content: str, alias: str = "") -> Edit:
    def edit(doc: Any) -> None:
        doc.Spreadsheet.set(address, content)
        if alias:
            doc.Spreadsheet.setAlias(address, alias)

    return edit


def new_box(name: str, at: float) -> Edit:
    def edit(doc: Any) -> None:
        box = doc.addObject("Part::Box", name)
        box.Placement.Base = App.Vector(at, 0, 0)

    return edit


def joined_boxes(doc: Any) -> None:
    one, two = (doc.addObject("Part::Box", name) for name in ("First", "Second"))
    two.Placement.Base = App.Vector(5, 5, 5)
    fusion = doc.addObject("Part::Fuse", "Joined")
    fusion.Base, fusion.Tool = one, two


def moved(name: str, x: float) -> Edit:
    return lambda doc: setattr(
        doc.getObject(name), "Placement", App.Placement(App.Vector(x, 0, 0), App.Rotation())
    )


def in_group(name: str, group: str) -> Edit:
    def edit(doc: Any) -> None:
        doc.getObject(group).addObject(doc.addObject("Part::Box", name))

    return edit


def linked_again(doc: Any) -> None:
    doc.Assembly.newObject("App::Link", "Another").LinkedObject = doc.Link.LinkedObject


def again(name: str, x: float) -> Edit:
    """One more sketch, with a name of FreeCAD's choice, and what is made of it elsewhere."""

    def edit(doc: Any) -> None:
        sketch = doc.Body.newObject("Sketcher::SketchObject", "Sketch003")
        sketch.AttachmentSupport, sketch.MapMode = [(doc.getObject("XY_Plane"), "")], "FlatFace"
        rectangle(sketch, x, 40, 5, 5)
        solid = doc.addObject("Part::Extrusion", name)
        solid.Base, solid.DirMode, solid.LengthFwd, solid.Solid = sketch, "Normal", x / 10, True
        solid.setExpression("LengthRev", f"{sketch.Name}.Placement.Base.x + 1 mm")

    return edit


def another_body(width: float) -> Edit:
    """With an origin, a sketch and a pad of its own, all named by FreeCAD."""

    def edit(doc: Any) -> None:
        body = doc.addObject("PartDesign::Body", "Body")
        sketch = body.newObject("Sketcher::SketchObject", "Sketch")
        plane = next(f for f in body.Origin.OriginFeatures if "XY_Plane" in f.Name)
        sketch.AttachmentSupport, sketch.MapMode = [(plane, "")], "FlatFace"
        rectangle(sketch, 0, 0, width, 5)
        doc.recompute()
        pad = body.newObject("PartDesign::Pad", "Pad")
        pad.Profile, pad.Length = sketch, 3

    return edit


def sheet(width: float) -> Edit:
    """A sheet, and a box as wide as it says, both named by FreeCAD."""

    def edit(doc: Any) -> None:
        table = doc.addObject("Spreadsheet::Sheet", "Spreadsheet")
        table.set("A1", f"{width} mm")
        table.set("A2", "=A1 * 2")
        table.setAlias("A2", "width")
        box = doc.addObject("Part::Box", "Box")
        doc.recompute()
        box.setExpression("Width", f"{table.Name}.width")

    return edit


def fused(x: float) -> Edit:
    """Two boxes and their fusion in a group, all named by FreeCAD."""

    def edit(doc: Any) -> None:
        boxes = [doc.addObject("Part::Box", "Box") for _ in range(2)]
        boxes[1].Placement.Base = App.Vector(x, 5, 5)
        fusion = doc.addObject("Part::Fuse", "Fusion")
        fusion.Base, fusion.Tool = boxes
        doc.addObject("App::DocumentObjectGroup", "Group").addObject(fusion)

    return edit


def rounded_cut(x: float) -> Edit:
    def edit(doc: Any) -> None:
        cut = doc.addObject("Part::Cut", "Cut")
        cut.Base, cut.Tool = (doc.addObject(f"Part::{kind}", kind) for kind in ("Box", "Cylinder"))
        cut.Tool.Placement.Base = App.Vector(x, 0, 0)
        doc.recompute()
        fillet = doc.addObject("Part::Fillet", "Fillet")
        fillet.Base, fillet.Edges = cut, [(1, 1.0, 1.0)]

    return edit


def new(kind: str, name: str) -> Edit:
    return lambda doc: doc.addObject(kind, name)


def link_to(name: str, x: float) -> Edit:
    def edit(doc: Any) -> None:
        link = doc.Assembly.newObject("App::Link", "Link")
        link.LinkedObject = doc.getObject(name)
        link.Placement.Base = App.Vector(x, 900, 0)

    return edit


def removed(name: str) -> Edit:
    return lambda doc: doc.removeObject(name)


def remove_last_pocket(doc: Any) -> None:
    doc.Body.removeObject(doc.Pocket002)
    doc.removeObject("Pocket002")
    doc.Body.Tip = doc.Pocket001


def rounded(doc: Any) -> None:
    feature = doc.Body.newObject("PartDesign::Fillet", "Fillet")
    longest = max(
        range(len(doc.Pocket002.Shape.Edges)), key=lambda i: doc.Pocket002.Shape.Edges[i].Length
    )
    feature.Base, feature.Radius = (doc.Pocket002, [f"Edge{longest + 1}"]), 1


def repeated(doc: Any) -> None:
    feature = doc.Body.newObject("PartDesign::LinearPattern", "LinearPattern")
    feature.Originals = [doc.Pocket002]
    feature.Direction, feature.Length, feature.Occurrences = (doc.getObject("X_Axis"), [""]), 5, 2
    doc.Body.Tip = feature


def constrained_here(doc: Any) -> None:
    import Sketcher

    doc.Sketch001.addConstraint(Sketcher.Constraint("Block", 0))


DEEPER = value("Pocket", "Length", 7)
WIDER = redraw("Sketch002", 60, 10, 25, 25)
B, P, D, E, A = "bracket", "plate", "PartDesignExample", "EngineBlock", "AssemblyExample"
GROUP = "Construction"
MIDPLANE = value("Pocket", "Midplane", True)
DOUBLE = formula("Pad", "Length", "Spreadsheet.thickness * 2")
PAIRS: dict[str, tuple[str, Edit, Edit]] = {
    "parameter and redrawn sketch": (B, DEEPER, WIDER),
    "two parameters": (B, DEEPER, value("Pocket001", "Length", 3)),
    "two properties of one feature": (B, value("Pocket", "Length", 6), MIDPLANE),
    "two redrawn sketches": (B, redraw("Sketch001", 10, 10, 22, 18), WIDER),
    "constraints and a parameter": (B, constrained, value("Pocket001", "Length", 3)),
    "a fillet's radius and a sketch": (B, value("Fillet", "Radius", 2), WIDER),
    "a new pocket and a parameter": (B, DEEPER, new_pocket),
    "a new pocket on our side": (B, new_pocket, WIDER),
    "a new sketch and a new pocket": (B, new_sketch, new_pocket),
    "a new chamfer and a parameter": (B, DEEPER, new_chamfer),
    "a new chamfer and a redrawn sketch": (B, WIDER, new_chamfer),
    "a new pattern and a parameter": (B, DEEPER, new_pattern),
    "a removed fillet and a parameter": (B, DEEPER, remove_fillet),
    "a removed fillet on our side": (B, remove_fillet, WIDER),
    "labels": (B, label("Pocket", "Left pocket"), label("Pocket001", "Right pocket")),
    "a label and a formula": (B, label("Pad", "Plate"), formula("Pocket", "Length", "Pad.Length / 2")),
    "a formula and what it reads": (B, DEEPER, formula("Pocket001", "Length", "Pocket.Length / 2")),
    "two formulas of one feature": (
        B, formula("Pocket", "Length", "Pad.Length / 2"), formula("Pocket", "TaperAngle", "1 + 1")),
    "body moved and parameter": (B, moved("Body", 30), DEEPER),
    "a cell and a sketch": (P, cell("B1", "8 mm"), redraw("Sketch", 0, 0, 70, 40)),
    "two cells": (P, cell("B1", "8 mm"), cell("B2", "9 mm", "width")),
    "a cell and a formula": (P, cell("B1", "8 mm"), DOUBLE),
    "depths of pockets": (D, value("Pocket", "Length", 3), value("Pocket001", "Length", 2)),
    "pad and label": (D, value("Pad", "Length", 9), label("Pocket002", "Last")),
    "pad and moved body": (D, value("Pad", "Length", 9), moved("Body", 11)),
    "billet and bore": (E, value("Box", "Height", 90), value("Cylinder", "Radius", 20)),
    "bore and crankcase": (E, value("Cylinder001", "Radius", 20), value("Cylinder002", "Radius", 14)),
    "two new boxes": (E, new_box("Left", -300), new_box("Right", 300)),
    "new fusion and parameter": (E, value("Box", "Height", 90), joined_boxes),
    "two in one group": (E, in_group("InGroup", GROUP), in_group("AlsoInGroup", GROUP)),
    "labels in an assembly": (A, label("Base", "Foot"), label("Boom", "Arm")),
    "a box beside an assembly": (A, label("Base", "Foot"), new_box("Beside", 500)),
    "a moved shape and a label": (A, moved("Shape", 7), label("Stick", "Stick of it")),
    "a link into another file": ("motor", label("Link", "Left bracket"), linked_again),
    # ... and what else the kinds of edits do to FreeCAD's own examples
    "redrawn sketch and pad": (D, redraw("Sketch001", 10, 10, 8, 8), value("Pad", "Length", 90)),
    "constraint and depth": (D, constrained_here, value("Pocket", "Length", 12)),
    "new fillet and label": (D, label("Pad", "Block"), rounded),
    "new pattern and label": (D, label("Pad", "Block"), repeated),
    "removed pocket and pad": (D, value("Pad", "Length", 90), remove_last_pocket),
    "formula and what it reads": (
        D, value("Pocket", "Length", 12), formula("Pocket001", "Length", "Pocket.Length * 3")),
    "formula and bore": (
        E, formula("Box", "Height", "Cylinder.Radius * 5"), value("Cylinder", "Radius", 22)),
    "removed engine and billet": (E, value("Box", "Height", 90), removed("Common")),
    "new sheet and bore": (E, sheet(4), value("Cylinder", "Radius", 22)),
    "removed joint and label": (A, label("Base", "Foot"), removed("Revolute001")),
    "two placements": (A, moved("Shape", 7), moved("Shape013", 9)),
    # ... and new objects of one name
    "two new sketches of one name": (B, again("Left", 10), again("Right", 30)),
    "two new bodies of one name": (B, another_body(4), another_body(6)),
    "two sheets of one name": (E, sheet(4), sheet(6)),
    "two fusions of one name": (E, fused(3), fused(4)),
    "two fusions of one name in an example": (D, fused(3), fused(4)),
    "two rounded cuts of one name": (E, rounded_cut(5), rounded_cut(9)),
    "two first bodies": (E, another_body(4), another_body(6)),
    "a first body and a first part": (E, new("PartDesign::Body", "Body"), new("App::Part", "Part")),
    "two links of one name": (A, link_to("Shape012", 100), link_to("Shape015", 500)),
}  # fmt: skip


def facts(doc: Any) -> dict[str, Any]:
    return {
        entry.Name: [
            entry.TypeId,
            entry.Label,
            "Invalid" in entry.State,
            round(entry.Shape.Volume, 5)
            if hasattr(entry, "Shape") and not entry.Shape.isNull() else None,
        ]
        for entry in doc.Objects
    }  # fmt: skip


def base_of(part: str) -> Path:
    path = OUT / f"{part}.FCStd"
    if not path.exists():
        source = DATA / path.name
        shutil.copy(source if source.exists() else SHIPPED / path.name, path)
        if part == "motor":
            for other in (B, P):
                base_of(other)
        doc = App.openDocument(str(path))
        doc.recompute(None, True)
        doc.save()
        close()
    return path


def close() -> None:
    for name in list(App.listDocuments()):
        App.closeDocument(name)


def edited(path: Path, target: Path, *edits: Edit) -> dict[str, Any]:
    doc = App.openDocument(str(path))
    for edit in edits:
        edit(doc)
        doc.recompute()
    found = facts(doc)
    doc.saveAs(str(target))
    close()
    return found


def pair(number: int, part: str, one: Edit, two: Edit) -> dict[str, Any]:
    base = base_of(part)
    ours, theirs, both, merged = (
        OUT / f"{number}-{which}.FCStd" for which in ("ours", "theirs", "both", "merged")
    )
    edited(base, ours, one)
    edited(base, theirs, two)
    expected = edited(base, both, one, two)
    with (
        base.open("rb") as b,
        ours.open("rb") as o,
        theirs.open("rb") as t,
        merged.open("w+b") as m,
    ):
        result = merge(b, o, t, m)
    if result.conflicts:
        return {"conflicts": [str(conflict) for conflict in result.conflicts], "expected": expected}
    doc = App.openDocument(str(merged))
    doc.recompute()
    found = facts(doc)
    close()
    return {"expected": expected, "found": found, "conflicts": []}


answers: dict[str, Any] = {}
only = os.environ.get("MERGE_ONLY", "").split("|")
for place, (title, (part, one, two)) in enumerate(PAIRS.items()):
    if only != [""] and title not in only:
        continue
    try:
        answers[title] = pair(place, part, one, two)
    except Exception:  # noqa: BLE001 - said in the answer
        answers[title] = {"error": traceback.format_exc()}
        close()
(OUT / "found.json").write_text(json.dumps(answers), "utf-8")
