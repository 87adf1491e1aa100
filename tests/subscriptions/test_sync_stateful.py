"""Several workstations and one real server: whatever happens, at rest all that should agree agree, no
local edit is lost, and nothing is downloaded twice."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from silo_core.model.event import Event
from silo_core.model.item import Version
from silo_core.model.sync import SyncChoice, SyncState
from silo_core.ports.client import SiloClient
from silo_server.embedded import EmbeddedServer
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import Job, Site, until

ITEMS = (0, 1)
DESKS = ("alice", "bob")
_contents = itertools.count(1)
_shared: list[tuple[Site, ExitStack, Path]] = []


def _site() -> Site:
    """One server for all examples: each has items of its own."""
    if not _shared:
        stack, folder = ExitStack(), Path(tempfile.mkdtemp(prefix="silo-stateful-"))
        site = Site(stack.enter_context(EmbeddedServer(folder)))
        stack.callback(site.close)
        _shared.append((site, stack, folder))
    return _shared[0][0]


def teardown_module() -> None:
    for _, stack, folder in _shared:
        stack.close()
        shutil.rmtree(folder)
    _shared.clear()


desks = st.sampled_from(DESKS)
items = st.sampled_from(ITEMS)


class Syncing(RuleBasedStateMachine):
    """Edits are texts that are never used twice, so that a content names who made it."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.job = Job(_site(), self.folder, self.stack)
        self.proxies = {name: self.job.proxy() for name in DESKS}
        self.desks: dict[str, Desk] = {}
        self.subscribed: dict[tuple[str, int], Any] = {}
        self.edits: dict[tuple[str, int], list[bytes]] = {}
        """What somebody wrote into a file by hand, and did not give up."""
        self.fetched: Counter[tuple[str, str]] = Counter()
        self.restarted: set[str] = set()

    @initialize()
    def begin(self) -> None:
        self.outside = Colleague(self.job)
        self.numbers = [self.outside.item() for _ in ITEMS]
        self._count_downloads()
        for name in DESKS:
            self._start(name)
        for item in ITEMS:  # so that there is something to edit from the beginning
            self.somebody_pushes(item)
            for name in DESKS:
                self.subscribe(name, item)
        self._rest()

    def _count_downloads(self) -> None:
        real = SiloClient.download_version
        machine = self

        def counted(
            client: SiloClient, number: str, version: Version, *more: Any, **named: Any
        ) -> str:
            done = real(client, number, version, *more, **named)
            machine.fetched[str(more[0].parent), f"{number} {version.id}"] += 1
            return done

        setattr(SiloClient, "download_version", counted)  # noqa: B010 - mypy minds the other way
        self.stack.callback(setattr, SiloClient, "download_version", real)

    def _start(self, name: str) -> None:
        self.desks[name] = Desk.of(self.job, name, self.proxies[name])
        self.proxies[name].up()
        self.desks[name].start()

    # -- what happens ------------------------------------------------------------------------------

    @rule(item=items)
    def somebody_pushes(self, item: int) -> None:
        self.outside.push(self.numbers[item], f"pushed {next(_contents)}".encode())

    @rule(name=desks, item=items)
    def subscribe(self, name: str, item: int) -> None:
        if (name, item) not in self.subscribed:
            self.subscribed[name, item] = self.desks[name].subscribe(self.numbers[item])

    @rule(name=desks, item=items, paused=st.booleans())
    def pause(self, name: str, item: int, paused: bool) -> None:
        found = self.subscribed.get((name, item))
        if found:
            self.desks[name].client.update_subscription(found.id, paused=paused)

    @rule(name=desks, item=items)
    def unsubscribe(self, name: str, item: int) -> None:
        found = self.subscribed.pop((name, item), None)
        if found:
            self.desks[name].client.delete_subscription(found.id)

    @rule(name=desks, item=items)
    def edit(self, name: str, item: int) -> None:
        file = self.desks[name].file(self.numbers[item])
        if file.exists():
            content = f"edited {next(_contents)}".encode()
            before = file.read_bytes()
            file.write_bytes(content)
            if before in self.edits.get((name, item), []):
                self.edits[name, item].remove(before)  # who edits again gives up what was
            self.edits.setdefault((name, item), []).append(content)

    @rule(name=desks, item=items)
    def both_sides_change_it(self, name: str, item: int) -> None:
        self.edit(name, item)
        self.somebody_pushes(item)

    @rule(name=desks)
    def go_offline(self, name: str) -> None:
        self.proxies[name].down()

    @rule(name=desks)
    def come_back(self, name: str) -> None:
        self.proxies[name].up()

    @rule(name=desks, item=items)
    def an_event_comes_again_or_is_made_up(self, name: str, item: int) -> None:
        data = {"part_number": self.numbers[item], "version": {"id": "v-none"}}
        self.desks[name].player.workbench.event_came(Event(None, "subscription.checkpoint", data))

    @rule(name=desks)
    def time_passes(self, name: str) -> None:
        until(lambda: False, self.desks[name].player, timeout=0.05)

    @rule(name=desks)
    def it_stops_and_starts_again(self, name: str) -> None:
        self.desks[name].player.quit()
        self.restarted.add(name)
        self._start(name)

    @rule(name=desks, item=items, choice=st.sampled_from([SyncChoice.OVERWRITE, SyncChoice.SKIP]))
    def decide(self, name: str, item: int, choice: SyncChoice) -> None:
        desk, number = self.desks[name], self.numbers[item]
        status = desk.status(number)
        if status and choice in status.choices:
            desk.engine.resolve(number, choice)

    # -- at rest -----------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if self.desks:
                self._rest()
                self._check()
        finally:
            self.stack.close()

    def _rest(self) -> None:
        for proxy in self.proxies.values():
            proxy.up()
        for desk in self.desks.values():
            until(lambda: False, desk.player, timeout=0.3)  # a cut is noticed by now
            assert until(desk.is_online, desk.player, timeout=30)
            desk.engine.sync_now()
            at_rest = partial(self._is_at_rest, desk)
            assert until(at_rest, desk.player, timeout=30)

    @staticmethod
    def _is_at_rest(desk: Desk) -> bool:
        return desk.is_online() and not desk.engine.busy

    def _check(self) -> None:
        for name, desk in self.desks.items():
            for item, number in enumerate(self.numbers):
                self._check_one(name, desk, item, number)
            if name not in self.restarted:  # then a later try may go on with what has arrived
                assert desk.leftovers() == []
        for (folder, what), times in self.fetched.items():
            assert times <= 1 + self._reasons(folder, what), (folder, what, times)

    def _check_one(self, name: str, desk: Desk, item: int, number: str) -> None:
        head = self.job.site.admin.get_item(number).head
        file = desk.file(number)
        held = file.read_bytes() if file.exists() else None
        status = desk.status(number)
        if (name, item) not in self.subscribed:
            assert status is None
        elif (
            status
            and status.state is SyncState.UP_TO_DATE
            and held not in self.edits.get((name, item), [])
        ):
            assert head
            assert held is not None
            assert hashlib.sha256(held).hexdigest() == head.sha256
        elif status:
            states = {SyncState.UP_TO_DATE, SyncState.CONFLICT, SyncState.SKIPPED, SyncState.PAUSED}
            assert status.state in states, status
        else:
            assert head is None
        kept = {path.read_bytes() for path in self._backups(desk)}
        for edit in self.edits.get((name, item), []):
            assert edit == held or edit in kept, (name, number, edit)

    @staticmethod
    def _backups(desk: Desk) -> list[Path]:
        folder = desk.player.workbench.store.path.parent / "backups"
        return list(folder.iterdir()) if folder.exists() else []

    def _reasons(self, folder: str, what: str) -> int:
        """A file that was edited, and then overwritten with a version that it had, or one that was let
        go and subscribed to again, is fetched again."""
        name = next(n for n, desk in self.desks.items() if str(desk.workspace) == folder)
        item = self.numbers.index(what.split(maxsplit=1)[0])
        return len(self.edits.get((name, item), []))


TestSyncing = Syncing.TestCase
TestSyncing.settings = settings(
    max_examples=int(os.environ.get("SILO_SYNC_EXAMPLES", "5")),
    stateful_step_count=14,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
