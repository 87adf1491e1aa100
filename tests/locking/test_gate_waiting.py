"""The main thread waits for nobody longer than ``entry_wait_ms``, whatever the server or a rule does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.model.interference import InterferenceQuery
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.ports.plugins import Hooks, PluginManager, worker
from silo_locking.machine import State
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer
from tests.locking.kit import ROUNDING_S, recorded_waits, states, with_gates
from tests.workbench.conftest import MakeJob
from tests.workbench.kit import Job, held_with_session, settle, sha256, until

WAIT_MS = 150
RULE = "company-rule"


@pytest.fixture
def waits() -> Iterator[list[float]]:
    """See ``recorded_waits``."""
    with recorded_waits() as asked:
        yield asked


# -- a server that answers nothing ---------------------------------------------------------------------


def test_while_the_server_answers_nothing_each_entry_waits_once_and_all_comes_right(
    job: Job, waits: list[float]
) -> None:
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy, entry_wait_ms=str(WAIT_MS))
    alice.open(job.file_of(alice))
    assert until(lambda: job.base_of(alice) is not None, alice)
    waits.clear()
    proxy.pause()
    alice.edit("Body", "Sketch001")
    assert sum(waits) < WAIT_MS / 1000 + ROUNDING_S, "both in one go"
    alice.pump()
    alice.change(job.deeper)
    alice.edit("Body")
    alice.edit("Body", "Sketch002")
    alice.change(job.wider)
    assert len(waits) == 3, "one for each entry, none for leaving"
    assert max(waits) <= WAIT_MS / 1000
    assert states(locking) == {"Body": State.PROVISIONAL, "Sketch002": State.PROVISIONAL}
    settle(alice, seconds=0.1)
    assert len(waits) == 3, "and none for what is posted"
    proxy.resume()
    assert until(lambda: held_with_session(alice) == ["Body", "Sketch002"], alice)
    assert until(lambda: job.sessions() == [("alice", "Body"), ("alice", "Sketch002")], alice)
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    expected = [sha256(file) for file in (job.wider, job.deeper, job.base)]
    assert until(lambda: job.contents() == expected, alice)


def test_what_was_saved_on_the_way_is_in_the_wait(
    job: Job, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = job.proxy()
    alice, _ = with_gates(job, "alice", proxy, entry_wait_ms=str(WAIT_MS))
    alice.open(job.file_of(alice))
    alice.edit("Sketch001")
    alice.change(job.deeper)
    save = alice.host.save

    def save_slowly(key: str) -> None:
        save(key)
        time.sleep(WAIT_MS / 2000)

    monkeypatch.setattr(alice.host, "save", save_slowly)
    proxy.pause()
    waits.clear()
    alice.edit("Sketch002")
    assert len(waits) == 1
    assert waits[0] <= WAIT_MS / 2000
    proxy.resume()
    assert until(lambda: held_with_session(alice) == ["Sketch002"], alice)


def test_the_window_is_drawn_while_the_server_is_asked(
    job: Job, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = job.proxy()
    alice, _ = with_gates(job, "alice", proxy, entry_wait_ms="5000")
    alice.open(job.file_of(alice))
    drawn = list[int]()

    def paint() -> None:
        drawn.append(len(waits))
        proxy.resume()

    monkeypatch.setattr(alice.host, "paint", paint, raising=False)
    proxy.pause()
    waits.clear()
    alice.edit("Sketch001")
    assert drawn == [0]
    assert held_with_session(alice) == ["Sketch001"]


# -- rules of others -----------------------------------------------------------------------------------


class Rule:
    """A third party's rule that is told what to do."""

    def __init__(self, answer: Callable[[InterferenceQuery], object]) -> None:
        self._answer = answer

    @hookimpl
    def silo_interference(self, query: InterferenceQuery) -> object:
        return self._answer(query)


def raising(query: InterferenceQuery) -> object:
    raise RuntimeError("not my day")


def nonsense(query: InterferenceQuery) -> object:
    return {"verdict": "certainly"}


