"""Runs inside FreeCAD, for ``fcstd_graph_agreement.py``: what FreeCAD makes of each file.

Copies every FCStd that this FreeCAD ships, those in the folder ``SILO_GRAPH_ALSO``, and a document
made here with every kind of link and expression to ``SILO_GRAPH_OUT``. Opens each, saves it, opens
that, saves it once more. Writes ``graphs.json``: for each of the three files of each, the
``OutList`` of its objects.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import FreeCAD as App

OUT = Path(os.environ["SILO_GRAPH_OUT"])
LINK_KINDS = {
    "Link": "one", "LinkList": "many", "LinkSub": "sub", "LinkSubList": "subs",
}  # fmt: skip
FORMULAS = [
    "Own * 2", ".Own", "T1.Len", '<<Target 2 "q" é>>.Len', "<<Plain>>.Len", "Plain.Len", "made#T4.Len",
    "made#<<Plain>>.Len", "far#Far.Len", "<<Far document>>#<<Far away>>.Len", "hiddenref(T5.Len)",
    "href(T5.Len)", "href(T5.Len) + T5.Len", "hiddenref(T1.Len) + T2.Len", "max(T6.Len; T7.Len)",
    "T0.Next.Len", "Sheet.depth + Sheet.B1", "<<My sheet>>.C1", "T1.Len > 2 ? T2.Len : T3.Len",
    "Part.<<Box.>>.Height", "Part.Box.Height", "Box.Placement.Base.x + Box.Shape.BoundBox.XMin",
    "Nope.Len", "pi * 2 mm", "T1.Nope", "<<a>> + T2.Label", "<<Box.Height>>", "1.5e3mm + T8.Len",
    "T9 .Len", "str(T1.Len)", "Box._self.Height", "minvert(T3.Placement)", "T1.Len ^ 2mm",
]  # fmt: skip


def graph(document: App.Document) -> dict[str, list[str]]:
    """``OutList`` without repetitions and without the objects of other documents."""
    return {
        entry.Name: sorted({used.Name for used in entry.OutList if used.Document is document})
        for entry in document.Objects
    }


def make(path: Path) -> None:
    """A document with every kind of link and expression, and one that it refers to."""
    far = App.newDocument("far")
    far.Label = "Far document"
    target = far.addObject("App::FeaturePython", "Far")
    target.Label = "Far away"
    target.addProperty("App::PropertyLength", "Len")
    far.saveAs(str(path.with_name("far.FCStd")))
    document = App.newDocument("made")
    document.saveAs(str(path))
    targets = [document.addObject("App::FeaturePython", f"T{number}") for number in range(10)]
    for number, entry in enumerate(targets):
        entry.Label = f'Target {number} "q" é'
        entry.addProperty("App::PropertyLength", "Len")
        entry.addProperty("App::PropertyLink", "Next")
    targets[3].Label = "Plain"
    targets[0].Next = targets[1]
    add_links(document, targets, target)
    add_solids(document)
    for formula in FORMULAS:
        entry = document.addObject("App::FeaturePython", "Formula")
        entry.addProperty("App::PropertyLength", "Own")
        entry.addProperty("App::PropertyLength", "Result")
        entry.setExpression("Result", formula)
    document.recompute()
    document.save()
    far.save()
    close_all()


def add_links(document: App.Document, targets: list[App.DocumentObject], far: object) -> None:
    """One object for each link property type there is."""
    one, two = targets[:2]
    values = {
        "one": one,
        "many": [one, two, one],
        "sub": (one, ["Edge1", "Face2"]),
        "subs": [(one, "Edge1"), (one, "Edge2"), (two, "")],
    }
    links = [
        (f"{kind}{scope}", values[shape])
        for kind, shape in LINK_KINDS.items()
        for scope in ("", "Child", "Global", "Hidden")
    ]
    links += [("XLink", one), ("XLink", far), ("XLinkSub", values["sub"])]
    links += [("XLinkSubHidden", values["sub"]), ("PlacementLink", two)]
    links += [("XLinkSubList", [(one, ("Edge1",)), (far, "Face1")]), ("XLinkList", [two, far])]
    for kind, value in links:
        entry = document.addObject("App::FeaturePython", kind)
        entry.addProperty(f"App::Property{kind}", "Value")
        entry.Value = value


def add_solids(document: App.Document) -> None:
    """A part, links to it, a spreadsheet, and bodies with a binder between them."""
    box = document.addObject("Part::Box", "Box")
    part = document.addObject("App::Part", "Part")
    part.addObject(box)
    link = document.addObject("App::Link", "LinkToBox")
    link.LinkedObject = box
    array = document.addObject("App::Link", "Array")
    array.LinkedObject = box
    array.ElementCount = 3
    inner = document.addObject("App::Link", "LinkToInner")
    inner.setLink(part, "Box.")
    document.addObject("App::LinkGroup", "Group").ElementList = [link, array]
    sheet = document.addObject("Spreadsheet::Sheet", "Sheet")
    sheet.Label = "My sheet"
    cells = {"A1": "5 mm", "B1": "=A1 * 2 + depth", "C1": "=Box.Height + T3.Len",
             "D1": "=<<Plain>>.Len", "E1": "Box.Length", "F1": "=hiddenref(T4.Len)"}  # fmt: skip
    sheet.setAlias("A1", "depth")
    for cell, content in cells.items():
        sheet.set(cell, content)
    document.recompute()
    first = document.addObject("PartDesign::Body", "Body")
    second = document.addObject("PartDesign::Body", "Body2")
    solid = first.newObject("PartDesign::AdditiveBox", "Solid")
    solid.setExpression("Height", "Sheet.depth")
    binder = second.newObject("PartDesign::SubShapeBinder", "Binder")
    binder.Support = [(first, "Solid.")]
    binder.Context = (second, "Binder.")
    plain = document.addObject("Part::Box", "Placed")
    plain.setExpression("Placement.Base.x", "Box.Height")


def close_all() -> None:
    """Close every document."""
    for name in list(App.listDocuments()):
        App.closeDocument(name)


def shipped() -> list[Path]:
    """The FCStd files of this FreeCAD: its modules', and its examples where they stand apart."""
    resources = Path(App.getResourceDir())
    documentation = resources.parent / "doc"
    folders = [resources, *documentation.glob("freecad*")]
    return sorted({path.resolve() for folder in folders for path in folder.rglob("*.FCStd")})


def main() -> None:
    """Write the three generations of every file, and their graphs."""
    also = os.environ.get("SILO_GRAPH_ALSO")
    samples = sorted(Path(also).glob("*.FCStd")) if also else []
    generations = [OUT / name for name in ("original", "saved", "saved-again")]
    for folder in generations:
        folder.mkdir()
    for source in [*shipped(), *samples]:
        shutil.copyfile(source, generations[0] / source.name)
    make(generations[0] / "made.FCStd")
    graphs: dict[str, dict[str, list[str]]] = {}
    for original in sorted(generations[0].glob("*.FCStd")):
        for folder, following in zip(generations, [*generations[1:], None], strict=True):
            document = App.openDocument(str(folder / original.name), hidden=True)
            graphs[f"{folder.name}/{original.name}"] = graph(document)
            if following:
                document.saveAs(str(following / original.name))
            close_all()
    (OUT / "graphs.json").write_text(json.dumps(graphs))


main()
