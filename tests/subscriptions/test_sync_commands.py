"""``silo sync``, ``watch``, ``status`` and ``recover`` against a real server, as on a build machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from silo_core.ports import claims
from silo_core.ports.client import SiloClient
from silo_core.ports.installation import data_folder
from silo_core.surfaces.cli import main
from silo_server.embedded import EmbeddedServer
from tests.checkpoint.command_kit import failed, said
from tests.cli.conftest import home

__all__ = ["home"]

Output = pytest.CaptureFixture[str]


class Shop:
    """A server, and somebody who makes versions there."""

    def __init__(self, server: tuple[str, str], folder: Path) -> None:
        self.url, self.token = server
        self.client = SiloClient(self.url, self.token)
        self.machine = self.client.register_workstation("elsewhere", "elsewhere").id
        self.folder = folder

    def push(self, number: str, content: bytes) -> None:
        file = self.folder / "content"
        file.write_bytes(content)
        head = self.client.get_item(number).head
        base = head.id if head else None
        self.client.push_checkpoint(
            number, file, "manual", None, None, workstation_id=self.machine, base=base
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with EmbeddedServer(tmp_path_factory.mktemp("shop")) as server:
        yield server.url, server.add_user("alice")


@pytest.fixture
def shop(
    server: tuple[str, str], home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Shop]:
    shop = Shop(server, tmp_path)
    monkeypatch.setenv("SILO_SERVER_URL", shop.url)
    monkeypatch.setenv("SILO_TOKEN", shop.token)
    monkeypatch.setenv("SILO_WORKSPACE", str(tmp_path / "workspace"))
    with closing(shop.client):
        yield shop


@pytest.fixture
def parts(shop: Shop, capsys: Output, request: pytest.FixtureRequest) -> list[str]:
    """Three parts of a project that this workstation is subscribed to."""
    project = f"P{abs(hash(request.node.name)) % 10**8}"
    numbers = [f"{project}-{n}" for n in range(3)]
    for number in numbers:
        shop.client.create_item(number, file_name=f"{number}.step", projects=[project])
        shop.push(number, b"one")
    said(capsys, "subscribe", "--project", project)
    return numbers


def _json(capsys: Output, *arguments: str, status: int = 0) -> Any:
    assert main([*arguments, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def test_sync_brings_everything_once(
    shop: Shop, parts: list[str], capsys: Output, tmp_path: Path
) -> None:
    told = said(capsys, "sync")
    assert told.strip() == "3 items: 3 up to date"
    for number in parts:
        assert (tmp_path / "workspace" / f"{number}.step").read_bytes() == b"one"
    shop.push(parts[0], b"two")
    again = _json(capsys, "sync")
    assert again["counts"]["up_to_date"] == 3
    assert (tmp_path / "workspace" / f"{parts[0]}.step").read_bytes() == b"two"


def test_sync_ends_with_1_while_a_conflict_is_left_and_overwrite_settles_it(
    shop: Shop, parts: list[str], capsys: Output, tmp_path: Path
) -> None:
    said(capsys, "sync")
    file = tmp_path / "workspace" / f"{parts[0]}.step"
    file.write_bytes(b"my own work")
    told = said(capsys, "status")
    assert told.strip().endswith("3 items: 2 up to date, 1 changed here")
    assert f"{parts[0]}  changed here" in told
    found = _json(capsys, "status")
    assert (found["counts"]["changed_here"], found["counts"]["up_to_date"]) == (1, 2)
    shop.push(parts[0], b"two")
    assert main(["sync"]) == 1
    told = capsys.readouterr().out
    assert "conflict" in told
    assert parts[0] in told
    assert file.read_bytes() == b"my own work"
    told = said(capsys, "sync", "--overwrite")
    assert file.read_bytes() == b"two"
    (backup,) = _json(capsys, "recover")
    assert told.splitlines()[0] == (
        f"Replaced: {file} ({parts[0]}); `silo recover {backup['id']}` writes what it held to a file."
    )
    assert backup["part_number"] == parts[0]
    assert backup["original"] == str(file)
    target = tmp_path / "back.step"
    assert parts[0] in said(capsys, "recover")
    said(capsys, "recover", backup["id"][:6], "-o", str(target))
    assert target.read_bytes() == b"my own work"
    assert "exists already" in failed(capsys, "recover", backup["id"], "-o", str(target))
    said(capsys, "recover", backup["id"], "-o", str(target), "--force")


def test_what_is_put_in_the_place_of_a_damaged_file_is_told(
    shop: Shop, parts: list[str], capsys: Output, tmp_path: Path
) -> None:
    file = tmp_path / "workspace" / f"{parts[0]}.step"
    file.parent.mkdir()
    file.write_bytes(bytes(100))
    (backup,) = _json(capsys, "sync")["replaced"]
    assert (backup["original"], backup["size"]) == (str(file), 100)
    assert file.read_bytes() == b"one"
    assert _json(capsys, "sync")["replaced"] == []


def test_status_fetches_nothing(
    shop: Shop, parts: list[str], capsys: Output, tmp_path: Path
) -> None:
    told = said(capsys, "status")
    assert "3 items: 3 pending" in told
    assert not (tmp_path / "workspace").exists() or not any((tmp_path / "workspace").iterdir())
    said(capsys, "sync")
    assert _json(capsys, "status")["counts"]["up_to_date"] == 3
    assert parts[0] not in said(capsys, "status")
    assert parts[0] in said(capsys, "status", "--all")


def test_who_subscribes_again_has_the_files_of_a_folder_that_is_gone_in_the_workspace(
    shop: Shop,
    parts: list[str],
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    project = parts[0].rpartition("-")[0]
    said(capsys, "sync")
    shutil.rmtree(tmp_path / "workspace")
    monkeypatch.setenv("SILO_WORKSPACE", str(tmp_path / "other"))
    assert main(["sync"]) == 1
    told = capsys.readouterr().out
    assert f"end all subscriptions that bring {parts[0]} and subscribe again" in told
    said(capsys, "unsubscribe", "--project", project)
    said(capsys, "subscribe", "--project", project)
    assert said(capsys, "sync").strip() == "3 items: 3 up to date"
    for number in parts:
        assert (tmp_path / "other" / f"{number}.step").read_bytes() == b"one"
    assert not (tmp_path / "workspace").exists()


def test_where_there_is_no_room_it_says_how_much_has_to_be_free(
    shop: Shop, parts: list[str], capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=12_345)
    monkeypatch.setattr("silo_subscriptions.engine.download.shutil.disk_usage", lambda _: usage)
    assert main(["sync"]) == 1
    told = capsys.readouterr().out
    assert f"There is no room for {parts[0]}.step (3 B) in " in told
    assert "16.8 MB have to be free, as 16.8 MB are left to other programs, and 12.3 kB are" in told


def test_beside_a_running_editor_sync_is_refused_and_status_says_what_that_knows(
    shop: Shop, parts: list[str], capsys: Output
) -> None:
    said(capsys, "sync")
    editor = claims.Claim(data_folder())
    assert editor.take()
    try:
        assert "in step already" in failed(capsys, "sync")
        assert "in step already" in failed(capsys, "watch")
        assert "3 items: 3 up to date" in said(capsys, "status")
    finally:
        editor.release()


def test_bad_input_is_a_sentence(
    shop: Shop, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nothing was replaced" in said(capsys, "recover")
    assert "None is called" in failed(capsys, "recover", "nothing-such")
    assert "Name which one" in failed(capsys, "recover", "-o", "x")
    assert main(["sync", "--nonsense"]) == 2
    capsys.readouterr()
    assert "subscribed to nothing" in said(capsys, "sync")
    monkeypatch.setenv("SILO_TOKEN", "silo_wrong")
    assert failed(capsys, "sync")
    monkeypatch.setenv("SILO_SERVER_URL", "http://127.0.0.1:9")
    assert "cannot be reached" in failed(capsys, "status")


def test_watch_stays_and_tells_until_it_is_interrupted(
    shop: Shop, parts: list[str], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "silo_core.surfaces.cli", "watch", "--json"],
                stdout=subprocess.PIPE,
                text=True,
                env=dict(os.environ),
            )
        )
        stack.callback(process.kill)
        assert process.stdout
        file = tmp_path / "workspace" / f"{parts[0]}.step"
        deadline = time.monotonic() + 40
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        shop.push(parts[0], b"two")
        seen: list[dict[str, Any]] = []
        for line in process.stdout:
            seen.append(json.loads(line))
            if f"Synced: {parts[0]}" in seen[-1]["text"] and file.read_bytes() == b"two":
                break
        assert file.read_bytes() == b"two"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
