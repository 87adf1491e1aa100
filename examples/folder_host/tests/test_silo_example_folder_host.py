"""Run with ``pytest`` where this distribution is installed."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest

from silo_core.model.context import ContextPath, Document
from silo_core.model.errors import HostError
from silo_core.ports.host import Host
from silo_example_folder_host.host import REFUSED_S, FolderHost
from silo_example_folder_host.watching import scan
from silo_example_folder_host.work import Step, next_step

QUIET_S = 2.0


class Listener:
    """Notes what the host reports."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.keys: list[str] = []

    def document_opened(self, document: Document) -> None:
        self.keys.append(document.key)
        self.told.append(f"open {document.part_number}")

    def context_changed(self, document_key: str, path: ContextPath) -> None:
        self.told.append("enter" if path else "leave")

    def document_closing(self, document_key: str) -> None:
        self.told.append("close")

    def take(self) -> list[str]:
        told, self.told = self.told, []
        return told


class Scene:
    """A folder with one file that is in step, and a clock that is moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.now, self.folder = 100.0, folder
        self.file = folder / "BOM-1.csv"
        self.file.write_text("one")
        self.lock = folder / ".~lock.BOM-1.csv#"
        self.agreed = _sha256("one")
        self.shown: list[str] = []
        self.listener = Listener()
        self.host = FolderHost(
            folder,
            show=lambda text, details: self.shown.append(text),
            quiet_s=QUIET_S,
            clock=lambda: self.now,
        )
        self.host.number_of = lambda path: path.stem
        self.host.settled = lambda path: self.agreed
        self.host.attach(self.listener)
        self.look()

    def look(self, seconds: float = 0.5) -> list[str]:
        """What is reported by a look some time later."""
        self.now += seconds
        self.host.look()
        self.host.run_pending()
        return self.listener.take()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_it_is_a_host(scene: Scene) -> None:
    host: Host = scene.host
    assert host.documents() == ()


def test_a_save_takes_the_lease_and_is_left_after_the_quiet_time(scene: Scene) -> None:
    assert scene.look() == []
    scene.file.write_text("two")
    assert scene.look() == []  # it may be half
    assert scene.look() == ["open BOM-1", "enter"]
    scene.file.write_text("two and a half")
    assert scene.look() == []
    assert scene.look(QUIET_S - 0.1) == []
    assert scene.look() == ["leave", "close"]
    assert scene.look() == []


def test_a_program_that_has_it_open_keeps_the_lease_and_each_save_is_left(scene: Scene) -> None:
    scene.lock.touch()
    assert scene.look() == ["open BOM-1", "enter"]
    assert scene.look(60) == []
    scene.file.write_text("two")
    assert (scene.look(), scene.look()) == ([], [])
    assert scene.look(QUIET_S) == ["leave", "enter"]
    scene.lock.unlink()
    assert scene.look() == ["leave", "close"]


def test_a_save_by_renaming_is_one_save_also_when_it_is_seen_half_way(scene: Scene) -> None:
    scene.lock.touch()
    scene.look()
    new = scene.folder / "BOM-1.csv.tmp"
    new.write_text("two")
    scene.file.unlink()
    assert scene.look() == []
    new.rename(scene.file)
    assert (scene.look(), scene.look()) == ([], [])
    assert scene.look(QUIET_S) == ["leave", "enter"]


def test_an_empty_file_is_not_left(scene: Scene) -> None:
    scene.file.write_text("")
    assert [scene.look(60) for _ in range(3)] == [[], [], []]


def test_what_came_from_the_server_is_nobodys_work(scene: Scene) -> None:
    scene.agreed = _sha256("theirs")
    scene.file.write_text("theirs")
    assert [scene.look() for _ in range(8)] == [[]] * 8


def test_what_somebody_else_has_waits_until_it_is_free(scene: Scene) -> None:
    scene.file.write_text("two")
    scene.look()
    assert scene.look() == ["open BOM-1", "enter"]
    (document,) = scene.host.documents()
    scene.host.back_out(document.key, object())  # type: ignore[arg-type] # any context
    assert scene.look() == ["leave"]
    assert scene.look(REFUSED_S / 2) == []
    scene.host.free("BOM-1")
    assert scene.look() == ["enter", "leave", "close"]


def test_what_was_refused_is_asked_for_again_after_a_while(scene: Scene) -> None:
    scene.lock.touch()
    scene.look()
    (document,) = scene.host.documents()
    scene.host.back_out(document.key, object())  # type: ignore[arg-type] # any context
    scene.look()
    assert scene.look(REFUSED_S) == ["enter"]


def test_what_is_deleted_is_closed_after_the_quiet_time(scene: Scene) -> None:
    scene.lock.touch()
    scene.look()
    scene.file.unlink()
    assert scene.look() == []
    assert scene.look(QUIET_S) == ["close"]
    assert scene.host.documents() == ()


def test_a_folder_that_is_gone_is_told_once_and_is_no_deletion(scene: Scene) -> None:
    away = scene.folder.rename(scene.folder.with_name("away"))
    assert [scene.look(60) for _ in range(3)] == [[], [], []]
    assert len(scene.shown) == 1
    away.rename(scene.folder)
    assert scene.look() == []


def test_a_document_that_is_closed_is_told_so(scene: Scene) -> None:
    with pytest.raises(HostError):
        scene.host.save("gone")


def test_only_what_people_work_on_is_seen(tmp_path: Path) -> None:
    left_alone = (".hidden", "a.csv~", "a.bak", "b.TMP", "c.part", "#d#", "~$f.xlsx", ".e.txt.swp")
    for name in (*left_alone, "a.csv", "LONG.xlsx", "e.txt", "g.txt", ".#g.txt", "~$NG.xlsx"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    found = {path.name: seen.is_locked for path, seen in scan(tmp_path).items()}
    assert found == {"a.csv": False, "LONG.xlsx": True, "e.txt": True, "g.txt": True}


def test_every_situation_ends_in_rest() -> None:
    """From whatever is known of a file, some steps lead to where nothing is to be done."""
    for locked, changed, quiet, opened, entered, refused in itertools.product((0, 1), repeat=6):
        if entered and not opened:
            continue
        is_open, is_in, is_changed = bool(opened), bool(entered), bool(changed)
        for _ in range(5):
            step = next_step(
                is_locked=bool(locked),
                is_changed=is_changed,
                is_quiet=bool(quiet),
                is_open=is_open,
                is_entered=is_in,
                is_refused=bool(refused),
            )
            if step is Step.NOTHING:
                break
            is_open = step is not Step.CLOSE and (is_open or step is Step.OPEN)
            is_in = step is Step.ENTER or (is_in and step is Step.OPEN)
            is_changed = is_changed and step is not Step.LEAVE
        assert step is Step.NOTHING


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
