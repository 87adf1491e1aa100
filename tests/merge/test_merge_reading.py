"""What a merge reads of a file by its likeness to another is what reading all of it gives."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings

from silo_core.fcstd import DEFAULT_LIMITS, read_contents, read_document
from silo_core.fcstd.merging.part import opened_part
from tests.merge.kit import Change, edited, label, length, sample
from tests.merge.test_merge_laws import EDITS

BRACKET = sample("bracket")
PAD = '<Object name="Pad"'


def data_of(text: str) -> int:
    return text.index(PAD, text.index("<ObjectData"))


def with_comment(text: str) -> str:
    at = data_of(text)
    return text[:at] + "<!-- a note </Object> -->" + text[at:]


def with_text(text: str) -> str:
    at = text.index("</Property>", data_of(text))
    return text[:at] + "<![CDATA[<Object name='Pad'>]]>" + text[at:]


def quoted_otherwise(text: str) -> str:
    return text.replace(PAD + ">", "<Object name='Pad'>").replace(PAD + " ", "<Object name='Pad' ")


def nested(text: str) -> str:
    at = text.index("</Property>", data_of(text))
    return text[:at] + '<Object name="Inner"><a/></Object>' + text[at:]


def of_another_type(text: str) -> str:
    return text.replace('type="PartDesign::Pad" name="Pad"', 'type="Part::Feature" name="Pad"')


def agrees(file: bytes, other: bytes) -> None:
    with (
        opened_part(io.BytesIO(other), "other", DEFAULT_LIMITS) as like,
        opened_part(io.BytesIO(file), "file", DEFAULT_LIMITS, like) as part,
    ):
        whole = read_contents(io.BytesIO(file))
        assert part.contents == whole
        assert list(part.contents.objects) == list(whole.objects)
        graph = read_document(io.BytesIO(file))
        assert {n: tuple(sorted(u)) for n, u in part.uses.items()} == {
            entry.name: entry.uses for entry in graph.objects
        }
        for name, node in part.objects.items():
            assert part.raw(node).startswith(b"<Object"), name
            assert part.raw(node).endswith(b"</Object>"), name


@settings(max_examples=15, deadline=None)
@given(EDITS, EDITS)
def test_reading_by_likeness_is_reading(one: bytes, other: bytes) -> None:
    agrees(one, BRACKET)
    agrees(one, other)


@pytest.mark.parametrize("sample_name", ["bracket-alice", "bracket-bob", "plate", "motor"])
def test_real_edits_read_alike(sample_name: str) -> None:
    agrees(sample(sample_name), BRACKET)


@pytest.mark.parametrize(
    "change", [with_comment, with_text, quoted_otherwise, nested, of_another_type]
)
def test_what_freecad_does_not_write_is_read_all_the_same(change: Change) -> None:
    odd = edited(BRACKET, change)
    assert odd != edited(BRACKET)
    for file, like in ((odd, BRACKET), (BRACKET, odd), (odd, edited(odd, length("Pocket", 3)))):
        agrees(file, like)
    agrees(edited(odd, label("Pocket", "Other")), odd)


def test_a_member_that_differs_makes_what_names_it_differ() -> None:
    """The line in Document.xml is the same; the shape of an imported part is not."""
    imported = edited(BRACKET, of_another_type)
    with zipfile.ZipFile(io.BytesIO(imported)) as archive:
        shape = next(n for n in archive.namelist() if n.startswith("Pad.") and n.endswith(".brp"))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(imported)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"1", b"2") if name == shape else data)
    assert read_contents(io.BytesIO(target.getvalue())) != read_contents(io.BytesIO(imported))
    agrees(target.getvalue(), imported)
