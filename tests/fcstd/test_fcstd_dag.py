"""The feature graph on the wire, and what counts as a change of an object."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from silo_core.fcstd import PartDocument, to_dag
from silo_core.fcstd.dag import node_type
from silo_core.fcstd.inputs import canonical_value
from silo_core.model.dag import DagEdge

Read = Callable[..., PartDocument]


def hashes(document: PartDocument) -> dict[str, str]:
    return {node.node_key: node.properties_hash for node in to_dag(document).nodes}


@pytest.mark.parametrize(
    ("edited", "changed"),
    [("bracket-alice.FCStd", {"Pocket"}), ("bracket-bob.FCStd", {"Sketch002"})],
)
def test_exactly_what_was_edited_differs(edited: str, changed: set[str], read_sample: Read) -> None:
    before, after = hashes(read_sample("bracket.FCStd")), hashes(read_sample(edited))
    assert {name for name in before if before[name] != after[name]} == changed
    assert before.keys() == after.keys()


def test_edges_lead_from_what_is_used_to_what_uses_it(read_sample: Read) -> None:
    dag = to_dag(read_sample("bracket.FCStd"))
    assert DagEdge("Sketch001", "Pocket") in dag.edges
    assert DagEdge("Fillet", "Body") in dag.edges
    assert not [edge for edge in dag.edges if edge.source_key == "Body"]
    assert {edge.edge_type for edge in dag.edges} == {"depends_on"}


def test_nodes_carry_the_protocols_types_and_labels(read_sample: Read) -> None:
    dag = to_dag(read_sample("bracket.FCStd"))
    types = {node.node_key: node.node_type for node in dag.nodes}
    assert types["Body"] == "body"
    assert types["Sketch"] == "sketch"
    assert types["Pad"] == "pad"
    assert types["Pocket"] == "pocket"
    assert types["Fillet"] == "fillet"
    assert types["XY_Plane"] == types["X_Axis"] == types["Origin001"] == "datum"
    plane = next(node for node in dag.nodes if node.node_key == "XY_Plane")
    assert plane.metadata == {"label": "XY-plane", "type": "App::Plane"}
    assert len(plane.properties_hash) == 64


@pytest.mark.parametrize(
    ("freecad_type", "expected"),
    [
        ("Part::Chamfer", "chamfer"),
        ("App::Part", "part"),
        ("Sketcher::SketchObjectPython", "sketch"),
        ("PartDesign::Plane", "datum"),
        ("Fem::ConstraintFixed", "constraint"),
        ("Spreadsheet::Sheet", "feature"),
        ("Something::New", "feature"),
    ],
)
def test_node_types(freecad_type: str, expected: str) -> None:
    assert node_type(freecad_type) == expected


LENGTH = '<Property name="Length" type="App::PropertyLength"><Float value="5.0"/></Property>'


def hash_with(read_xml: Read, properties: str, kind: str = "PartDesign::Pad") -> str:
    return hashes(read_xml((kind, "Pad", "Pad", properties)))["Pad"]


@pytest.mark.parametrize(
    "derived",
    [
        '<Property name="Visibility" type="App::PropertyBool"><Bool value="true"/></Property>',
        '<_Property name="_Body" type="App::PropertyLinkHidden" status="251658241"/>',
        '<Property name="Out" type="App::PropertyFloat" status="128"><Float value="1"/></Property>',
        '<Property name="AttacherEngine" type="App::PropertyInteger"><I value="1"/></Property>',
        '<Property name="Shape" type="Part::PropertyPartShape"><Part file="Pad.brp"/></Property>',
        '<Property name="Direction" type="App::PropertyVector" status="4"><V x="1"/></Property>',
    ],
)
def test_what_freecad_derives_does_not_count(derived: str, read_xml: Read) -> None:
    assert hash_with(read_xml, LENGTH + derived) == hash_with(read_xml, LENGTH)


@pytest.mark.parametrize(
    "same",
    [
        LENGTH.replace('type="App::PropertyLength"', 'type="App::PropertyLength" status="1"'),
        LENGTH.replace("<Float", "\n   <Float"),
        LENGTH.replace("5.0", "5.00000000000000001"),
    ],
)
def test_flags_and_noise_do_not_count(same: str, read_xml: Read) -> None:
    assert hash_with(read_xml, same) == hash_with(read_xml, LENGTH)


def test_values_names_and_types_count(read_xml: Read) -> None:
    variants = [
        LENGTH,
        LENGTH.replace("5.0", "5.0001"),
        LENGTH.replace("Length", "Width"),
        LENGTH.replace("PropertyLength", "PropertyAngle"),
        '<Property name="L" type="App::PropertyLink"><Link value="A"/></Property>',
        '<Property name="L" type="App::PropertyLink"><Link value="B"/></Property>',
        "",
    ]
    assert len({hash_with(read_xml, variant) for variant in variants}) == len(variants)


def test_the_order_of_properties_does_not_count(read_xml: Read) -> None:
    other = LENGTH.replace("Length", "Width")
    assert hash_with(read_xml, LENGTH + other) == hash_with(read_xml, other + LENGTH)


def test_the_content_of_a_member_counts_and_its_name_does_not(read_xml: Read) -> None:
    def hash_of(name: str, content: bytes) -> str:
        value = f'<FileIncluded file="{name}"/>'
        xml = f'<Property name="F" type="App::PropertyFileIncluded">{value}</Property>'
        return hashes(read_xml(("App::X", "Pad", "", xml), members=((name, content),)))["Pad"]

    assert hash_of("a.txt", b"one") == hash_of("b.txt", b"one") != hash_of("a.txt", b"two")


def test_where_the_parser_cuts_a_text_does_not_count(read_xml: Read) -> None:
    """Document.xml is read in pieces of 256 KiB: what stands before a text moves the cut."""
    said = '<Property name="Notes" type="App::X"><Text>said in several words</Text></Property>'

    def hash_behind(size: int) -> str:
        other = ("App::X", "Other", "x" * size, "")
        return hashes(read_xml(other, ("App::X", "Pad", "", said)))["Pad"]

    cuts = range(262144 - 700, 262144 - 400, 5)
    assert {hash_behind(size) for size in cuts} == {hash_behind(0)}
    unsaid = said.replace("several", "other")
    assert hash_with(read_xml, said) != hash_with(read_xml, unsaid)


def test_the_text_of_an_element_map_does_not_count(read_xml: Read) -> None:
    shape = '<Property name="Shape" type="Part::PropertyPartShape"><Part file=""/>{}</Property>'
    with_map = shape.format("<ElementMap2>Face1 ;g2</ElementMap2>")
    assert hash_with(read_xml, with_map, "Part::Feature") == hash_with(
        read_xml, shape.format(""), "Part::Feature"
    )


def test_an_imported_shape_is_an_input(read_xml: Read) -> None:
    def hash_of(content: bytes) -> str:
        xml = (
            '<Property name="Shape" type="Part::PropertyPartShape">'
            '<Part ElementMap="1" file="S.brp"/></Property>'
        )
        return hashes(read_xml(("Part::Feature", "S", "", xml), members=(("S.brp", content),)))["S"]

    assert hash_of(b"shape") != hash_of(b"another shape")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.7071067811865475", canonical_value("0.7071067811865476")),
        ("0.9999999999999999", "1"),
        ("-0.0000000000000000", "0"),
        ("-0.0000000000000002", "0"),
        ("5.25", "5.25"),
        ("12", "12"),
        ("1.2.3", "1.2.3"),
        ("Face1", "Face1"),
    ],
)
def test_numbers_lose_their_noise(value: str, expected: str) -> None:
    assert canonical_value(value) == expected
