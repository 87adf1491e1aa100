"""What does not go together is said, in users' words, and what does is joined."""

from __future__ import annotations

import io

import pytest

from silo_core.fcstd import read_contents, read_document
from silo_core.model.errors import FileError
from tests.merge.kit import (
    Change,
    added,
    cells,
    edited,
    formulas,
    joined,
    label,
    length,
    merged,
    put,
    removed,
    same,
    sample,
    sheet,
)

BRACKET, PLATE = sample("bracket"), sample("plate")
ROWS = (("A1", "'thickness", ""), ("B1", "=6 mm", "thickness"), ("B2", "7", ""))
FILLET_MOVED = (
    "Fillet: Base picks elements of Pocket001 in theirs, "
    "and ours changed what Pocket001 is built from"
)
ENTITIES = "<!DOCTYPE x [<!ENTITY a 'b'>]><Document "
GUI = (
    '<?xml version="1.0" encoding="utf-8"?><Document><ViewProviderData Count="1">'
    '<ViewProvider name="Pad"><Properties Count="1">'
    '<Property name="ShapeColor" type="App::PropertyColor"><PropertyColor value="{}"/></Property>'
    "</Properties></ViewProvider></ViewProviderData></Document>"
)


def conflicts(base: bytes, ours: Change, theirs: Change) -> list[str]:
    answer, file = merged(base, edited(base, ours), edited(base, theirs))
    assert answer.conflicts or file
    return [str(one) for one in answer.conflicts]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "said"),
    [
        (
            BRACKET, length("Pocket", 7), length("Pocket", 9),
            ["Pocket: Length is 7 mm in ours and 9 mm in theirs (was 5 mm)"],
        ),
        (
            BRACKET, label("Pocket", "Left"), label("Pocket", "Right"),
            ["Left (Pocket): Label is Left in ours and Right in theirs (was Pocket)"],
        ),
        (
            BRACKET, formulas("Pad", Length="1"), formulas("Pad", Length="2"),
            ["Pad: formula of Length is 1 in ours and 2 in theirs"],
        ),
        (
            PLATE, cells(A1="one"), cells(A1="two", B1="3"),
            ["Spreadsheet: cell B1 is removed in ours and 3 in theirs (was =6 mm)",
             "Spreadsheet: cell A1 is one in ours and two in theirs (was 'thickness)"],
        ),
    ],
)  # fmt: skip
def test_two_values_are_a_conflict(
    base: bytes, ours: Change, theirs: Change, said: list[str]
) -> None:
    found = conflicts(base, ours, theirs)
    assert found
    assert set(found) <= set(said)


def test_a_formula_of_the_dimension_of_a_number_that_moved_is_a_conflict() -> None:
    """Taking a constraint away moves those behind it to other numbers."""
    rows = [f'<Constrain Name="" Type="{n}" Value="{n}.0" First="0"/>' for n in (6, 7)]

    def constraints(*rows: str) -> Change:
        inner = f'<ConstraintList count="{len(rows)}">{"".join(rows)}</ConstraintList>'
        return put("Sketch001", "Constraints", inner)

    base = edited(BRACKET, constraints(*rows))
    for formula, said in (("Constraints[1]", ["Constraints[1]"]), ("Constraints.W", [])):
        inner = f'<ExpressionEngine count="1"><Expression path="{formula}" expression="7 mm"/>'
        there = put("Sketch001", "ExpressionEngine", f"{inner}</ExpressionEngine>")
        for ours, theirs in ((constraints(rows[1]), there), (there, constraints(rows[1]))):
            answer, _ = merged(base, edited(base, ours), edited(base, theirs))
            assert [one.subject for one in answer.conflicts] == said


def test_one_alias_for_two_cells_is_a_conflict() -> None:
    def alias(address: str) -> Change:
        def change(text: str) -> str:
            start = text.index("<Cells")
            at = text.index("</Cells>", start)
            return f'{text[:at]}<Cell address="{address}" content="5" alias="wide"/>{text[at:]}'

        return change

    assert conflicts(PLATE, alias("C5"), alias("C6")) == [
        "Spreadsheet: the alias wide is C5 in ours and C6 in theirs"
    ]


