"""Random workstations doing random things: the laws of edit sessions hold after every step."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from silo_core.rules.interference import judge_builtin
from silo_core.testing import Clock
from silo_server.embedded import EmbeddedServer
from tests.server.kit import Person

PEOPLE = st.sampled_from(range(4))
Key = tuple[str, str]
OBJECTS: list[Key] = [("sketch", "Sketch"), ("sketch", "Sketch001"), ("partdesign", "Body")]
WHAT = st.sampled_from(OBJECTS)
LEASE, HANDOFF, WAITING = 60, 60, 30
NAMES = ("alice", "bob")


def _user(who: int) -> int:
    """Each of the two users has two workstations."""
    return who // 2


@dataclass
class Kept:
    """An object is kept for a user, at one workstation or (None) at any."""

    user: int
    who: int | None
    until: float
    cause: str

    def admits(self, who: int) -> bool:
        return self.user == _user(who) and self.who in (None, who)


@dataclass
class Request:
    """Somebody asked for a session."""

    id: str
    key: Key
    session: str
    holder: int
    asker: tuple[int, int | None]
    answer: str = ""


@dataclass
class Model:
    """What must be true on the server: the laws in a few plain lines."""

    now: float = 0
    held: dict[Key, tuple[int, str]] = field(default_factory=dict)
    until: dict[str, float] = field(default_factory=dict)
    kept: dict[Key, Kept] = field(default_factory=dict)
    lines: dict[Key, dict[int, float]] = field(default_factory=lambda: {key: {} for key in OBJECTS})
    told: list[tuple[int, Key]] = field(default_factory=list)
    answered: list[tuple[str, str]] = field(default_factory=list)

    def renew(self, who: int) -> None:
        for holder, session in self.held.values():
            if holder == who:
                self.until[session] = self.now + LEASE
        for line in self.lines.values():
            if who in line:
                line[who] = self.now + LEASE

    def settle(self) -> None:
        for line in self.lines.values():
            for who in [who for who, until in line.items() if until <= self.now]:
                del line[who]
        for key in [key for key, held in self.held.items() if self.until[held[1]] <= self.now]:
            self.end(key)
        for key in [key for key, kept in self.kept.items() if kept.until <= self.now]:
            del self.kept[key]
            self.offer(key)

    def end(self, key: Key) -> None:
        del self.held[key]
        self.offer(key)

    def offer(self, key: Key) -> None:
        if key not in self.held and key not in self.kept and self.lines[key]:
            first = next(iter(self.lines[key]))
            self.reserve(key, Kept(_user(first), first, self.now + WAITING, "waiting"))
            self.told.append((first, key))

    def reserve(self, key: Key, kept: Kept) -> None:
        self.kept[key] = kept
        for who in [who for who in self.lines[key] if kept.admits(who)]:
            del self.lines[key][who]

    def hand_over(self, request: Request, requests: list[Request]) -> None:
        key, asker = request.key, request.asker
        holder, session = self.held.get(key, (-1, ""))
        had_again = bool(session) and _user(holder) == request.holder
        by_asker = _user(holder) == asker[0] and asker[1] in (None, holder)
        is_live = session == request.session or (had_again and not by_asker)
        if is_live or not (key in self.held or key in self.kept):
            self.reserve(key, Kept(*asker, self.now + HANDOFF, "handoff"))
        if is_live:
            self.end(key)
        self.record(request, "release")
        for other in requests:
            if other.session == request.session and other.answer in ("", "defer"):
                self.record(other, "release" if other.asker == asker else "dismiss")

    def record(self, request: Request, answer: str) -> None:
        request.answer = answer
        self.answered.append((request.id, answer))


class Sessions(RuleBasedStateMachine):
    """Four workstations and a server; nobody listens, so that only the clock and heartbeats count."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock.standing()
        self.folder = tempfile.TemporaryDirectory()
        self.server = EmbeddedServer(Path(self.folder.name), clock=self.clock, judge=judge_builtin)
        self.server.start()
        tokens = [self.server.add_user(name) for name in NAMES]
        self.people = [Person(self.server.url, tokens[_user(n)], f"ws-{n}") for n in range(4)]
        self.keeper = Person(self.server.url, self.server.add_user("keeper"), "keeper")
        self.part = self.people[0].item()
        self.model = Model()
        self.requests: list[Request] = []
        self.fence = 0
        self.steps = 0

    def _post(self, who: int, path: str, body: dict[str, Any]) -> Any:
        return self.people[who].http.post(f"/api/{path}", json=body)

    # -- taking and giving up --------------------------------------------------------------------

    @rule(who=PEOPLE, what=WHAT)
    def acquire(self, who: int, what: Key) -> None:
        model = self.model
        level, name = what
        answer = self.people[who].acquire(self.part, name, context_level=level)
        holder, session = model.held.get(what, (who, ""))
        kept = model.kept.get(what)
        if holder != who or (kept and not kept.admits(who)):
            assert answer.status_code == 409
            stands = answer.json()["holder"]
            assert stands["session_id"] == session
            assert stands["user"] == NAMES[kept.user if kept else _user(holder)]
            return
        body = answer.json()
        if session:
            assert body["id"] == session
        else:
            assert body["fence"] > self.fence
            self.fence = body["fence"]
            model.kept.pop(what, None)
            model.lines[what].pop(who, None)
        model.held[what] = who, body["id"]
        model.until[body["id"]] = model.now + LEASE

    @rule(who=PEOPLE, what=WHAT)
    def release(self, who: int, what: Key) -> None:
        if what not in self.model.held:
            return
        holder, session = self.model.held[what]
        path = f"/api/items/{self.part}/edit-sessions/{session}"
        status = self.people[who].http.delete(path).status_code
        if _user(holder) == _user(who):  # another workstation of the same user may
            assert status == 204
            self.model.end(what)
        else:
            assert status == 403

    @rule(what=WHAT)
    def push(self, what: Key) -> None:
        """The holder leaves with a checkpoint."""
        if what in self.model.held:
            holder, session = self.model.held[what]
            self.people[holder].pushed(self.part, b"x", session_id=session)
            self.model.end(what)

    # -- handing over ----------------------------------------------------------------------------

    @rule(who=PEOPLE, what=WHAT, named=st.booleans())
    def ask_for(self, who: int, what: Key, named: bool) -> None:
        if what in self.model.held:
            holder, session = self.model.held[what]
            place = self.people[who].workstation if named else None
            made = self.people[who].asks_for(self.part, session, workstation_id=place)
            asker = (_user(who), who if named else None)
            self.requests.append(Request(made, what, session, _user(holder), asker))

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), said=st.sampled_from(["release", "release", "defer", "dismiss"]))
    def answer(self, data: st.DataObject, said: str) -> None:
        request = data.draw(st.sampled_from(self.requests))
        self.people[2 * request.holder].answers(request.id, said)
        if request.answer not in (said, "release"):
            if said == "release":
                self.model.hand_over(request, self.requests)
            else:
                self.model.record(request, said)

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), who=PEOPLE)
    def push_and_hand_over(self, data: st.DataObject, who: int) -> None:
        """Whether or not the request can be granted, the push goes through."""
        request = data.draw(st.sampled_from(self.requests))
        own = [what for what, (holder, _) in self.model.held.items() if holder == who]
        sessions = [self.model.held[what][1] for what in own]
        self.people[who].pushed(self.part, b"y", session_ids=sessions, handoff_id=request.id)
        grants = request.holder == _user(who) and request.answer != "release"
        for what in own:
            if not (grants and self.model.held[what][1] == request.session):
                self.model.end(what)
        if grants:
            self.model.hand_over(request, self.requests)

    # -- waiting ---------------------------------------------------------------------------------

    @rule(who=PEOPLE, what=WHAT)
    def wait(self, who: int, what: Key) -> None:
        model = self.model
        level, name = what
        answer = self.people[who].waits(self.part, name, context_level=level)
        kept = model.kept.get(what)
        if model.held.get(what, (None, ""))[0] == who:
            assert answer.status_code == 409
        elif kept and kept.admits(who):
            assert answer.json() == {"position": 1}
            model.told.append((who, what))
        else:
            line = model.lines[what]
            line[who] = model.now + LEASE
            assert answer.json() == {"position": list(line).index(who) + 1}
            model.offer(what)

    @rule(who=PEOPLE, what=WHAT)
    def stop_waiting(self, who: int, what: Key) -> None:
        named = {"workstation_id": self.people[who].workstation}
        named |= {"context_level": what[0], "object_id": what[1]}
        path = f"/api/items/{self.part}/waiting"
        assert self.people[who].http.delete(path, params=named).status_code == 204
        self.model.lines[what].pop(who, None)
        kept = self.model.kept.get(what)
        if kept and kept.cause == "waiting" and kept.who == who:
            del self.model.kept[what]
            self.model.offer(what)

    # -- time ------------------------------------------------------------------------------------

    @rule(who=PEOPLE)
    def heartbeat(self, who: int) -> None:
        mine = [session for holder, session in self.model.held.values() if holder == who]
        path = f"workstations/{self.people[who].workstation}/heartbeat"
        answer = self._post(who, path, {"session_ids": [*mine, "es-gone"]}).json()
        assert (answer["alive"], answer["lost"]) == (mine, ["es-gone"])
        self.model.renew(who)

    @rule(seconds=st.sampled_from([1, 20, 31, 45, 59, 61]))
    def time_passes(self, seconds: int) -> None:
        self.clock.move(seconds)
        self.model.now += seconds
        # somebody who has nothing to do with it all asks something: the server looks at its clock
        path = f"/api/workstations/{self.keeper.workstation}/heartbeat"
        assert self.keeper.http.post(path).status_code == 200
        self.model.settle()

    # -- the laws --------------------------------------------------------------------------------

    @invariant()
    def one_session_for_each_object_and_exactly_the_live_ones(self) -> None:
        listed = self.keeper.http.get(f"/api/items/{self.part}/edit-sessions").json()["sessions"]
        held = {(s["context_level"], s["object_id"]): s["id"] for s in listed}
        assert len(held) == len(listed)
        assert held == {key: session for key, (_, session) in self.model.held.items()}

    @invariant()
    def what_is_kept_is_free_and_kept_for_who_is_next_and_not_for_ever(self) -> None:
        self.steps += 1
        key = OBJECTS[self.steps % len(OBJECTS)]  # one at a time: three questions cost three times
        query = {"context_level": key[0], "object_id": key[1]}
        explained = self.keeper.http.get(f"/api/items/{self.part}/explain", params=query).json()
        kept = self.model.kept.get(key)
        reserved = explained["reserved_for"]
        assert (reserved is None) == (kept is None)
        if kept:
            assert key not in self.model.held
            assert 0 < kept.until - self.model.now <= max(HANDOFF, WAITING)
            place = None if kept.who is None else self.people[kept.who].workstation
            assert (reserved["user"], reserved["workstation_id"], reserved["cause"]) == (
                NAMES[kept.user], place, kept.cause
            )  # fmt: skip
        taken = key in self.model.held or kept is not None
        assert explained["interference"] in (("hard",) if taken else ("none", "soft"))
        assert taken or not self.model.lines[key]  # nobody waits for what is there

    @invariant()
    def who_waits_longest_is_told_and_every_request_is_answered_once(self) -> None:
        logged = self._logged("edit.object_free", "edit.handoff_answered")
        places = {person.workstation: who for who, person in enumerate(self.people)}
        told = [
            (places[audience[0]], (data["context_level"], data["object_id"]))
            for kind, data, audience in logged
            if kind == "edit.object_free"
        ]
        assert told == self.model.told
        answered = [(d["handoff_id"], d["answer"]) for _, d, _ in logged if "handoff_id" in d]
        assert answered == self.model.answered

    def _logged(self, *kinds: str) -> list[tuple[str, dict[str, Any], list[str]]]:
        with closing(sqlite3.connect(Path(self.folder.name) / "silo.db")) as database:
            rows = database.execute("SELECT type, data, audience FROM events ORDER BY id")
            return [
                (kind, json.loads(data), json.loads(audience))
                for kind, data, audience in rows
                if kind in kinds
            ]

    def teardown(self) -> None:
        for person in (*self.people, self.keeper):
            person.close()
        self.server.stop()
        self.folder.cleanup()


TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=int(os.environ.get("SILO_SERVER_DAYS", "5")),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
