"""What is read from a file: part number, objects, and FreeCAD's own graph."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from silo_core.fcstd import PartDocument, read_document

Read = Callable[..., PartDocument]
DATA = Path(__file__).parents[1] / "data"
THING = "App::FeaturePython"


def uses(document: PartDocument) -> dict[str, tuple[str, ...]]:
    return {entry.name: entry.uses for entry in document.objects}


def prop(kind: str, value: str, name: str = "P") -> str:
    return f'<Property name="{name}" type="App::Property{kind}">{value}</Property>'


def test_the_bracket_is_read_as_freecad_sees_it(read_sample: Read) -> None:
    document = read_sample("bracket.FCStd")
    assert document.part_number == "PRT-100"
    assert document.program_version == "1.1R20260725 (Git shallow)"
    assert document.label == "bracket"
    assert [(e.name, e.type, e.label) for e in document.objects][:3] == [
        ("Body", "PartDesign::Body", "Body"),
        ("Origin", "App::Origin", "Origin"),
        ("X_Axis", "App::Line", "X-axis"),
    ]
    graph = uses(document)
    assert graph["Body"] == (
        *("Fillet", "Origin", "Pad", "Pocket"),
        *("Pocket001", "Sketch", "Sketch001", "Sketch002"),
    )
    assert graph["Sketch"] == graph["Sketch001"] == graph["Sketch002"] == ("XY_Plane",)
    assert graph["Pad"] == ("Sketch",), "the hidden link to Body is no use"
    assert graph["Pocket"] == ("Pad", "Sketch001")
    assert graph["Pocket001"] == ("Pocket", "Sketch002")
    assert graph["Fillet"] == ("Pocket001",)


def test_an_expression_is_a_use(read_sample: Read) -> None:
    assert uses(read_sample("plate.FCStd"))["Pad"] == ("Sketch", "Spreadsheet")


def test_objects_of_other_files_are_dropped(read_sample: Read) -> None:
    graph = uses(read_sample("motor.FCStd"))
    assert graph["Link"] == graph["Link001"] == ()
    assert {"Link", "Link001"} <= set(graph["Assembly"])


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("Link", '<Link value="A"/>', ("A",)),
        ("LinkChild", '<Link value="A"/>', ("A",)),
        ("PlacementLink", '<Link value="A"/>', ("A",)),
        ("Link", '<Link value=""/>', ()),
        ("Link", '<Link value="Gone"/>', ()),
        (
            "LinkListGlobal",
            '<LinkList count="3"><Link value="B"/><Link value="A"/><Link value="B"/></LinkList>',
            ("A", "B"),
        ),
        ("LinkSub", '<LinkSub value="A" count="1"><Sub value="B"/></LinkSub>', ("A",)),
        (
            "LinkSubList",
            '<LinkSubList count="2"><Link obj="A" sub="E1"/><Link obj="B" sub=""/></LinkSubList>',
            ("A", "B"),
        ),
        ("XLink", '<XLink file="" stamp="" name="A"/>', ("A",)),
        ("XLink", '<XLink file="other.FCStd" stamp="" name="A"/>', ()),
        (
            "XLinkSubList",
            '<XLinkList><XLink name="A"><Sub value="B"/></XLink><XLink file="o" name="B"/></XLinkList>',
            ("A",),
        ),
        ("LinkHidden", '<Link value="A"/>', ()),
        ("LinkSubListHidden", '<LinkSubList count="1"><Link obj="A"/></LinkSubList>', ()),
        ("XLinkSubHidden", '<XLink file="" name="A"/>', ()),
    ],
)
def test_each_kind_of_link(kind: str, value: str, expected: Any, read_xml: Read) -> None:
    document = read_xml(
        (THING, "A", "First", ""), (THING, "B", "Second", ""), (THING, "U", "", prop(kind, value))
    )
    assert uses(document)["U"] == expected


def test_the_context_of_a_binder_is_hidden_though_its_type_is_not(read_xml: Read) -> None:
    link = '<XLink file="" name="A"/>'
    binder = prop("XLink", link, "Context") + prop("XLink", link.replace("A", "B"), "Support")
    document = read_xml(
        (THING, "A", "", ""), (THING, "B", "", ""), ("PartDesign::SubShapeBinder", "U", "", binder)
    )
    assert uses(document)["U"] == ("B",)


def test_cells_are_expressions_only_after_an_equals_sign(read_xml: Read) -> None:
    cells = (
        '<Cells Count="3"><Cell address="A1" content="=Box.Height + B1" alias="h"/>'
        '<Cell address="A2" content="\'=A.Len"/><Cell address="B1" content="B.Len"/></Cells>'
    )
    sheet = f'<Property name="cells" type="Spreadsheet::PropertySheet">{cells}</Property>'
    document = read_xml(
        *((THING, name, "", "") for name in ("Box", "A", "B")),
        ("Spreadsheet::Sheet", "Sheet", "", sheet),
    )
    assert uses(document)["Sheet"] == ("Box",)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("&lt;&lt;Nice label&gt;&gt;.Len", ("A",)),
        ("A.Len", ("A",)),
        ("&lt;&lt;A&gt;&gt;.Len", ()),  # in brackets it is a label, and nothing is labelled A
        ("Twin.Len", ()),  # a label of two objects is nobody's
        ("part#A.Len", ("A",)),
        ("&lt;&lt;My part&gt;&gt;#A.Len", ("A",)),
        ("other#A.Len", ()),
        ("U.Len + .Len + Len", ()),  # itself
        ("Own.x", ()),  # B is labelled Own, but has no x: the owner's property
        ("Own.Len", ("B",)),
    ],
)
def test_a_path_is_resolved_as_freecad_does(
    formula: str, expected: Any, read_xml: Read, string_property: Callable[[str, str], str]
) -> None:
    engine = f'<ExpressionEngine count="1"><Expression path="Q" expression="{formula}"/>'
    own = prop("Vector", "<V/>", "Own") + prop(
        "ExpressionEngine", engine + "</ExpressionEngine>", "ExpressionEngine"
    )
    document = read_xml(
        (THING, "A", "Nice label", ""),
        (THING, "B", "Own", prop("Length", '<Float value="1"/>', "Len")),
        *((THING, name, "Twin", "") for name in ("C", "D")),
        (THING, "U", "", own),
        document=string_property("Label", "My part"),
    )
    assert uses(document)["U"] == expected


def test_the_documents_own_part_number_comes_first(
    read_xml: Read, string_property: Callable[[str, str], str]
) -> None:
    on_object = ("App::Part", "Part", "Part", string_property("SiloPartNumber", "PRT-2"))
    own = string_property("SiloPartNumber", "PRT-1")
    assert read_xml(on_object, document=own).part_number == "PRT-1"
    assert read_xml(on_object).part_number == "PRT-2"
    assert read_xml(on_object, name="part.kc", members=(("silo/manifest.json", b"{}"),)) == (
        read_xml(on_object)
    )


def test_the_part_number_of_the_root_object_counts_among_several(
    read_xml: Read, string_property: Callable[[str, str], str]
) -> None:
    child = (THING, "Child", "", string_property("SiloPartNumber", "PRT-CHILD"))
    root_properties = prop("Link", '<Link value="Child"/>')
    root = (THING, "Root", "", root_properties + string_property("SiloPartNumber", "PRT-ROOT"))
    assert read_xml(child, root).part_number == "PRT-ROOT"
    # A body may be used by a drawing page: the only number there is, is the part's.
    assert read_xml(child, (THING, "Page", "", root_properties)).part_number == "PRT-CHILD"


@pytest.mark.parametrize("value", ["", "PRT 100", "../../etc/passwd", "a" * 65])
def test_what_can_be_no_part_number_is_none(
    value: str, read_xml: Read, string_property: Callable[[str, str], str]
) -> None:
    assert read_xml(document=string_property("SiloPartNumber", value)).part_number is None


def test_a_file_of_freecad_018_reads(read_xml: Read) -> None:
    document = read_xml(
        ("Part::Box", "Box", "Würfel", ""),
        ("Part::Cut", "Cut", "", prop("Link", '<Link value="Box"/>', "Base")),
    )
    assert document.program_version == "0.18R16146"
    assert [entry.label for entry in document.objects] == ["Würfel", ""]
    assert uses(document) == {"Box": (), "Cut": ("Box",)}


def test_a_part_of_20000_objects_in_a_chain_reads(read_xml: Read) -> None:
    count = 20_000
    links = (prop("Link", f'<Link value="O{n - 1}"/>') for n in range(count))
    document = read_xml(*((THING, f"O{n}", "", link) for n, link in enumerate(links)))
    assert len(document.objects) == count
    assert uses(document)["O19999"] == ("O19998",)


def test_the_source_may_stand_anywhere() -> None:
    source = io.BytesIO((DATA / "bracket.FCStd").read_bytes())
    source.seek(1000)
    assert len(read_document(source).objects) == 16
