"""Each kind of thing that a file holds, one by one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from silo_core.fcstd import read_contents
from silo_core.fcstd.merging.hasher import last_id
from silo_core.fcstd.merging.lists import merged_group
from silo_core.surfaces.cli import main
from tests.merge.kit import (
    Change,
    added,
    edited,
    joined,
    label,
    length,
    merged,
    put,
    removed,
    same,
    sample,
)

BRACKET, MOTOR = sample("bracket"), sample("motor")


def document(file: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return archive.read("Document.xml").decode()


ORDERS = [
    ("abc", "abc", "abc", "abc"),
    ("abc", "abcx", "abc", "abcx"),
    ("abc", "abcx", "abcy", "abcxy"),
    ("abc", "abczp", "abcyo", "abcyozp"),
    ("abc", "abczp", "abczo", "abczop"),
    ("abc", "axbc", "abyc", "axbyc"),
    ("abc", "bac", "abc", "bac"),
    ("abc", "bac", "abcx", "bacx"),
    ("abc", "ac", "abcx", "acx"),
    ("abc", "ac", "ab", "a"),
    ("", "x", "y", "xy"),
    ("abc", "cba", "bca", None),
]


@pytest.mark.parametrize(("base", "ours", "theirs", "result"), ORDERS)
def test_groups_keep_their_order(base: str, ours: str, theirs: str, result: str | None) -> None:
    expected = list(result) if result is not None else None
    assert merged_group([*base], [*ours], [*theirs]) == expected
    assert merged_group([*base], [*theirs], [*ours]) == expected


def test_the_tip_is_taken_and_two_tips_are_a_conflict() -> None:
    tips = [put("Body", "Tip", f'<Link value="{name}"/>') for name in ("Pocket", "Pad")]
    one, two = (edited(BRACKET, tip) for tip in tips)
    assert same(
        joined(BRACKET, edited(BRACKET, length("Pad", 3)), one), edited(one, length("Pad", 3))
    )
    answer, _ = merged(BRACKET, one, two)
    assert [(c.object, c.subject) for c in answer.conflicts] == [("Body", "Tip")]


def test_links_into_other_files_are_taken() -> None:
    link = '<XLink file="plate.FCStd" stamp="2026" name="Body"/>'
    theirs = edited(MOTOR, put("Link", "LinkedObject", link))
    file = joined(MOTOR, edited(MOTOR, label("Link001", "Other")), theirs)
    value = read_contents(io.BytesIO(file)).objects["Link"].properties["LinkedObject"]
    assert value.elements[0].get("file") == "plate.FCStd"
    other = edited(MOTOR, put("Link", "LinkedObject", link.replace("Body", "Sketch")))
    answer, _ = merged(MOTOR, other, theirs)
    assert [(c.object, c.subject) for c in answer.conflicts] == [("Link", "LinkedObject")]


def test_noise_is_no_conflict_and_ours_stays() -> None:
    def noisy(year: str, shown: str) -> Change:
        def change(text: str) -> str:
            at = text.index('name="LastModifiedDate"')
            at = text.index('value="', at) + 7
            text = text[:at] + year + text[at + 4 :]
            at = text.index('<Object name="Pad"', text.index("<ObjectData"))
            at = text.index("<Bool value=", text.index('name="Visibility"', at))
            return f'{text[:at]}<Bool value="{shown}"/>{text[text.index("/>", at) + 2 :]}'

        return change

    ours = edited(BRACKET, noisy("2031", "true"), length("Pad", 3))
    theirs = edited(BRACKET, noisy("2032", "false"), length("Pocket", 3))
    text = document(joined(BRACKET, ours, theirs))
    assert 'value="2031' in text
    assert 'value="2032' not in text


def test_last_digits_of_a_solved_placement_are_noise() -> None:
    def at(x: str) -> bytes:
        place = (
            f'<PropertyPlacement Px="{x}" Py="0.0" Pz="0.0" Q0="0.0" Q1="0.0" Q2="0.0" Q3="1.0"/>'
        )
        return edited(BRACKET, put("Body", "Placement", place))

    base = at("10.00000000000")
    assert merged(base, at("10.00000000012"), at("10.00000000034"))[0].conflicts == ()
    assert len(merged(base, at("10.1"), at("10.2"))[0].conflicts) == 1
    found = read_contents(io.BytesIO(joined(base, at("10.00000000012"), at("10.2"))))
    assert found.objects["Body"].properties["Placement"].elements[0].get("Px") == "10.2"


def test_an_edit_to_what_stood_on_a_removed_object_is_a_conflict() -> None:
    base = edited(BRACKET, added("Box"), added("User", used="Box"))
    gone = edited(base, removed("Box"), put("User", "Base", '<Link value=""/>'))
    bigger = edited(base, put("User", "Size", '<Float value="9.0"/>'))
    for ours, theirs in ((gone, bigger), (bigger, gone)):
        said = [str(one) for one in merged(base, ours, theirs)[0].conflicts]
        assert said == ["User: Base uses Box, which the other side removed or renamed"]
    moved_on = edited(base, label("User", "Its user"), put("Pad", "Length", '<Float value="3.0"/>'))
    assert merged(base, gone, moved_on)[0].conflicts, "its label is an edit of it, too"
    assert not merged(base, gone, edited(base, length("Pad", 3)))[0].conflicts


def test_a_way_to_a_face_that_leads_over_what_is_gone_is_a_conflict() -> None:
    """As a joint of an assembly names its parts."""
    base = edited(BRACKET, added("Box"), added("Joint"))
    way = '<XLink file="" stamp="" name="Body" count="1"><Sub value="Box.Face1"/></XLink>'
    picks = edited(base, put("Joint", "Base", way))
    answer, _ = merged(base, edited(base, removed("Box")), picks)
    assert [(c.object, c.theirs) for c in answer.conflicts] == [("Joint", "Box")]


def extended(kind: str) -> Change:
    def change(text: str) -> str:
        pad = text.index('<Object name="Pad"', text.index("<ObjectData"))
        at = text.index("</Extensions>", pad)
        return f'{text[:at]}<Extension type="{kind}" name="X"></Extension>{text[at:]}'

    return change


def test_extensions_are_taken_with_their_properties() -> None:
    alone = edited(BRACKET, extended("App::SomeExtension"))
    assert "SomeExtension" in document(joined(BRACKET, edited(BRACKET, length("Pad", 3)), alone))
    theirs = edited(alone, length("Pad", 3))
    ours = edited(BRACKET, length("Pocket", 3))
    file = joined(BRACKET, ours, theirs)
    assert document(file).count('<Extension type="App::SomeExtension"') == 1
    assert same(file, edited(theirs, length("Pocket", 3)))
    assert document(joined(BRACKET, theirs, ours)).count("App::SomeExtension") == 1
    assert document(joined(BRACKET, theirs, theirs)).count("App::SomeExtension") == 1
    other = edited(BRACKET, extended("App::OtherExtension"))
    answer, _ = merged(BRACKET, other, theirs)
    assert [c.subject for c in answer.conflicts] == ["its extensions"]
    assert "App::OtherExtension" in str(answer.conflicts[0])


def test_the_table_of_strings_is_read_as_steps() -> None:
    assert last_id([b"StringTableStart v1 3\n1.0:a\n2.0:b\n-a.0:c\n"]) == 13
    assert last_id([]) == 0


SHADOW = (
    '<LinkSub value="Pocket001" count="1"><Sub value="Edge9" shadow=";#{}:1;FAC.Edge9"/></LinkSub>'
)


def test_a_picked_edge_counts_by_the_name_behind_it_if_both_files_know_that() -> None:
    """The number of an edge means something else once the shape has changed; a name that is in the
    table of strings of both does not."""
    ours = edited(BRACKET, length("Pad", 3))
    known, unknown = (
        edited(BRACKET, put("Fillet", "Base", SHADOW.format(n))) for n in ("1", "ffff")
    )
    text = document(joined(BRACKET, ours, known))
    assert ";#1:1;FAC.Edge9" in text
    answer, _ = merged(BRACKET, ours, unknown)
    assert [c.object for c in answer.conflicts] == ["Fillet"]


def test_a_name_with_the_number_of_an_object_counts_only_where_it_has_that_number() -> None:
    """Both sides' new boxes have the number 100: the name behind theirs would be an edge of ours."""
    shadow = '<LinkSub value="{}" count="1"><Sub value="Edge1" shadow=";Edge1;:H{},E.Edge1"/>'
    fillet = put("Round", "Base", shadow.format("Box", "64") + "</LinkSub>")
    theirs = edited(BRACKET, added("Box", 2), added("Round"), fillet)
    answer, file = merged(BRACKET, edited(BRACKET, added("Box", 1)), theirs)
    assert answer.conflicts == ()
    text = document(file)
    assert '<LinkSub value="Box001" count="1"><Sub value="Edge1"/>' in text
    assert ":H64" not in text
    alone = document(joined(BRACKET, edited(BRACKET, length("Pad", 3)), theirs))
    assert ";Edge1;:H64,E.Edge1" in alone, "where nobody else took the number, the name is kept"


