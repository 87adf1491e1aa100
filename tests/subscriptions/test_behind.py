"""An assembly is behind while a part of it has a newer version that is not here: that is said, but the
assembly has not changed, and once the newer version is here it is not said any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.model.context import Context, ContextLevel, Document
from silo_core.model.exchange import ActivityEntry, Connection, ConnectionState
from silo_core.model.item import Version, VersionKind
from silo_core.model.subscription import Policy
from silo_core.model.sync import Behind, Newer, SyncState
from silo_subscriptions.engine import messages
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import DATA, Job, held_with_session, renumbered, settle, until

ASSEMBLY = Context(ContextLevel.ASSEMBLY, "Assembly")


class Marks:
    """What the hook was told last, as a tree shows it."""

    def __init__(self) -> None:
        self.told: list[tuple[Behind, ...]] = []

    @hookimpl
    def silo_behind_changed(self, behind: tuple[Behind, ...]) -> None:
        self.told.append(behind)

    @property
    def assemblies(self) -> dict[str, list[str]]:
        """The newer parts of each open assembly that is behind, by part number."""
        return {
            one.document.part_number or "": [newer.part_number for newer in one.parts]
            for one in (self.told[-1] if self.told else ())
            if one.parts
        }


@pytest.fixture
def bob(job: Job) -> Colleague:
    return Colleague(job)


class Shop:
    """Alice's workstation, with parts and assemblies that bob made."""

    def __init__(self, job: Job, bob: Colleague) -> None:
        self.job, self.bob = job, bob
        self.desk = Desk.of(job)
        self.marks = Marks()
        self.desk.player.workbench.plugins.register(self.marks, "marks")
        self.desk.start()

    def part(self, name: str, *, subscribed: bool = True) -> str:
        """A new part, on the server and in alice's workspace."""
        number = self.bob.item(f"{name}.FCStd")
        return self._share(number, name, self._plate(number, f"{name}.FCStd"), subscribed)

    def assembly(self, name: str, *links: str, subscribed: bool = True) -> str:
        """A new assembly that links to one or two files (relative to its own)."""
        number = self.bob.item(f"{name}.FCStd")
        made = self._file(f"{name}.FCStd")
        renumbered(DATA / "motor.FCStd", made, number, "ASM-200")
        for before, link in zip(("bracket", "plate"), (links[0], links[-1]), strict=True):
            again = made.with_name(f"again-{made.name}")
            renumbered(made, again, f'file="{link}"', f'file="{before}.FCStd"')
            again.replace(made)
        return self._share(number, name, made, subscribed)

    def newer(self, number: str, content: str = "deeper") -> Version:
        """Bob's checkpoint of a part, which ends his edit session."""
        client, here = self.bob.client, self.bob.workstation
        session = client.acquire_edit_session(number, here, "partdesign", "Body", ["Body"]).session
        made = self._file("newer.FCStd")
        renumbered(getattr(self.job, content), made, number, self.job.part)
        head = client.get_item(number).head
        assert head
        pushed = client.push_checkpoint(
            number, made, "body_close", session.id, None, workstation_id=here, base=head.id
        )
        return pushed.version

    def open(self, name: str) -> str:
        return self.desk.player.host.open(self.desk.workspace / f"{name}.FCStd")

    def shows(self, behind: dict[str, list[str]]) -> bool:
        """Wait until exactly these open assemblies are said to be behind, for these parts."""
        return self.until(lambda: self.marks.assemblies == behind)

    def until(self, holds: Callable[[], object]) -> bool:
        return until(lambda: bool(holds()), self.desk.player)

    def put(self, name: str, folder: Path) -> None:
        """A copy of the first version, as somebody sends it by mail."""
        (folder / f"{name}.FCStd").write_bytes(self._file(f"{name}.FCStd").read_bytes())

    def entries(self) -> list[ActivityEntry]:
        return self.desk.entries("behind")

    def kept(self, version: Version) -> list[ActivityEntry]:
        """What the pane has of a version, with buttons, as it is now."""
        found = self.desk.player.workbench.store.activity.newest()
        return [one for one in found if one.facts.get("version") == version.id and one.actions]

    def _file(self, name: str) -> Path:
        folder = self.job.folder / "made"
        folder.mkdir(exist_ok=True)
        return folder / name

    def _plate(self, number: str, name: str) -> Path:
        return renumbered(DATA / "plate.FCStd", self._file(name), number, "PRT-101")

    def _share(self, number: str, name: str, made: Path, subscribed: bool) -> str:
        version = self.bob.push_file(number, made)
        if subscribed:
            self.desk.subscribe(number)
            self.desk.until_state(number, SyncState.UP_TO_DATE, version)
        return number


