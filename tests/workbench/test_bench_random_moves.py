"""Two workstations that do whatever comes to mind, against one server."""

from __future__ import annotations

import zipfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from silo_core.model.exchange import ConnectionState
from silo_core.testing import Proxy
from silo_server.demo.player import Player
from tests.workbench.kit import Job, Site, held_with_session, sha256, until

PATHS: dict[str, tuple[str, ...]] = {
    "leave": (),
    "sketch": ("Sketch001",),
    "other": ("Sketch002",),
    "body": ("Body",),
    "within": ("Body", "Sketch001"),
}
FAULTS = ("down", "up", "pause", "resume", "busy", "swallow", "cut")
moves = st.tuples(
    st.sampled_from(["alice", "bob"]),
    st.sampled_from([*PATHS, "leave", "change", "change", *FAULTS, "wait", "force"]),
)


class World:
    """Does the moves, and knows what must be in the history in the end."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.proxies: dict[str, Proxy] = {name: job.proxy() for name in ("alice", "bob")}
        self.players: dict[str, Player] = {
            name: job.join(name, proxy, entry_wait_ms="300") for name, proxy in self.proxies.items()
        }
        self.left: set[str] = set()
        self.states = 0

    def do(self, who: str, what: str) -> None:
        player, proxy = self.players[who], self.proxies[who]
        if what in PATHS:
            self.edit(player, PATHS[what])
        elif what == "change":
            player.change(self.new_state())
        elif what in ("down", "up", "pause", "resume"):
            getattr(proxy, what)()
        elif what in FAULTS:
            proxy.meet("POST /api/items", "503" if what == "busy" else what)
            proxy.meet("DELETE /api/items", "503" if what == "busy" else what)
        elif what == "force":
            for session in self.job.live()[:1]:
                self.job.site.admin.force_release(self.job.part, session.id, "just so")
        else:
            until(lambda: False, *self.players.values(), timeout=0.1)
        for each in self.players.values():
            each.pump()

    def edit(self, player: Player, path: tuple[str, ...]) -> None:
        leaves_something = bool(set(player.editing()) - set(path))
        player.edit(*path)
        if leaves_something:  # that saves, so that it must arrive
            self.left.add(sha256(self.job.file_of(player)))

    def new_state(self) -> Path:
        """A part as no other."""
        self.states += 1
        path = self.job.folder / f"state-{self.states}.FCStd"
        path.write_bytes(self.job.deeper.read_bytes())
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("state.txt", str(self.states))
        return path

    def nobody_shares_a_session(self) -> None:
        held = Counter((session.context_level, session.object_id) for session in self.job.live())
        assert all(count == 1 for count in held.values()), held

    def come_to_rest(self) -> None:
        players = self.players.values()
        for proxy in self.proxies.values():
            proxy.forgive()
            proxy.resume()
            proxy.up()
        assert until(lambda: all(p.is_(ConnectionState.ONLINE) for p in players), *players)
        assert until(self.every_session_is_held, *players), (self.job.sessions(), self.held())
        for player in players:
            self.edit(player, ())
        assert until(lambda: not any(p.workbench.store.outbox.pending() for p in players), *players)
        assert until(lambda: self.job.sessions() == [], *players), self.job.sessions()
        assert self.left <= set(self.job.contents())

    def held(self) -> list[tuple[str, str]]:
        return sorted(
            (name, object_id)
            for name, player in self.players.items()
            for object_id in held_with_session(player)
        )

    def every_session_is_held(self) -> bool:
        return self.job.sessions() == self.held()


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(script=st.lists(moves, min_size=5, max_size=16))
def test_whatever_two_people_do_no_session_is_shared_or_left_and_no_work_is_lost(
    script: list[tuple[str, str]], site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with ExitStack() as stack:
        world = World(Job(site, tmp_path_factory.mktemp("world"), stack))
        for who, what in script:
            world.do(who, what)
            world.nobody_shares_a_session()
        world.come_to_rest()