def test_a_copy_of_an_edge_says_which_where_the_name_behind_it_is_not_kept() -> None:
    """Else a sketch has the edge twice, and its constraints hold to the copy that follows nothing."""
    edge = '<Link obj="Box" sub="Edge1" shadow=";e;:H64,E.Edge1"/>'
    source = f'<LinkSubList count="1">{edge}</LinkSubList>'
    copies = (
        '<GeometryList count="1"><Geometry id="1" ref="Box.;e;:H64,E"><Copy Ref="Box.;e;:H64,E"/>'
    )

    def draw(text: str) -> str:
        start = text.index("<Properties", text.index('<Object name="Round"'))
        at = text.index(">", start) + 1
        properties = (
            '<Property name="ExternalGeometry" type="App::PropertyLinkSubList">'
            f'{source}</Property><Property name="ExternalGeo" type="Part::PropertyGeometryList">'
            f"{copies}</Geometry></GeometryList></Property>"
        )
        return f"{text[:start]}{text[start:at].replace('3', '5')}{properties}{text[at:]}"

    theirs = edited(BRACKET, added("Box", 2), added("Round"), draw)
    answer, file = merged(BRACKET, edited(BRACKET, added("Box", 1)), theirs)
    assert answer.renamed == {"Box": "Box001"}
    assert document(file).count('ef="Box001.Edge1"') == 2
    file = joined(BRACKET, edited(BRACKET, length("Pad", 3)), theirs)
    assert document(file).count('ef="Box.;e;:H64,E"') == 2, "it is kept where the name is"