@pytest.fixture
def shop(job: Job, bob: Colleague) -> Shop:
    return Shop(job, bob)


def test_a_part_marks_its_assembly_which_has_not_changed(shop: Shop) -> None:
    bolt = shop.part("bolt")
    asm = shop.assembly("asm", "bolt.FCStd")
    key, _ = shop.open("asm"), shop.open("bolt")
    file = shop.desk.workspace / "asm.FCStd"
    before = (file.read_bytes(), shop.bob.client.list_versions(asm).versions)
    version = shop.newer(bolt)
    assert shop.shows({asm: [bolt]})
    assert shop.until(lambda: shop.kept(version))
    (entry,) = shop.kept(version)
    assert entry.text == f"Updated: {bolt} — {version.user} finished editing Body"
    assert entry.details[0].startswith("It is fetched once you close the file.")
    # it is entered with a warning, and left without a version
    player, hooks = shop.desk.player, shop.desk.player.workbench.hooks
    for _ in range(2):
        player.host.enter(key, ASSEMBLY)
        assert shop.until(lambda: held_with_session(player) == ["Assembly"])
        player.host.enter(key)
        assert shop.until(lambda: not shop.bob.client.get_edit_sessions(asm))
    (warning,) = shop.desk.entries(f"Warning: Assembly on {asm}")
    assert f"{asm} uses {bolt}; you do not have the checkpoint of" in warning.details[0]
    # [Reload]
    action = entry.actions[0]
    assert action.text == "Reload"
    assert hooks.action_problem(entry, action.name) == ""
    assert player.workbench.choose(entry, action.name)
    assert shop.shows({})
    tracked = player.workbench.store.tracked.get(bolt)
    assert tracked
    assert tracked.base_version == version.id
    assert shop.until(
        lambda: "this version by now" in (hooks.action_problem(entry, action.name) or "")
    )
    assert (file.read_bytes(), shop.bob.client.list_versions(asm).versions) == before
    assert not player.workbench.store.outbox.pending()
    # one version, one line: neither the wait nor the assembly has another one
    settle(player)
    assert [one.id for one in shop.kept(version)] == [entry.id]
    assert not shop.entries()
    assert not shop.desk.entries("waits, as")


def test_assemblies_of_assemblies_parts_used_twice_and_folders(shop: Shop) -> None:
    bolt, nut = shop.part("bolt"), shop.part("nut")
    inner = shop.assembly("inner", "bolt.FCStd", "./../workspace/bolt.FCStd")
    outer = shop.assembly("outer", "inner.FCStd", "nut.FCStd")
    shop.open("outer")
    shop.newer(bolt)
    assert shop.shows({outer: [bolt]})
    shop.open("inner")
    assert shop.shows({outer: [bolt], inner: [bolt]})
    version = shop.newer(nut)
    assert shop.shows({outer: sorted([bolt, nut]), inner: [bolt]})
    assert shop.until(lambda: len(shop.entries()) == 2)
    assert [entry.facts["part"] for entry in shop.entries()] == [bolt, nut]
    # what is not open itself comes when nothing uses it any more
    (entry,) = (entry for entry in shop.entries() if entry.facts["part"] == nut)
    hooks = shop.desk.player.workbench.hooks
    assert "once what uses it is closed" in (
        hooks.action_problem(entry, entry.actions[0].name) or ""
    )
    for document in shop.desk.player.host.documents():
        shop.desk.player.host.close(document.key)
    assert shop.shows({})
    shop.desk.until_state(nut, SyncState.UP_TO_DATE, version)