def test_an_object_removed_here_and_edited_there_is_a_conflict() -> None:
    base = edited(BRACKET, added("Box"))
    gone, other = (
        edited(base, removed("Box")),
        edited(base, put("Box", "Size", '<Float value="9.0"/>')),
    )
    answer, _ = merged(base, gone, other)
    assert [str(one) for one in answer.conflicts] == [
        "Box was removed in ours and edited in theirs"
    ]
    answer, _ = merged(base, other, gone)
    assert [str(one) for one in answer.conflicts] == [
        "Box was edited in ours and removed in theirs"
    ]


def test_what_depends_on_a_removed_object_is_a_conflict() -> None:
    base = edited(BRACKET, added("Box"))
    gone, using = edited(base, removed("Box")), edited(base, added("User", used="Box"))
    for ours, theirs in ((gone, using), (using, gone)):
        answer, _ = merged(base, ours, theirs)
        said = [str(one) for one in answer.conflicts]
        assert said == ["User: Base uses Box, which the other side removed or renamed"]


def test_a_formula_that_loses_what_it_reads_is_a_conflict() -> None:
    said = conflicts(
        BRACKET, label("Pad", "Plate"), formulas("Pocket", Length="&lt;&lt;Pad&gt;&gt;.Length")
    )
    assert said == ["Pocket: a formula uses Pad, which the other side removed or renamed"]


GONE = "which the other side removed or renamed"
READS_MOVED = "and the other side moved cells of that sheet"


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        (  # a row comes before what is read by its address
            sheet(("A2", "'thickness", ""), ("B2", "=6 mm", "thickness"), ("B3", "7", "")),
            formulas("Pad", Length="Spreadsheet.B2"),
            [f"Pad: the formula of Length reads Spreadsheet.B2, {READS_MOVED}"],
        ),
        (
            sheet(("A2", "'thickness", ""), ("B2", "=6 mm", "thickness"), ("B3", "7", "")),
            sheet(*ROWS, ("C9", "=B2 * 2", "")),
            [f"Spreadsheet: a formula reads Spreadsheet.B2, {READS_MOVED}"],
        ),
        (  # another value is no other cell
            sheet(ROWS[0], ROWS[1], ("B2", "8", "")),
            formulas("Pad", Length="Spreadsheet.B2"),
            [],
        ),
        (  # what has not moved means what it did
            sheet(*ROWS[:2], ("B3", "7", "")), formulas("Pad", Length="Spreadsheet.B1"), [],
        ),
        (
            sheet(ROWS[0], ("B1", "=6 mm", "wall"), ROWS[2]),
            formulas("Pad", Length="Spreadsheet.thickness"),
            [f"Pad: the formula of Length uses Spreadsheet.thickness, {GONE}"],
        ),
        (
            sheet(ROWS[0], ("B1", "=6 mm", "wall"), ROWS[2]),
            sheet(*ROWS, ("C9", "=thickness * 2", "")),
            [f"Spreadsheet: a formula uses Spreadsheet.thickness, {GONE}"],
        ),
    ],
)  # fmt: skip
def test_a_formula_does_not_come_to_read_another_cell_or_none(
    here: Change, there: Change, said: list[str]
) -> None:
    """Who inserts a row, or gives an alias another name, has FreeCAD change the formulas that are there:
    those that somebody else writes meanwhile are not."""
    base = edited(PLATE, sheet(*ROWS), formulas("Pad"))
    for ours, theirs in ((here, there), (there, here)):
        answer, _ = merged(base, edited(base, ours), edited(base, theirs))
        assert [str(one) for one in answer.conflicts] == said


def test_a_formula_that_reads_a_constraint_renamed_meanwhile_is_a_conflict() -> None:
    def width(name: str) -> Change:
        row = f'<Constrain Name="{name}" Type="6" Value="6.0" First="0"/>'
        return put("Sketch001", "Constraints", f'<ConstraintList count="1">{row}</ConstraintList>')

    base = edited(BRACKET, width("Width"))
    reading = formulas("Pad", Length="Sketch001.Constraints.Width")
    for ours, theirs in ((width("Wide"), reading), (reading, width("Wide"))):
        answer, _ = merged(base, edited(base, ours), edited(base, theirs))
        assert [str(one) for one in answer.conflicts] == [
            f"Pad: the formula of Length uses Sketch001.Width, {GONE}"
        ]


