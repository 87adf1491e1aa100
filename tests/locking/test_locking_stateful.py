"""Several workstations and a real server, whatever they do and whatever happens between them."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from silo_core.hookspecs import hookimpl
from silo_core.model.context import Document
from silo_core.model.errors import NotFoundError
from silo_core.model.exchange import ConnectionState, ContextExit
from silo_core.testing import Clock, Proxy
from silo_locking.machine import State
from silo_server.embedded import EmbeddedServer
from tests.locking.kit import recorded_waits, with_gates
from tests.workbench.kit import Job, Site, sha256, until

WHO = ("alice", "bob", "alice-at-home")
"""Two users, one of them at two workstations."""
PATHS = ((), ("Sketch001",), ("Sketch002",), ("Body",), ("Body", "Sketch001"))
ASKED = ("POST /api/items/{part}/edit-sessions", "DELETE /api/items/{part}/edit-sessions")
LEASE_S = 60
WAIT_MS = 100
who = st.sampled_from(WHO)


class Saved:
    """A plugin that notes down what each leaving has saved."""

    def __init__(self) -> None:
        self.contents: set[str] = set()

    @hookimpl
    def silo_context_exited(self, exit: ContextExit) -> None:
        """By now it is in the file."""
        if exit.left and exit.document.path:
            self.contents.add(sha256(exit.document.path))


class Desk:
    """One workstation, and what stands between it and the server."""

    def __init__(self, job: Job, name: str) -> None:
        self.job = job
        self.proxy: Proxy = job.proxy()
        self.player, self.locking = with_gates(job, name, self.proxy, entry_wait_ms=str(WAIT_MS))
        self.saved = Saved()
        self.player.workbench.plugins.register(self.saved, "saved")
        self.file = job.file_of(self.player)
        self.player.open(self.file)

    @property
    def document(self) -> Document | None:
        return next(iter(self.player.host.documents()), None)

    def edit(self, path: tuple[str, ...]) -> None:
        if self.document:
            self.player.edit(*path)

    def heal(self) -> None:
        self.proxy.forgive()
        self.proxy.resume()
        self.proxy.up()
        self.player.workbench.settings.set("edit_locking_enabled", True)

    def is_settled(self, live: dict[tuple[str, str], str]) -> bool:
        """Whether every entry has its session, or is known to be without."""
        for gate in self.locking.gates:
            key = (gate.entry.context.level.value, gate.entry.context.object_id)
            mine = live.get(key) == self.player.workbench.workstation_id
            if gate.state is State.HELD and not mine:
                return False
            if gate.state in (State.LOST, State.PASSED) and not (key in live and not mine):
                return False
            if gate.state not in (State.HELD, State.LOST, State.PASSED, State.FORCED):
                return False
        return True

    def is_empty(self) -> bool:
        workbench = self.player.workbench
        return not (workbench.held() or workbench.store.outbox.pending() or [*self.locking.gates])


class Team(RuleBasedStateMachine):
    """What the three do, and what happens to them."""

    site: ClassVar[Site]
    clock: ClassVar[Clock]
    waits: ClassVar[list[float]]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.states = 0

    @initialize()
    def come_to_work(self) -> None:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.job = Job(self.site, folder, self.stack)
        self.desks = {name: Desk(self.job, name) for name in WHO}
        self.players = [desk.player for desk in self.desks.values()]

    # -- what users do -----------------------------------------------------------------------------

    @rule(who=who, path=st.sampled_from(PATHS))
    def edit(self, who: str, path: tuple[str, ...]) -> None:
        self.desks[who].edit(path)

    @rule(who=who)
    def change(self, who: str) -> None:
        desk = self.desks[who]
        if desk.player.editing():
            self.states += 1
            path = self.job.folder / f"state-{self.states}.FCStd"
            path.write_bytes(self.job.deeper.read_bytes())
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr("state.txt", str(self.states))
            desk.player.change(path)

    @rule(who=who, path=st.sampled_from(PATHS[1:]))
    def work(self, who: str, path: tuple[str, ...]) -> None:
        self.edit(who, path)
        self.change(who)

    @rule(who=who, save=st.booleans())
    def close_or_open(self, who: str, *, save: bool) -> None:
        desk = self.desks[who]
        if desk.document:
            desk.player.host.close(desk.document.key, save=save)
        else:
            desk.player.open(desk.file)

    @rule(who=who, option=st.sampled_from(["Request Handoff", "Notify me when free", "Edit Now"]))
    def ask_for(self, who: str, option: str) -> None:
        self._answer(who, option)

    @rule(who=who, option=st.sampled_from(["Release Now", "Release Now", "Defer", "Dismiss"]))
    def answer(self, who: str, option: str) -> None:
        self._answer(who, option)

    @rule(who=who, option=st.sampled_from(["Update First", "Edit Anyway"]))
    def decide(self, who: str, option: str) -> None:
        self._answer(who, option)

    def _answer(self, who: str, option: str) -> None:
        host = self.desks[who].player.host
        for question in host.questions:
            if option in question.options:
                with suppress(ValueError):  # it was answered or taken away already
                    host.answer(option, question)

    @rule(who=who, on=st.booleans())
    def switch_locking(self, who: str, *, on: bool) -> None:
        self.desks[who].player.workbench.settings.set("edit_locking_enabled", on)

    # -- what happens to them ----------------------------------------------------------------------

    @rule(who=who, what=st.sampled_from(["down", "up", "pause", "resume"]))
    def network(self, who: str, what: str) -> None:
        getattr(self.desks[who].proxy, what)()

    @rule(who=who, what=st.sampled_from(["503", "cut", "swallow"]), request=st.sampled_from(ASKED))
    def lose(self, who: str, what: str, request: str) -> None:
        """The next of these requests, or its answer."""
        self.desks[who].proxy.meet(request.format(part=self.job.part), what)

    @rule(who=who, what=st.sampled_from(["503", "cut", "swallow"]))
    def lose_push(self, who: str, what: str) -> None:
        self.desks[who].proxy.meet(f"POST /api/items/{self.job.part}/checkpoints", what)

    @rule(who=who)
    def reconnect(self, who: str) -> None:
        self.desks[who].proxy.down()
        self.desks[who].proxy.up()

    @rule()
    def leases_run_out(self) -> None:
        """Those of workstations that are not connected."""
        self.clock.move(LEASE_S + 5)

    @rule()
    def an_admin_ends_a_session(self) -> None:
        for session in self.job.live()[:1]:
            with suppress(NotFoundError):  # it was over before the word came
                self.job.site.admin.force_release(self.job.part, session.id, "lunch")

    @rule(seconds=st.sampled_from([0.02, 0.1, 0.3]))
    def time_passes(self, seconds: float) -> None:
        until(lambda: False, *self.players, timeout=seconds)

    # -- the laws ----------------------------------------------------------------------------------

    @invariant()
    def one_session_for_each_object(self) -> None:
        for player in self.players:
            player.pump()
        live = Counter((s.context_level, s.object_id) for s in self.job.live())
        assert all(count == 1 for count in live.values()), live

    @invariant()
    def nobody_waits_longer_than_entry_wait_ms(self) -> None:
        assert max(self.waits, default=0) <= WAIT_MS / 1000
        self.waits.clear()

    def teardown(self) -> None:
        with self.stack:
            if hasattr(self, "players"):
                self._all_comes_right()
                self._everybody_goes_home()

    def _all_comes_right(self) -> None:
        for desk in self.desks.values():
            desk.heal()
        online = ConnectionState.ONLINE
        assert until(lambda: all(p.is_(online) for p in self.players), *self.players)
        self.clock.move(300)  # nothing is kept for anybody any more
        assert until(self._everybody_has_what_they_edit, *self.players), self._how_it_stands()

    def _everybody_has_what_they_edit(self) -> bool:
        live = {(s.context_level.value, s.object_id): s.workstation_id for s in self.job.live()}
        return all(desk.is_settled(live) for desk in self.desks.values())

    def _everybody_goes_home(self) -> None:
        assert until(self._nobody_is_there, *self.players), self._how_it_stands()
        saved = set().union(*(desk.saved.contents for desk in self.desks.values()))
        assert saved <= set(self.job.contents())

    def _nobody_is_there(self) -> bool:
        for desk in self.desks.values():
            desk.edit(())  # again, as who was refused is let in once it turns out to be free
        return all(desk.is_empty() for desk in self.desks.values()) and self.job.live() == ()

    def _how_it_stands(self) -> str:
        gates = {
            name: [(g.entry.context.object_id, g.state.value, g.ask) for g in desk.locking.gates]
            for name, desk in self.desks.items()
        }
        pending = [player.workbench.store.outbox.pending() for player in self.players]
        return f"{gates}\nserver: {self.job.live()}\npushes: {pending}"


@pytest.fixture(autouse=True, scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One for all examples: each has an item of its own."""
    Team.clock = Clock()
    with (
        EmbeddedServer(tmp_path_factory.mktemp("team"), clock=Team.clock) as server,
        recorded_waits() as Team.waits,
    ):
        Team.site = Site(server)
        Team.site.tokens["alice-at-home"] = Team.site.tokens["alice"]
        Team.waits.clear()  # what it took to add users
        yield
        Team.site.close()


TestTeam = Team.TestCase
TestTeam.settings = settings(
    max_examples=int(os.environ.get("SILO_TEAM_DAYS", "4")),
    stateful_step_count=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