def test_parts_without_a_subscription_are_asked_about(shop: Shop) -> None:
    folder = shop.desk.workspace / "parts"
    folder.mkdir(parents=True)
    bolt = shop.part("bolt", subscribed=False)
    asm = shop.assembly("asm", "parts/bolt.FCStd", subscribed=False)
    shop.put("bolt", folder)
    shop.put("asm", shop.desk.workspace)
    shop.newer(bolt)
    key = shop.desk.player.host.open(
        folder / "bolt.FCStd"
    )  # finds out that it is the first version
    shop.open("asm")
    assert shop.shows({asm: [bolt]})  # at once, as it is opened
    assert shop.until(shop.entries)
    hooks, (entry,) = shop.desk.player.workbench.hooks, shop.entries()
    assert hooks.act(entry, entry.actions[0].name) == ""
    assert shop.shows({})
    # while it is open
    newest = shop.newer(bolt, "wider")
    assert shop.shows({asm: [bolt]})
    shop.bob.release(bolt)
    shop.desk.player.host.close(key)
    assert shop.until(lambda: shop.marks.told[-1][0].newer[0].version.kind == "revision")
    assert newest.id == shop.marks.told[-1][0].newer[0].version.id


def test_what_leads_nowhere_or_belongs_to_nobody_says_nothing(shop: Shop) -> None:
    bolt = shop.part("bolt")
    shop.assembly("asm", "gone.FCStd", "loose.FCStd")
    (shop.desk.workspace / "loose.FCStd").write_bytes((DATA / "plate.FCStd").read_bytes())
    pinned = shop.part("pinned", subscribed=False)
    shop.bob.release(pinned)
    shop.desk.subscribe(pinned, policy=Policy.PINNED, revision=1)
    shop.desk.until_state(pinned, SyncState.UP_TO_DATE)
    shop.assembly("other", "pinned.FCStd")
    shop.open("asm"), shop.open("other")
    shop.newer(bolt), shop.newer(pinned)
    settle(shop.desk.player)
    assert shop.marks.told == []
    assert shop.entries() == []


def test_it_is_known_from_the_start_and_told_once(job: Job, bob: Colleague, shop: Shop) -> None:
    bolt = shop.part("bolt")
    asm = shop.assembly("asm", "bolt.FCStd")
    shop.open("asm")
    shop.newer(bolt)
    assert shop.shows({asm: [bolt]})
    assert shop.until(shop.entries)
    shop.desk.player.workbench.stop()
    shop.marks.told.clear()
    shop.desk.player.workbench.start()  # with the document open, and before the server is there
    assert shop.shows({asm: [bolt]})
    shop.desk.player.workbench.connection_is(Connection(ConnectionState.OFFLINE))
    settle(shop.desk.player)
    assert shop.marks.assemblies == {asm: [bolt]}
    assert len(shop.entries()) == 1


def test_many_at_once_are_one_entry() -> None:
    new = [Newer(f"PRT-{n}", Version(f"v{n}", VersionKind.CHECKPOINT)) for n in range(9)]
    document = Document("k", None, "ASM-200")
    (entry,) = messages.behind(new, [Behind(document, tuple(new))], datetime.now(UTC))
    assert entry.text == "ASM-200 is behind: 9 parts have newer versions"
    assert entry.details == ("PRT-0, PRT-1, PRT-2, PRT-3, PRT-4 and more",)
    assert entry.actions == ()
