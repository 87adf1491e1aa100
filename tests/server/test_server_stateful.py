"""Random workstations doing random things: the laws of edit sessions hold after every step."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from silo_core.rules.interference import judge_builtin
from silo_server.embedded import EmbeddedServer
from tests.server.kit import MovedClock, Person

PEOPLE = st.sampled_from(range(4))
OBJECTS = st.sampled_from([("sketch", "Sketch"), ("sketch", "Sketch001"), ("partdesign", "Body")])
LEASE = 60


class Sessions(RuleBasedStateMachine):
    """The model is what each workstation may believe to hold, and until when."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = MovedClock()
        self.folder = tempfile.TemporaryDirectory()
        self.server = EmbeddedServer(Path(self.folder.name), clock=self.clock, judge=judge_builtin)
        self.server.start()
        tokens = [self.server.add_user(name) for name in ("alice", "bob")]
        self.people = [Person(self.server.url, tokens[n // 2], f"ws-{n}") for n in range(4)]
        self.part = self.people[0].item()
        self.held: dict[tuple[str, str], tuple[int, str]] = {}
        self.until: dict[str, float] = {}
        self.now = 0.0
        self.fence = 0

    def _alive(self, key: tuple[str, str]) -> bool:
        return key in self.held and self.until[self.held[key][1]] > self.now

    @initialize()
    def nobody_holds_anything(self) -> None:
        assert self.people[0].held(self.part) == set()

    @rule(who=PEOPLE, what=OBJECTS)
    def acquire(self, who: int, what: tuple[str, str]) -> None:
        level, name = what
        answer = self.people[who].acquire(self.part, name, context_level=level)
        taken = self._alive(what)
        if taken and self.held[what][0] != who:
            assert answer.status_code == 409
            assert answer.json()["holder"]["session_id"] == self.held[what][1]
            return
        body = answer.json()
        if taken:
            assert body["id"] == self.held[what][1]
        else:
            assert body["fence"] > self.fence
            self.fence = body["fence"]
        self.held[what] = who, body["id"]
        self.until[body["id"]] = self.now + LEASE

    @rule(who=PEOPLE, what=OBJECTS)
    def release(self, who: int, what: tuple[str, str]) -> None:
        if what not in self.held:
            return
        alive = self._alive(what)
        holder, session = self.held[what]
        path = f"/api/items/{self.part}/edit-sessions/{session}"
        status = self.people[who].http.delete(path).status_code
        if not alive:
            assert status in (204, 403, 404)  # ended, or past its lease and not swept yet
        elif holder // 2 == who // 2:  # another workstation of the same user may
            assert status == 204
            del self.held[what]
        else:
            assert status == 403

    @rule(who=PEOPLE)
    def heartbeat(self, who: int) -> None:
        person = self.people[who]
        mine = {s: self._alive(key) for key, (holder, s) in self.held.items() if holder == who}
        path = f"/api/workstations/{person.workstation}/heartbeat"
        answer = person.http.post(path, json={"session_ids": list(mine)}).json()
        assert set(answer["alive"]) == {session for session, alive in mine.items() if alive}
        self.until |= dict.fromkeys(answer["alive"], self.now + LEASE)

    @rule(seconds=st.sampled_from([1, 20, 45, 59, 61]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds
        self.clock.move(seconds)

    @rule()
    def push(self) -> None:
        """The first live session's holder leaves with a checkpoint."""
        key = next((key for key in self.held if self._alive(key)), None)
        if key is not None:
            holder, session = self.held.pop(key)
            self.people[holder].pushed(self.part, b"x", session_id=session)

    @invariant()
    def one_session_for_each_object_and_exactly_the_live_ones(self) -> None:
        listed = self.people[0].http.get(f"/api/items/{self.part}/edit-sessions").json()
        objects = [(s["context_level"], s["object_id"]) for s in listed["sessions"]]
        assert len(objects) == len(set(objects))
        assert {s["id"] for s in listed["sessions"]} == {
            self.held[key][1] for key in self.held if self._alive(key)
        }

    def teardown(self) -> None:
        for person in self.people:
            person.close()
        self.server.stop()
        self.folder.cleanup()


TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=8,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