def test_objects_that_would_depend_on_each_other_are_a_conflict() -> None:
    base = edited(BRACKET, added("One"), added("Two"))
    one, two = put("One", "Base", '<Link value="Two"/>'), put("Two", "Base", '<Link value="One"/>')
    said = conflicts(base, one, two)
    assert said == [f"{n} would depend on itself if both edits were joined" for n in ("One", "Two")]


def test_both_drawing_one_sketch_is_a_conflict() -> None:
    lines = '<GeometryList count="0"></GeometryList>'
    more = '<GeometryList count="1"><Geometry type="Part::GeomPoint" id="1"/></GeometryList>'
    said = conflicts(BRACKET, put("Sketch", "Geometry", lines), put("Sketch", "Geometry", more))
    assert said == ["Sketch: the sketch is redrawn in ours and redrawn in theirs"]


def test_edges_picked_on_what_the_other_side_changed_are_a_conflict() -> None:
    picked = put(
        "Fillet", "Base", '<LinkSub value="Pocket001" count="1"><Sub value="Edge9"/></LinkSub>'
    )
    said = conflicts(BRACKET, length("Pad", 3), picked)
    assert said == [FILLET_MOVED]


def test_cells_and_formulas_are_joined_one_by_one() -> None:
    base = edited(PLATE, cells(A1="a", B1="b"))
    one, two = edited(base, cells(A1="A", B1="b")), edited(base, cells(A1="a", B1="b", C1="c"))
    assert same(joined(base, one, two), edited(base, cells(A1="A", B1="b", C1="c")))


def test_a_removed_object_is_gone_with_its_line_and_its_links() -> None:
    base = edited(BRACKET, added("Box"))
    ours, theirs = edited(base, length("Pad", 3)), edited(base, removed("Box"))
    found = read_document(io.BytesIO(joined(base, ours, theirs)))
    assert "Box" not in {entry.name for entry in found.objects}
    assert same(joined(base, ours, theirs), edited(BRACKET, length("Pad", 3)))


def test_looks_and_unknown_members_travel() -> None:
    base = edited(BRACKET, gui=GUI.format(1), more={"silo/note.json": b"old"})
    ours = edited(BRACKET, length("Pad", 3), gui=GUI.format(1), more={"silo/note.json": b"old"})
    theirs = edited(BRACKET, gui=GUI.format(2), more={"silo/note.json": b"new", "silo/x": b"y"})
    found = read_contents(io.BytesIO(joined(base, ours, theirs)))
    theirs_contents = read_contents(io.BytesIO(theirs))
    assert found.looks == theirs_contents.looks
    assert found.members == theirs_contents.members
    other = edited(BRACKET, gui=GUI.format(3), more={"silo/note.json": b"other"})
    answer, _ = merged(base, other, theirs)
    assert len(answer.conflicts) == 2


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize(
    "bad",
    [
        b"no zip",
        BRACKET[:-100],
        edited(BRACKET, lambda text: text.replace("</Document>", "")),
        edited(BRACKET, lambda text: text.replace("<Document ", ENTITIES)),
        edited(BRACKET, more={"../../etc/passwd": b""}),
        edited(BRACKET, lambda text: text.replace('encoding=\'utf-8\'', 'encoding=\'latin-1\'')),
        edited(BRACKET, lambda text: text.replace('<Object name="Pad"', '<Object name="Pod"')),
    ],
    ids=["no zip", "cut", "not well-formed", "entities", "leads out", "latin-1", "other objects"],
)  # fmt: skip
def test_a_hostile_file_gives_one_clear_error(bad: bytes, place: int) -> None:
    files = [BRACKET, edited(BRACKET, length("Pad", 3)), edited(BRACKET, length("Pocket", 3))]
    files[place] = bad
    with pytest.raises(FileError) as caught:
        merged(files[0], files[1], files[2])
    assert caught.value.message.count("\n") == 0
