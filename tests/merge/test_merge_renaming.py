"""New objects of one name: those of one side get other names wherever they are spoken of, or it is a
conflict; never a broken link."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silo_core.fcstd import read_contents, read_document
from silo_core.fcstd.contents import Contents
from silo_core.fcstd.expressions import references, renamed
from silo_core.fcstd.merging import Yields
from silo_core.fcstd.merging.renaming import fresh
from tests.merge.kit import Change, added, edited, joined, label, length, merged, put, same, sample

BRACKET = sample("bracket")
LOOKS = (
    '<?xml version="1.0" encoding="utf-8"?><Document><ViewProviderData Count="1">'
    '<ViewProvider name="Box"><Properties Count="1">'
    '<Property name="Width" type="App::PropertyFloat"><Float value="{}"/></Property>'
    "</Properties></ViewProvider></ViewProviderData></Document>"
)


def new(value: float, *more: Change, file: bytes = b"", gui: str | None = None) -> bytes:
    """One more box, and what uses it."""
    users = [added("User", value, used="Box"), *more]
    members = {"Box.data": file} if file else {}
    return edited(BRACKET, added("Box", value), *users, more=members, gui=gui)


def contents(file: bytes) -> Contents:
    return read_contents(io.BytesIO(file))


def size_of(found: Contents, name: str) -> float:
    return float(found.objects[name].properties["Size"].elements[0].get("value"))


def base_of(found: Contents, name: str) -> str:
    return found.objects[name].properties["Base"].elements[0].get("value")


def test_links_follow_the_new_name_of_theirs() -> None:
    answer, file = merged(BRACKET, new(1), new(2))
    assert answer.conflicts == ()
    assert answer.renamed == {"Box": "Box001", "User": "User001"}
    found = contents(file)
    assert [size_of(found, n) for n in ("Box", "User", "Box001", "User001")] == [1, 1, 2, 2]
    assert (base_of(found, "User"), base_of(found, "User001")) == ("Box", "Box001")
    assert found.objects["Box001"].label == "Box001"
    uses = {entry.name: entry.uses for entry in read_document(io.BytesIO(file)).objects}
    assert (uses["User"], uses["User001"]) == (("Box",), ("Box001",))
    text = zipfile.ZipFile(io.BytesIO(file)).read("Document.xml").decode()
    ids = re.findall(r'<Object type="Part::Box"[^>]* id="(\d+)"', text)
    assert len({*ids}) == len(ids) == 4, "each object has an id of its own"


def test_ours_gives_way_where_theirs_is_published() -> None:
    answer, file = merged(BRACKET, new(1), new(2), Yields.OURS)
    assert answer.renamed == {"Box": "Box001", "User": "User001"}
    found = contents(file)
    assert [size_of(found, n) for n in ("Box", "User", "Box001", "User001")] == [2, 2, 1, 1]
    other, there = merged(BRACKET, new(2), new(1))
    assert other.renamed == answer.renamed
    assert same(file, there), "the same, whoever is ours"


def test_what_looks_the_same_but_uses_what_differs_is_another_object() -> None:
    ours, theirs = (edited(BRACKET, added("Box", n), added("User", 5, used="Box")) for n in (1, 2))
    answer, file = merged(BRACKET, ours, theirs)
    assert answer.renamed == {"Box": "Box001", "User": "User001"}
    assert base_of(contents(file), "User001") == "Box001"


def test_what_looks_the_same_but_belongs_to_others_is_another_object() -> None:
    """As the origin of a new body, and that of a new part."""
    ours, theirs = (
        edited(BRACKET, added("Frame", 1), added(user, 5, used="Frame"))
        for user in ("Body001", "Part")
    )
    answer, file = merged(BRACKET, ours, theirs)
    assert answer.renamed == {"Frame": "Frame001"}
    found = contents(file)
    assert (base_of(found, "Body001"), base_of(found, "Part")) == ("Frame", "Frame001")


def test_the_same_new_object_on_both_sides_is_one() -> None:
    answer, file = merged(BRACKET, new(1), new(1))
    assert answer.renamed == {}
    assert same(file, new(1))


FORMULAS = {
    "Box.Size * 2": "Box001.Size * 2",
    "&lt;&lt;Box&gt;&gt;.Size": "<<Box001>>.Size",
    "Pad.Length + Box.Size": "Pad.Length + Box001.Size",
    "Boxes.Size + MyBox.Size": "Boxes.Size + MyBox.Size",
}


@pytest.mark.parametrize(("before", "after"), FORMULAS.items())
def test_formulas_follow(before: str, after: str) -> None:
    engine = f'<ExpressionEngine count="1"><Expression path="Length" expression="{before}"/>'
    theirs = new(2, put("Pocket", "ExpressionEngine", f"{engine}</ExpressionEngine>"))
    found = contents(joined(BRACKET, edited(BRACKET, added("Box", 1)), theirs))
    value = found.objects["Pocket"].properties["ExpressionEngine"]
    assert [e.get("expression") for e in value.elements if e.tag == "Expression"] == [after]


def test_cells_groups_and_ways_to_a_face_follow() -> None:
    plate = sample("plate")
    cells = '<Cells Count="1"><Cell address="C9" content="=Box.Size"/></Cells>'
    faces = '<XLink file="" stamp="" name="Body" count="1"><Sub value="Box.Face1"/></XLink>'
    way = put("User", "Base", faces)
    theirs = edited(
        plate, added("Box", 2), added("User", 2), way, put("Spreadsheet", "cells", cells)
    )
    answer, file = merged(plate, edited(plate, added("Box", 1)), theirs)
    assert answer.renamed == {"Box": "Box001"}
    text = zipfile.ZipFile(io.BytesIO(file)).read("Document.xml").decode()
    assert 'content="=Box001.Size"' in text
    assert '<Sub value="Box001.Face1"/>' in text


def test_what_another_file_calls_so_stays() -> None:
    link = '<XLink file="other.FCStd" stamp="" name="Box"/>'
    file = joined(BRACKET, edited(BRACKET, added("Box", 1)), new(2, put("User", "Base", link)))
    assert 'file="other.FCStd" stamp="" name="Box"' in (
        zipfile.ZipFile(io.BytesIO(file)).read("Document.xml").decode()
    )


def test_looks_and_the_files_inside_follow() -> None:
    put_file = put("Box", "Base", '<Included file="Box.data"/>')
    one, two = (new(n, put_file, file=b"%d" % n, gui=LOOKS.format(f"{n}.5")) for n in (1, 2))
    base = edited(BRACKET, gui=LOOKS.replace("Box", "Pad").format("7.0"))
    file = joined(base, one, two)
    found = contents(file)
    assert found.looks
    widths = {n: v["Width"].elements[0].get("value") for n, v in found.looks.items()}
    assert (widths["Box"], widths["Box001"]) == ("1.5", "2.5")
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert {archive.read(n) for n in archive.namelist() if n.endswith("Box.data")} == {
            b"1",
            b"2",
        }
    for name, other in (("Box", one), ("Box001", two)):
        value = contents(other).objects["Box"].properties["Base"]
        assert found.objects[name].properties["Base"] == value


UNKNOWN = {
    "a value that may be its name": '<String value="Box"/>',
    "an element that is not known": '<Strange to="Box"/>',
    "text": "<Strange>see Box.</Strange>",
    "a formula of another file": '<Expression path="a" expression="Other#Box.Size"/>',
}


@pytest.mark.parametrize("inner", UNKNOWN.values(), ids=UNKNOWN)
def test_a_name_that_stands_where_it_is_not_known_is_a_conflict(inner: str) -> None:
    theirs = new(2, put("User", "Base", inner))
    answer, _ = merged(BRACKET, edited(BRACKET, added("Box", 1)), theirs)
    assert [str(one) for one in answer.conflicts] == [
        "Box was added on both sides, and the two differ"
    ]


def test_a_copy_that_was_not_updated_goes_on_under_its_own_names() -> None:
    """Its box is another one in the head: what is changed in it next is changed there."""
    mine, theirs = new(1), new(2)
    answer, head = merged(BRACKET, mine, theirs, Yields.OURS)
    bigger = edited(mine, put("Box", "Size", '<Float value="9.0"/>'))
    _, head = merged(mine, bigger, head, Yields.OURS, answer.renamed)
    found = contents(head)
    assert (size_of(found, "Box"), size_of(found, "Box001")) == (2, 9)
    more = edited(bigger, added("Box001", 7))
    again, head = merged(bigger, more, head, Yields.OURS, answer.renamed)
    found = contents(head)
    assert again.renamed == {"Box": "Box001", "User": "User001", "Box001": "Box002"}
    sizes = {name: size_of(found, name) for name in ("Box", "Box001", "Box002")}
    assert sizes == {"Box": 2, "Box001": 9, "Box002": 7}
    _, head = merged(more, edited(more, length("Pad", 3)), head, Yields.OURS, again.renamed)
    assert {name: size_of(contents(head), name) for name in sizes} == sizes


def test_the_role_of_a_plane_is_no_name() -> None:
    """The planes of the first origin are called as what they are."""
    role = '<Property name="Role" type="App::PropertyString"><String value="Box"/></Property>'

    def give_role(text: str) -> str:
        start = text.index("<Properties", text.index('<Object name="Box"'))
        at = text.index(">", start) + 1
        return text[:at].replace('Count="3">', 'Count="4">') + role + text[at:]

    ours, theirs = (edited(BRACKET, added("Box", n), give_role) for n in (1, 2))
    answer, file = merged(BRACKET, ours, theirs)
    assert answer.renamed == {"Box": "Box001"}
    role_now = contents(file).objects["Box001"].properties["Role"]
    assert role_now.elements[0].get("value") == "Box"


def test_a_new_name_is_as_freecad_makes_them() -> None:
    assert fresh("Sketch", {"Sketch"}) == "Sketch001"
    assert fresh("Sketch003", {"Sketch003", "Sketch004"}) == "Sketch005"
    assert fresh("Pad999", ()) == "Pad1000"


WORDS = st.sampled_from(
    ["Box", "Boxes", "Pad", ".", "Size", "+", "(", ")", "<<Box>>", "2", " ", "#", "href"]
)


@settings(max_examples=200)
@given(st.lists(WORDS, max_size=12).map("".join))
def test_nothing_is_called_by_its_old_name_and_the_rest_stays(text: str) -> None:
    new_text = renamed(text, {"Box": "Box001"}, {"Box": "Box001"})
    assert renamed(new_text, {"Box001": "Box"}, {"Box001": "Box"}) == text
    old = [one for one in references(new_text) if one.object == "Box"]
    assert not old or "#" in text, "what stands behind a document is another file's"


def test_labels_stay_what_their_makers_called_them() -> None:
    answer, file = merged(BRACKET, new(1), new(2, label("Box", "Cover")))
    assert answer.renamed["Box"] == "Box001"
    assert contents(file).objects["Box001"].label == "Cover"


def test_a_label_that_both_chose_gets_a_number_as_freecad_does_it() -> None:
    box = label("Box", "Cover")
    formula = put(
        "Pocket", "ExpressionEngine",
        '<ExpressionEngine count="1">'
        '<Expression path="Length" expression="&lt;&lt;Cover&gt;&gt;.Size"/></ExpressionEngine>',
    )  # fmt: skip
    _, file = merged(BRACKET, new(1, box), new(2, box, formula))
    found = contents(file)
    assert [found.objects[n].label for n in ("Box", "Box001")] == ["Cover", "Cover001"]
    value = found.objects["Pocket"].properties["ExpressionEngine"]
    assert value.elements[-1].get("expression") == "<<Cover001>>.Size"
