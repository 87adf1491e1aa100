"""Edit sessions, handoff and waiting lists with the reference server, over a real socket."""

from __future__ import annotations

import pytest

from silo_core.model.answers import HandoffAnswer
from silo_core.model.context import ContextLevel
from silo_core.model.errors import (
    AuthError,
    ConflictError,
    HardInterferenceError,
    NotFoundError,
)
from silo_core.model.verdict import Verdict
from tests.client.kit import Team


def test_the_same_object_is_hard_and_a_shared_cone_is_soft(team: Team, part: str) -> None:
    mine = team.alice.enter(part)
    assert (mine.verdict, mine.session.user, mine.session.workstation) == (
        Verdict.NONE,
        "alice",
        "CAD-07",
    )
    assert mine.session.fence is not None
    assert team.alice.enter(part).session.id == mine.session.id
    with pytest.raises(HardInterferenceError) as caught:
        team.bob.enter(part)
    assert caught.value.holder is not None
    assert (caught.value.holder.user, caught.value.holder.workstation) == ("alice", "CAD-07")
    assert "alice" in caught.value.message
    theirs = team.bob.enter(part, "Sketch002")
    (reason,) = theirs.conflicts
    assert theirs.verdict is Verdict.SOFT
    assert reason.shared_nodes == ("Body", "Fillet")
    assert reason.session is not None
    assert (reason.session.user, reason.session.object_id) == ("alice", "Sketch001")
    assert {found.id for found in team.viewer.get_edit_sessions(part)} == {
        mine.session.id,
        theirs.session.id,
    }
    assert mine.session.id in {found.id for found in team.alice.client.list_edit_sessions()}
    team.alice.client.release_edit_session(part, mine.session.id)
    with pytest.raises(NotFoundError):
        team.alice.client.release_edit_session(part, mine.session.id)
    with pytest.raises(AuthError):
        team.alice.client.release_edit_session(part, theirs.session.id)
    with pytest.raises(AuthError):
        team.alice.client.force_release(part, theirs.session.id, "mine now")
    team.admin.force_release(part, theirs.session.id, "gone home")
    assert team.viewer.get_edit_sessions(part) == ()
    lost = team.bob.client.heartbeat(team.bob.id, [theirs.session.id], [part])
    assert (lost.alive, lost.lost) == ((), (theirs.session.id,))


def test_handoff_goes_there_and_back(team: Team, part: str) -> None:
    held = team.alice.enter(part).session
    handoff = team.bob.client.request_handoff(part, held.id, "please", workstation_id=team.bob.id)
    assert handoff is not None
    asked = team.alice.event("edit.handoff_requested", part)
    assert (asked.data["handoff_id"], asked.data["message"]) == (handoff, "please")
    team.alice.client.answer_handoff(handoff, HandoffAnswer.RELEASE)
    assert team.bob.event("edit.handoff_answered", part).data["answer"] == "release"
    with pytest.raises(HardInterferenceError, match="kept for bob") as caught:
        team.alice.enter(part)
    kept = caught.value.holder
    assert kept is not None
    assert (kept.session_id, kept.user, kept.workstation) == ("", "bob", "CAD-12")
    assert kept.reserved_until is not None
    assert team.bob.enter(part).verdict is Verdict.NONE


def test_a_push_hands_over(team: Team, part: str) -> None:
    held = team.alice.enter(part).session
    handoff = team.bob.client.request_handoff(part, held.id, workstation_id=team.bob.id)
    assert handoff is not None
    pushed = team.alice.push(part, session_id=held.id, handoff_id=handoff)
    assert pushed.handed_to == "bob"
    assert team.bob.event("edit.handoff_answered", part).data["handoff_id"] == handoff
    assert team.bob.enter(part).verdict is Verdict.NONE


def test_waiting_ends_with_being_told_and_getting_in(team: Team, part: str) -> None:
    held = team.alice.enter(part).session
    client, what = team.bob.client, (part, team.bob.id, ContextLevel.SKETCH, "Sketch001")
    assert client.keeps_waiting_lists
    assert [client.wait_for(*what), client.wait_for(*what)] == [1, 1]
    with pytest.raises(ConflictError, match="nothing to wait for"):
        team.alice.client.wait_for(part, team.alice.id, ContextLevel.SKETCH, "Sketch001")
    client.stop_waiting(*what)
    assert client.wait_for(*what) == 1
    team.alice.client.release_edit_session(part, held.id)
    told = team.bob.event("edit.object_free", part).data
    assert (told["object_id"], told["context_level"]) == ("Sketch001", "sketch")
    with pytest.raises(HardInterferenceError, match="who waited"):
        team.alice.enter(part)
    assert team.bob.enter(part).verdict is Verdict.NONE


def test_rules_are_explained_and_nothing_is_acquired(team: Team, part: str) -> None:
    team.alice.enter(part)
    what = (part, ContextLevel.SKETCH, "Sketch001")
    assert team.bob.client.explains_rules
    for workstation in (None, team.bob.id):
        answers = {answer.rule: answer for answer in team.bob.client.explain(*what, workstation)}
        assert answers["same_object"].verdict is Verdict.HARD
        session = answers["same_object"].reasons[0].session
        assert session is not None
        assert (session.user, session.workstation) == ("alice", "CAD-07")
        assert answers["reservation"].verdict is Verdict.NONE
    assert len(team.bob.client.get_edit_sessions(part)) == 1


def test_admins_read_the_audit_record(team: Team, part: str) -> None:
    held = team.alice.enter(part).session
    team.admin.force_release(part, held.id, "went home")
    (newest,) = team.admin.audit(1)
    assert (newest.admin, newest.reason, newest.part_number) == ("root", "went home", part)
    with pytest.raises(AuthError):
        team.alice.client.audit()