@pytest.fixture(autouse=True)
def _short_idling(monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads of rules end soon after them."""
    monkeypatch.setattr(worker, "IDLE_S", 0.05)


@pytest.fixture
def sleeping() -> Iterator[Callable[[InterferenceQuery], object]]:
    """A rule that sleeps until the test is over."""
    over = threading.Event()
    yield lambda query: over.wait() and None
    over.set()


@pytest.fixture(params=["raises", "sleeps", "answers nonsense"])
def bad(request: pytest.FixtureRequest) -> Rule:
    if request.param == "sleeps":
        return Rule(request.getfixturevalue("sleeping"))
    return Rule(raising if request.param == "raises" else nonsense)


def join(job: Job, name: str, *rules: object, wait_ms: int = 5000) -> Player:
    player = job.player(name, entry_wait_ms=str(wait_ms))
    for rule in rules:
        player.workbench.plugins.register(rule, RULE)
    job.go_online(player)
    player.open(job.file_of(player))
    return player


def test_a_bad_rule_here_lets_in_and_is_named_in_the_warning(job: Job, bad: Rule) -> None:
    alice = join(job, "alice", bad)
    alice.edit("Sketch001")
    assert held_with_session(alice) == ["Sketch001"]
    settle(alice, seconds=0.05)
    assert RULE in alice.shown("Warning")


def test_a_bad_rule_here_hides_no_conflict(job: Job, bad: Rule) -> None:
    alice, bob = job.join("alice"), join(job, "bob", bad)
    alice.edit("Body")
    bob.edit("Sketch001")
    settle(bob, seconds=0.05)
    warning = bob.shown("Warning")
    assert "alice" in warning
    assert RULE in warning
    bob.edit()
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    assert until(lambda: bool(bob.shown("Blocked")), alice, bob)
    assert "alice is currently editing" in bob.host.questions[0].text
    assert job.sessions() == [("alice", "Sketch001")]


def test_a_rule_here_that_sleeps_delays_entering_no_longer_than_a_silent_server(
    job: Job, sleeping: Callable[[InterferenceQuery], object], waits: list[float]
) -> None:
    alice = join(job, "alice", Rule(sleeping), wait_ms=50)
    waits.clear()
    alice.edit("Sketch001")
    assert max(waits) <= 0.05
    assert alice.editing() == ("Sketch001",)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    assert until(lambda: RULE in alice.shown("Warning"), alice)


def test_a_rule_here_that_forbids_blocks_and_nothing_is_asked_of_the_server(job: Job) -> None:
    def forbidding(query: InterferenceQuery) -> Reason:
        return Reason(Verdict.HARD, RULE, "This part is frozen.")

    alice = join(job, "alice", Rule(forbidding))
    alice.edit("Sketch001")
    assert until(lambda: alice.editing() == (), alice)
    (question,) = alice.host.questions
    assert question.text == "This part is frozen."
    assert question.options == ("OK",)
    assert job.sessions() == []


def test_a_bad_rule_on_the_server_lets_in_is_named_and_hides_no_conflict(
    make_job: MakeJob, bad: Rule
) -> None:
    manager = PluginManager()
    manager.register(bad, RULE)

    def server_in(folder: Path) -> EmbeddedServer:
        return EmbeddedServer(folder, judge=Hooks(manager).interference)

    job = make_job(server_in)
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Body")
    assert held_with_session(alice) == ["Body"]
    settle(alice, seconds=0.05)
    assert RULE in alice.shown("Warning")
    bob.edit("Sketch001")
    assert held_with_session(bob) == ["Sketch001"]
    settle(bob, seconds=0.05)
    assert "alice" in bob.shown("Warning")
    assert RULE in bob.shown("Warning")
    alice.edit("Sketch001")
    assert until(lambda: bool(alice.shown("Blocked")), alice, bob)
    assert "bob is currently editing" in alice.host.questions[0].text
    assert job.sessions() == [("bob", "Sketch001")]


class Gatekeeper:
    """A third party's gate that lets nobody in."""

    @hookimpl
    def silo_context_enter(self) -> Judgement:
        return Judgement((Reason(Verdict.HARD, "gatekeeper", "Not today."),))


def test_what_another_s_gate_refuses_while_the_server_is_asked_is_given_back(job: Job) -> None:
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy, entry_wait_ms="50")
    alice.workbench.plugins.register(Gatekeeper(), "gatekeeper")
    alice.open(job.file_of(alice))
    settle(alice, seconds=0.05)
    proxy.pause()
    alice.edit("Sketch001")
    assert until(lambda: job.sessions() == [("alice", "Sketch001")], alice)
    assert states(locking) == {}
    proxy.resume()
    assert until(lambda: job.sessions() == []), "without a turn of the main loop"
