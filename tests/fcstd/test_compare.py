"""What changed between two files, in users' words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silo_core.fcstd import (
    Change,
    ChangeKind,
    Contents,
    compare,
    digest_of,
    read_contents,
    same_content,
    summarise,
)
from silo_core.fcstd.contents import Element, ObjectContents, Value

DATA = Path(__file__).parents[1] / "data"
FEW = settings(max_examples=30)
"""Making up a file takes ten times as long as comparing it."""


def read(name: str) -> Contents:
    with (DATA / name).open("rb") as source:
        return read_contents(source, name=name)


@pytest.mark.parametrize(
    ("base", "other", "lines"),
    [
        ("bracket", "bracket-alice", ["Pocket.Length 5 mm → 7 mm"]),
        ("bracket", "bracket-bob", ["Sketch002 redrawn"]),
        ("bracket", "compare/constraint", ["Sketch002 redrawn"]),
        (
            "compare/constraint",
            "compare/width",
            ['Sketch002: Constraint "Width" 20 mm → 25 mm'],
        ),
        ("bracket", "compare/feat", ["Sketch003 added", "Pocket002 added"]),
        ("bracket", "compare/remove", ["Fillet removed"]),
        ("bracket", "compare/label", ["Sketch001 renamed to Mounting holes"]),
        (
            "bracket",
            "compare/expr",
            [
                "Pocket.Length 5 mm → 6 mm",
                "Pocket: formula of Length set to Pad.Length / 2 + 1 mm",
            ],
        ),
        ("plate", "compare/cell", ["Spreadsheet B1 (thickness): 6 mm → 8 mm"]),
        ("bracket", "bracket", []),
    ],
)
def test_edits_made_in_freecad_read_right(base: str, other: str, lines: list[str]) -> None:
    assert list(summarise(compare(read(f"{base}.FCStd"), read(f"{other}.FCStd")), 10)) == lines


def test_when_a_file_was_made_is_no_difference_that_people_are_told() -> None:
    changes = compare(read("bracket.FCStd"), read("plate.FCStd"))
    told = {change.subject: change.is_incidental for change in changes if not change.object}
    assert told["CreationDate"]
    assert told["Uid"]


def test_a_length_that_a_formula_sets_is_incidental() -> None:
    changes = compare(read("plate.FCStd"), read("compare/cell.FCStd"))
    assert [str(change) for change in changes if change.is_incidental] == ["Pad.Length 6 mm → 8 mm"]


def one(name: str, kind: str, tag: str, label: str = "", **attributes: str) -> Contents:
    value = Value(kind, (Element(tag, tuple(sorted(attributes.items()))),))
    entry = ObjectContents("Pad", "PartDesign::Pad", label, {name: value})
    return Contents(objects={"Pad": entry})


@pytest.mark.parametrize(
    ("name", "kind", "tag", "old", "new", "text"),
    [
        ("Angle", "App::PropertyAngle", "Float", "1.5", "30.0", "Pad.Angle 1.5° → 30°"),
        ("Load", "App::PropertyForce", "Float", "1500", "2000", "Pad.Load 1.5 N → 2 N"),
        ("Gap", "App::PropertyDistance", "Float", "0.1", "-2", "Pad.Gap 0.1 mm → -2 mm"),
        ("Fill", "App::PropertyPercent", "Integer", "1", "2", "Pad.Fill 1 % → 2 %"),
        ("Midplane", "App::PropertyBool", "Bool", "true", "false", "Pad.Midplane yes → no"),
        ("Note", "App::PropertyString", "String", "a", "", "Pad.Note a → nothing"),
        ("Profile", "App::PropertyLink", "Link", "A", "B", "Pad now uses B"),
        ("BaseFeature", "App::PropertyLink", "Link", "A", "", "Pad.BaseFeature A → nothing"),
        ("Type", "App::PropertyEnumeration", "Integer", "0", "1", "Pad.Type Length → UpToLast"),
        ("Type", "App::PropertyEnumeration", "Integer", "0", "99", "Pad.Type changed"),
        ("Odd", "App::PropertyEnumeration", "Integer", "0", "1", "Pad.Odd changed"),
        (
            "MapMode",
            "App::PropertyEnumeration",
            "Integer",
            "0",
            "5",
            "Pad.MapMode Deactivated → FlatFace",
        ),
        ("Odd", "App::PropertyFloat", "Float", "nan", "x", "Pad.Odd nan → x"),
    ],
)
def test_values_have_their_units(
    name: str, kind: str, tag: str, old: str, new: str, text: str
) -> None:
    base, other = one(name, kind, tag, value=old), one(name, kind, tag, value=new)
    assert [str(change) for change in compare(base, other)] == [text]


def test_a_label_stands_beside_the_name() -> None:
    base, other = (one("Length", "App::PropertyLength", "Float", "Base", value=v) for v in "12")
    assert [str(change) for change in compare(base, other)] == ["Base (Pad): Length 1 mm → 2 mm"]


def test_the_lines_of_a_small_difference_differ() -> None:
    base, other = (
        one("Length", "App::PropertyLength", "Float", value=v) for v in ("5.00000001", "5.00000002")
    )
    assert [str(change) for change in compare(base, other)] == [
        "Pad.Length 5.00000001 mm → 5.00000002 mm"
    ]


def test_looks_count_where_both_files_have_some() -> None:
    red = Value("App::PropertyColor", (Element("PropertyColor", (("value", "1"),)),))
    base, other = one("Length", "T", "Float"), one("Length", "T", "Float")
    other.looks = {"Pad": {"ShapeColor": red}}
    assert compare(base, other) == ()
    base.looks = {"Pad": {}}
    assert summarise(compare(base, other), 5) == ("Pad looks different",)


def test_what_another_release_adds_is_no_line() -> None:
    base, other = one("Length", "T", "Float"), one("Length", "T", "Float")
    other.objects["Pad"].properties["Taper"] = Value("App::PropertyAngle", ())
    base.program_version, other.program_version = "1.0R1", "1.1R2"
    assert summarise(compare(base, other), 5) == ("only what FreeCAD sets by itself changed",)


def test_the_summary_is_capped() -> None:
    changes = [Change(ChangeKind.ADDED, f"Pad{n}", f"Pad{n}") for n in range(9)]
    assert summarise(changes, 3) == ("Pad0 added", "Pad1 added", "and 7 more")
    assert summarise(changes, 1) == ("9 changes",)
    assert len(summarise(changes, 9)) == 9


def member_file(pack_zip: Callable[..., bytes], path: Path, content: bytes) -> Contents:
    xml = b"<Document><Objects/><ObjectData/></Document>"
    path.write_bytes(pack_zip(("Document.xml", xml), ("silo/note.json", content)))
    with path.open("rb") as source:
        return read_contents(source)


def test_a_member_that_freecad_does_not_know_counts(
    pack_zip: Callable[..., bytes], tmp_path: Path
) -> None:
    base, other = (member_file(pack_zip, tmp_path / "a.kc", c) for c in (b"1", b"2"))
    assert [str(change) for change in compare(base, other)] == [
        "silo/note.json in the file changed"
    ]


TEXT = st.text("ab1.=<'\x00\ud800", max_size=50)
ELEMENTS = st.builds(
    lambda tag, attributes: Element(tag, tuple(sorted(attributes.items()))),
    st.sampled_from(["Float", "Integer", "Link", "Sub", "Cell", "Expression", "Constrain", "Enum"]),
    st.dictionaries(
        st.sampled_from(["value", "Name", "Value", "Type", "path", "expression", "address",
                         "content", "obj", "sub", "LabelDistance", "IsDriving"]),
        TEXT, max_size=4,
    ),
)  # fmt: skip
KINDS = st.sampled_from([
    "App::PropertyLength", "App::PropertyLink", "App::PropertyLinkList", "App::PropertyEnumeration",
    "App::PropertyExpressionEngine", "Spreadsheet::PropertySheet", "App::PropertyPlacement", "",
])  # fmt: skip
VALUES = st.builds(Value, KINDS, st.lists(ELEMENTS, max_size=3).map(tuple))
PROPERTIES = st.dictionaries(
    st.sampled_from(["Length", "Group", "Tip", "Geometry", "Constraints", "ExternalGeo",
                     "ExpressionEngine", "Placement", "cells"]),
    VALUES, max_size=4,
)  # fmt: skip
NAMES = st.sampled_from(["Pad", "Sketch", "Body"])


@st.composite
def some_contents(draw: st.DrawFn) -> Contents:
    names = draw(st.lists(NAMES, unique=True))
    types = st.sampled_from(["Sketcher::SketchObject", "PartDesign::Pad", "App::Plane"])
    objects = {n: ObjectContents(n, draw(types), draw(TEXT), draw(PROPERTIES)) for n in names}
    return Contents(
        program_version=draw(st.sampled_from(["1.0R1", "1.1R2"])),
        properties=draw(PROPERTIES),
        objects=objects,
        looks=draw(st.none() | st.dictionaries(NAMES, PROPERTIES, min_size=1)),
        members=draw(st.dictionaries(TEXT, st.sampled_from("xy"), max_size=2)),
    )


@FEW
@given(some_contents())
def test_nothing_changed_from_a_file_to_itself(contents: Contents) -> None:
    assert compare(contents, contents) == ()


@FEW
@given(some_contents(), some_contents())
def test_no_change_exactly_if_the_digests_say_so(a: Contents, b: Contents) -> None:
    assert (compare(a, b) == ()) == same_content(digest_of(a), digest_of(b))


@FEW
@given(some_contents(), some_contents())
def test_every_change_names_an_object_of_one_side_and_reads(a: Contents, b: Contents) -> None:
    for change in compare(a, b):
        assert change.object in {"", *a.objects, *b.objects}
        assert "\n" not in str(change) or "\n" in change.title + change.subject
        assert len(summarise([change], 3)) == 1


def facts(change: Change, *, swapped: bool) -> tuple[object, ...]:
    opposite = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    kind = opposite.get(change.kind, change.kind) if swapped else change.kind
    values = (change.new, change.old) if swapped else (change.old, change.new)
    if change.kind is ChangeKind.CONSTRAINT:  # told by its newer name
        return (kind, change.object, *values)
    return (kind, change.object, change.subject, *values)


@FEW
@given(some_contents(), some_contents())
def test_swapped_sides_swap_old_and_new(a: Contents, b: Contents) -> None:
    there = sorted(repr(facts(change, swapped=False)) for change in compare(a, b))
    back = sorted(repr(facts(change, swapped=True)) for change in compare(b, a))
    assert there == back


@pytest.mark.parametrize(
    ("system", "kind", "old", "new", "text"),
    [
        ("0", "App::PropertyLength", "5", "7", "5 mm → 7 mm"),
        ("1", "App::PropertySpeed", "5000", "7000", "5 m/s → 7 m/s"),
        ("2", "App::PropertyLength", "25.4", "38.1", "1 in → 1.5 in"),
        ("3", "App::PropertyMass", "0.45359237", "1", "1 lb → 2.20462 lb"),
        ("4", "App::PropertyDistance", "50", "70", "5 cm → 7 cm"),
        ("5", "App::PropertyArea", "92903.04", "185806.08", "1 ft² → 2 ft²"),
        ("6", "App::PropertySpeed", "1", "2", "60 mm/min → 120 mm/min"),
        ("7", "App::PropertyLength", "304.8", "609.6", "1 ft → 2 ft"),
        ("8", "App::PropertyMass", "1500", "3000", "1.5 t → 3 t"),
        ("9", "App::PropertyVolume", "1e9", "5e8", "1 m³ → 0.5 m³"),
        ("10", "App::PropertyLength", "5", "7", "5 mm → 7 mm"),
        ("-1", "App::PropertyLength", "5", "7", "5 mm → 7 mm"),
        ("nonsense", "App::PropertyAngle", "5", "7", "5° → 7°"),
    ],
)
def test_quantities_are_in_the_units_of_the_document(
    system: str, kind: str, old: str, new: str, text: str
) -> None:
    base, other = (one("Size", kind, "Float", value=value) for value in (old, new))
    chosen = Value("App::PropertyEnumeration", (Element("Integer", (("value", system),)),))
    base.properties["UnitSystem"] = other.properties["UnitSystem"] = chosen
    assert [str(change) for change in compare(base, other)] == [f"Pad.Size {text}"]


def test_dimensions_of_sketches_and_places_are_too() -> None:
    inches = Value("App::PropertyEnumeration", (Element("Integer", (("value", "2"),)),))
    base, other = read("compare/constraint.FCStd"), read("compare/width.FCStd")
    base.properties["UnitSystem"] = other.properties["UnitSystem"] = inches
    assert summarise(compare(base, other), 5) == (
        'Sketch002: Constraint "Width" 0.787402 in → 0.984252 in',
    )
    base, other = (
        one(
            "Spot",
            "App::PropertyVectorDistance",
            "PropertyVector",
            valueX=x,
            valueY="0",
            valueZ="0",
        )
        for x in ("25.4", "50.8")
    )
    base.properties["UnitSystem"] = other.properties["UnitSystem"] = inches
    assert summarise(compare(base, other), 5) == ("Pad.Spot (1, 0, 0) in → (2, 0, 0) in",)


def test_a_change_of_the_unit_system_is_told_with_its_names() -> None:
    names = ("Standard (mm, kg, s, °)", "MKS (m, kg, s, °)", "US customary (in, lb)")
    base, other = (one("Length", "App::PropertyLength", "Float", value="25.4") for _ in "12")
    for contents, index in ((base, "0"), (other, "2")):
        contents.properties["UnitSystem"] = Value(
            "App::PropertyEnumeration",
            (
                Element("Integer", (("value", index),)),
                *(Element("Enum", (("value", name),)) for name in names),
            ),
        )
    assert summarise(compare(base, other), 5) == (
        "Document: UnitSystem Standard (mm, kg, s, °) → US customary (in, lb)",
    )