def test_a_description_is_somebodys_work() -> None:
    told = edited(BRACKET, put("Pocket", "Label2", '<String value="for the bolt"/>'))
    assert not same(BRACKET, told), "there is something to push"
    file = joined(BRACKET, edited(BRACKET, length("Pad", 3)), told)
    assert 'value="for the bolt"' in document(file)
    other = edited(BRACKET, put("Pocket", "Label2", '<String value="for the cable"/>'))
    answer, _ = merged(BRACKET, other, told)
    assert [c.object for c in answer.conflicts] == ["Pocket"]
    emptied = joined(told, edited(told, length("Pad", 3)), BRACKET)
    assert "for the bolt" not in document(emptied)


def test_a_kc_file_keeps_its_silo_folder(tmp_path: Path) -> None:
    own = {"silo/manifest.json": b"{}", "silo/history/1.json": b"old"}
    base, ours = edited(BRACKET, more=own), edited(BRACKET, length("Pad", 3), more=own)
    theirs = edited(BRACKET, length("Pocket", 3), more={**own, "silo/history/2.json": b"new"})
    paths = [tmp_path / f"{name}.kc" for name in ("base", "ours", "theirs", "out")]
    for path, data in zip(paths, (base, ours, theirs), strict=False):
        path.write_bytes(data)
    assert main(["merge", *map(str, paths[:3]), "-o", str(paths[3])]) == 0
    with zipfile.ZipFile(paths[3]) as archive:
        kept = {n: archive.read(n) for n in archive.namelist() if n.startswith("silo/")}
    assert kept == {**own, "silo/history/2.json": b"new"}


def test_a_joint_that_names_the_assembly_it_is_in_is_no_circle() -> None:
    def assembly(text: str) -> str:
        lines = (
            '<Object type="Assembly::AssemblyObject" name="Assembly" id="901" />'
            '<Object type="App::FeaturePython" name="Joint" id="902" />'
        )
        group = '<LinkList count="1"><Link value="Joint"/></LinkList>'
        way = '<XLinkSub file="" stamp="" name="Assembly" count="1"><Sub value="Pad.Edge1"/></XLinkSub>'
        data = (
            '<Object name="Assembly"><Properties Count="1"><Property name="Group" '
            f'type="App::PropertyLinkList">{group}</Property></Properties></Object>'
            '<Object name="Joint"><Properties Count="1"><Property name="Reference1" '
            f'type="App::PropertyXLinkSub">{way.replace("XLinkSub", "XLink")}</Property></Properties>'
            "</Object>"
        )
        text = text.replace("</Objects>", f"{lines}</Objects>")
        return text.replace("</ObjectData>", f"{data}</ObjectData>")

    base = edited(BRACKET, assembly)
    ours, theirs = edited(base, length("Pad", 3)), edited(base, length("Pocket", 7))
    both = edited(base, length("Pad", 3), length("Pocket", 7))
    assert same(joined(base, ours, theirs), both)
