"""What a tree shows of others: pure, over any tree and any sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.context import ContextLevel
from silo_core.model.event import Event
from silo_core.model.item import Version, VersionKind
from silo_core.model.session import EditSession
from silo_core.model.sync import Newer
from silo_core.rules.marks import DOCUMENT, Mark, marks_of
from silo_core.rules.presence import Dot, Presence, Viewer, with_event, with_sessions

PART = "PRT-100"
START = datetime(2026, 3, 3, 14, tzinfo=UTC)
ABOVE = {"Sketch001": ("Pocket", "Body"), "Pocket": ("Body",), "Pad": ("Body",)}
NAMES = ("Body", "Pocket", "Pad", "Sketch001", "Gone")


def session(object_id: str, user: str = "alice", minute: int = 0) -> EditSession:
    return EditSession(
        f"{user}-{object_id}-{minute}",
        PART,
        user,
        f"w-{user}",
        f"CAD-{user}",
        ContextLevel.SKETCH,
        object_id,
        (object_id,),
        START + timedelta(minutes=minute),
    )


def marks(*sessions: EditSession, viewers: tuple[Viewer, ...] = ()) -> dict[str, Mark]:
    presence = with_sessions(Presence(), PART, sessions, viewers=viewers)
    return marks_of(presence, PART, "w-bob", lambda name: ABOVE.get(name, ()))


def dots(*sessions: EditSession, viewers: tuple[Viewer, ...] = ()) -> dict[str, Dot]:
    return {name: mark.dot for name, mark in marks(*sessions, viewers=viewers).items()}


def test_the_object_all_it_stands_in_and_the_document_are_marked() -> None:
    assert dots(session("Sketch001")) == {
        "Sketch001": Dot.OTHER_EDITING_THIS,
        "Pocket": Dot.EDITING_WITHIN,
        "Body": Dot.EDITING_WITHIN,
        DOCUMENT: Dot.EDITING_WITHIN,
    }


def test_who_looks_on_marks_the_document_alone() -> None:
    carol = Viewer("carol", "w-carol", "CAD-9")
    assert marks(viewers=(carol,)) == {DOCUMENT: Mark(Dot.VIEWING, (), (carol,))}
    found = marks(session("Pad"), viewers=(carol,))
    assert found["Pad"].viewers == ()
    assert found[DOCUMENT].viewers == (carol,)
    assert found[DOCUMENT].dot is Dot.EDITING_WITHIN


def test_what_is_newer_marks_the_document_alone() -> None:
    newer = (Newer("PRT-9", Version("v2", VersionKind.REVISION, 2)),)
    found = marks_of(Presence(), PART, "w-bob", lambda _: (), newer)
    assert found == {DOCUMENT: Mark(Dot.NONE, newer=newer)}
    presence = with_sessions(Presence(), PART, [session("Pad")])
    found = marks_of(presence, PART, "w-bob", lambda name: ABOVE.get(name, ()), newer)
    assert found[DOCUMENT].dot is Dot.EDITING_WITHIN
    assert [name for name, mark in found.items() if mark.newer] == [DOCUMENT]


def test_the_object_itself_comes_before_what_is_within_it() -> None:
    body, sketch = session("Body", "carol", 5), session("Sketch001", "alice", 1)
    found = marks(body, sketch)["Body"]
    assert found.dot is Dot.OTHER_EDITING_THIS
    assert found.sessions == (body, sketch)


def test_an_object_the_tree_does_not_show_marks_the_document() -> None:
    assert dots(session("Gone"))[DOCUMENT] is Dot.EDITING_WITHIN


def test_what_one_does_oneself_is_not_marked() -> None:
    assert marks(session("Pad", "bob"), viewers=(Viewer("bob", "w-bob"),)) == {}


@given(st.lists(st.builds(session, st.sampled_from(NAMES), st.sampled_from(["alice", "bob"]))))
def test_every_mark_names_somebody_else_and_every_edit_has_one(held: list[EditSession]) -> None:
    found = marks(*held)
    for mark in found.values():
        assert mark.sessions
        assert all(one.user == "alice" for one in mark.sessions)
    for one in held:
        if one.user == "alice":
            assert found[one.object_id].dot is Dot.OTHER_EDITING_THIS


def test_a_mark_goes_with_its_session() -> None:
    presence = with_sessions(Presence(), PART, [session("Pad")])
    over = {"part_number": PART, "session_id": session("Pad").id}
    presence = with_event(presence, Event(1, "edit.session_released", over))
    assert marks_of(presence, PART, "w-bob", lambda _: ()) == {}
