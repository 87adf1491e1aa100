"""What may happen while objects are held, to the sessions on the server."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from silo_core.model.event import Event
from silo_core.model.exchange import ActivityKind
from silo_core.testing import Clock
from silo_locking.machine import State
from silo_server.embedded import EmbeddedServer
from tests.locking.kit import states, with_gates
from tests.workbench.conftest import MakeJob
from tests.workbench.kit import Job, count, held_with_session, renumbered, settle, sha256, until

BOTH = [("alice", "Body"), ("alice", "Sketch001")]


def rewritten(source: Path, target: Path, old: bytes, new: bytes) -> Path:
    """A copy of a part file with something else in its document."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for member in before.infolist():
            data = before.read(member)
            if member.filename == "Document.xml":
                assert old in data
                data = data.replace(old, new)
            after.writestr(member, data)
    return target


# -- moving about ---------------------------------------------------------------------------------------


def test_a_lateral_move_gives_one_session_back_and_takes_the_other(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Body", "Sketch001")
    assert job.sessions() == BOTH
    alice.edit("Body", "Sketch002")
    after = [("alice", "Body"), ("alice", "Sketch002")]
    assert until(lambda: job.sessions() == after, alice)
    assert held_with_session(alice) == ["Body", "Sketch002"]


def test_the_same_report_twice_asks_for_nothing(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Body", "Sketch001")
    before = job.live()
    for _ in range(3):
        alice.edit("Body", "Sketch001")
    settle(alice, seconds=0.05)
    assert [(s.id, s.fence) for s in job.live()] == [(s.id, s.fence) for s in before]
    assert [held.session for held in alice.workbench.held()] != [None, None]


def test_leaving_the_sketch_keeps_the_body_and_leaving_both_releases_both(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Body", "Sketch001")
    alice.edit("Body")
    assert until(lambda: job.sessions() == BOTH[:1], alice)
    assert held_with_session(alice) == ["Body"]
    alice.edit("Body", "Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert len(job.versions()) == 2, "one checkpoint carries both"
    assert job.head().context == "body_close"


def test_a_blocked_bounce_pushes_nothing_and_leaves_no_gate(job: Job) -> None:
    alice = job.join("alice")
    bob, locking = with_gates(job, "bob")
    bob.open(job.file_of(bob))
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    assert until(lambda: bob.editing() == () and not states(locking), bob)
    settle(bob, seconds=0.05)
    assert len(job.versions()) == 1
    assert job.sessions() == [("alice", "Sketch001")]
    bob.edit("Sketch002")
    assert held_with_session(bob) == ["Sketch002"]


def test_a_body_held_elsewhere_is_passed_through_and_had_as_soon_as_it_is_free(job: Job) -> None:
    alice = job.join("alice")
    bob, locking = with_gates(job, "bob")
    bob.open(job.file_of(bob))
    alice.edit("Body")
    bob.edit("Body", "Sketch001")
    assert states(locking) == {"Body": State.PASSED, "Sketch001": State.HELD}
    alice.edit()
    assert until(lambda: held_with_session(bob) == ["Body", "Sketch001"], alice, bob)
    assert states(locking) == {"Body": State.HELD, "Sketch001": State.HELD}


def test_what_becomes_free_while_it_is_asked_for_is_asked_for_again(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice")
    bob, locking = with_gates(job, "bob", proxy)
    bob.open(job.file_of(bob))
    alice.edit("Body")
    bob.edit("Body", "Sketch001")
    assert states(locking) == {"Body": State.PASSED, "Sketch001": State.HELD}
    data = {"part_number": job.part, "context_level": "partdesign", "object_id": "Body"}
    freed = Event(None, "edit.session_released", data)
    proxy.hold_events()
    proxy.pause()
    proxy.meet(f"POST /api/items/{job.part}/edit-sessions", "count")
    bob.workbench.event_came(freed)
    assert until(lambda: proxy.met == 1, bob), "asked, and refused"
    settle(bob, seconds=0.05)
    alice.edit()
    assert until(lambda: job.sessions() == [("bob", "Sketch001")], alice)
    bob.workbench.event_came(freed)  # this time it is true
    bob.pump()
    proxy.resume(events=False)
    assert until(lambda: held_with_session(bob) == ["Body", "Sketch001"], bob)


def test_what_was_kept_for_somebody_who_does_not_come_is_asked_for_again(
    make_job: MakeJob,
) -> None:
    clock = Clock()
    job = make_job(lambda folder: EmbeddedServer(folder, clock=clock))
    alice, admin = job.join("alice"), job.join("admin")
    bob, locking = with_gates(job, "bob")
    bob.open(job.file_of(bob))
    bob.workbench.settings.set("edit_locking_enabled", False)
    bob.edit("Sketch001")
    alice.edit("Sketch001")
    admin.edit("Sketch001")
    assert until(lambda: bool(admin.host.questions), admin)
    admin.host.answer("Notify me when free")
    assert until(lambda: bool(admin.shown("You are told when")), admin)
    alice.edit()
    assert until(lambda: "is free" in admin.host.questions[-1].title, alice, admin, bob)
    settle(bob, seconds=0.05)
    bob.workbench.settings.set("edit_locking_enabled", True)
    assert until(lambda: states(locking) == {"Sketch001": State.LOST}, bob)
    assert until(lambda: "kept for admin" in bob.host.questions[-1].text, bob)
    settle(bob, seconds=0.1)
    clock.move(31)
    assert until(lambda: held_with_session(bob) == ["Sketch001"], bob)


# -- what becomes of the document -----------------------------------------------------------------------


def test_an_object_renamed_while_held_stays_held_under_its_new_label(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    label = alice.host.labels(alice.host.documents()[0].key)["Sketch001"]
    alice.edit("Body", "Sketch001")
    (before,) = (s for s in job.live() if s.object_id == "Sketch001")
    old, new = (f'value="{text}"'.encode() for text in (label, "Cooling slots"))
    alice.change(rewritten(job.base, job.folder / "renamed.FCStd", old, new))
    alice.edit("Body", "Sketch001")
    (after,) = (s for s in job.live() if s.object_id == "Sketch001")
    assert after.id == before.id
    alice.edit()
    assert until(lambda: job.sessions() == [], alice, bob)
    assert len(job.versions()) == 2
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    assert until(lambda: bool(bob.shown("Blocked")), bob)


@pytest.mark.parametrize("path", [("Sketch001",), ("Body", "Sketch001")])
def test_an_object_deleted_while_held_is_released_when_it_is_left(
    job: Job, path: tuple[str, ...]
) -> None:
    alice, locking = with_gates(job, "alice")
    alice.open(job.file_of(alice))
    assert until(lambda: job.base_of(alice) is not None, alice)
    alice.edit(*path)
    gone = rewritten(job.base, job.folder / "gone.FCStd", b'"Sketch001"', b'"Sketch999"')
    alice.change(gone)
    assert "Sketch001" not in alice.host.labels(alice.host.documents()[0].key)
    alice.edit(*path)  # the editor has not noticed yet
    assert held_with_session(alice) == [*path]
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert until(lambda: job.head().sha256 == sha256(gone), alice)
    assert states(locking) == {}


def test_a_handoff_of_an_object_that_is_deleted_gives_it_all_the_same(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    bob.host.answer("Request Handoff")
    assert until(lambda: bool(alice.host.questions), alice, bob)
    gone = rewritten(job.base, job.folder / "gone.FCStd", b'"Sketch001"', b'"Sketch999"')
    alice.change(gone)
    alice.host.answer("Release Now")
    assert until(lambda: bool(bob.shown("alice released it to you")), alice, bob)
    assert job.sessions() == []
    assert job.head().sha256 == sha256(gone)


def test_a_document_closed_while_it_is_asked_for_gives_the_late_session_back(job: Job) -> None:
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy, entry_wait_ms="50")
    alice.open(job.file_of(alice))
    settle(alice, seconds=0.05)
    proxy.pause()
    alice.edit("Body", "Sketch001")
    alice.host.close(alice.host.documents()[0].key)
    assert states(locking) == {}
    assert until(lambda: job.sessions() == BOTH, alice)
    proxy.resume()
    assert until(lambda: job.sessions() == []), "without a turn of the main loop"
    settle(alice, seconds=0.05)
    assert alice.host.questions == []


def test_two_documents_at_once_have_gates_of_their_own(job: Job) -> None:
    alice, locking = with_gates(job, "alice")
    alice.open(job.file_of(alice))
    other = f"{job.part}-B"
    second = renumbered(job.base, job.folder / "second.FCStd", other, job.part)
    job.share(other, second)
    alice.edit("Sketch001")
    alice.open(second)
    alice.edit("Sketch001")
    assert len([*locking.gates]) == 2
    assert len(job.live(other)) == 1
    assert job.sessions() == [("alice", "Sketch001")]
    alice.host.close(alice.host.documents()[1].key)
    assert until(lambda: job.live(other) == (), alice)
    assert states(locking) == {"Sketch001": State.HELD}
    assert job.sessions() == [("alice", "Sketch001")]


# -- who one conflicts with -----------------------------------------------------------------------------


@pytest.mark.parametrize("knows", [True, False])
def test_the_same_user_at_two_workstations_is_told_so(job: Job, *, knows: bool) -> None:
    job.site.tokens.setdefault("alice-at-home", job.site.tokens["alice"])
    proxy = job.proxy()
    office, home = job.join("alice"), job.join("alice-at-home", proxy)
    if not knows:
        proxy.hold_events()
    office.edit("Sketch001")
    if knows:
        assert until(lambda: bool(home.workbench.presence.sessions_of_others(job.part, "")), home)
    home.edit("Sketch001")
    assert until(lambda: home.editing() == (), home)
    text = home.host.questions[0].text
    assert text.startswith("You are editing ")
    assert "on CAD-alice already" in text
    assert job.sessions() == [("alice", "Sketch001")]


# -- a copy that is behind ------------------------------------------------------------------------------


def stale(job: Job) -> None:
    """Somebody pushes a newer version."""
    bob = job.join("bob")
    bob.edit("Sketch002")
    bob.change(job.deeper)
    bob.edit()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), bob)
    bob.quit()


def test_a_stale_copy_asks_and_edit_anyway_asks_no_more(job: Job) -> None:
    alice = job.join("alice")
    stale(job)
    alice.edit("Sketch001")
    assert until(lambda: len(alice.host.questions) == 1, alice)
    (question,) = alice.host.questions
    assert question.options == ("Update First", "Edit Anyway")
    assert "bob changed" in question.text
    alice.host.answer("Edit Anyway")
    assert held_with_session(alice) == ["Sketch001"]
    alice.edit()
    alice.edit("Sketch001")
    settle(alice, seconds=0.1)
    assert len(alice.host.questions) == 1
    assert sha256(job.file_of(alice)) == sha256(job.base)


def test_update_first_leaves_fetches_and_enters_again(job: Job) -> None:
    alice = job.join("alice")
    stale(job)
    alice.edit("Body", "Sketch001")
    assert until(lambda: len(alice.host.questions) == 1, alice)
    alice.host.answer("Update First")
    assert until(lambda: sha256(job.file_of(alice)) == sha256(job.deeper), alice)
    assert until(lambda: held_with_session(alice) == ["Body", "Sketch001"], alice)
    assert job.sessions() == BOTH
    settle(alice, seconds=0.1)
    assert len(alice.host.questions) == 1, "it is not stale any more"
    assert job.base_of(alice) == job.head().id
    assert count(alice, "Blocked") == 0
    assert ActivityKind.PROBLEM not in [entry.kind for entry in alice.host.notices]
