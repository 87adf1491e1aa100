"""Two people share a folder each, over a real server: programs save files, and nothing else is done."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from silo_core.ports.client import SiloClient
from silo_server.embedded import EmbeddedServer

if TYPE_CHECKING:
    from tests.examples.conftest import Runner

NAME = "BOM-100.csv"
FIRST = "pos,part,quantity\n10,Plate,1\n20,Screw,4\n30,Nut,4\n"
LONG_S = 60.0
"""For a machine that has much else to do."""


def until(holds: Callable[[], object], what: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONG_S
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


class Person:
    """Somebody's folder, and the command that shares it."""

    def __init__(self, name: str, home: Path, variables: dict[str, str], runner: Runner) -> None:
        self.folder = home / name
        self.folder.mkdir(exist_ok=True)
        self.file = self.folder / NAME
        self.lock = self.folder / f".~lock.{NAME}#"
        self._variables = {**variables, "XDG_DATA_HOME": str(home / f"{name}-data")}
        self._program = str(runner.site / "bin" / "silo-folder-host")
        self.lines: list[str] = []

    @contextmanager
    def sharing(self, *options: str) -> Iterator[None]:
        """Until the end of the block; then it is stopped as a service is, and has to end well."""
        command = (sys.executable, self._program, str(self.folder), "--quiet", "0.6", *options)
        process = subprocess.Popen(
            command,
            env=self._variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        reader = threading.Thread(target=self._read, args=(process,))
        reader.start()
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(LONG_S)
            reader.join()
        assert status == 0, self.output
        assert "Traceback" not in self.output

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            self.lines.extend(process.stdout)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def save(self, text: str) -> None:
        """As most editors save: beside it, then renamed over it."""
        new = self.folder / f".{NAME}.new"
        new.write_text(text)
        new.replace(self.file)

    def reads(self, text: str) -> None:
        until(lambda: self.file.exists() and self.file.read_text() == text, lambda: self.output)

    def is_told(self, pattern: str) -> None:
        until(lambda: re.search(pattern, self.output), lambda: (pattern, self.output))


@pytest.fixture
def people(tmp_path: Path, runner: Runner) -> Iterator[tuple[Person, Person, SiloClient]]:
    with EmbeddedServer(tmp_path / "server") as server, ExitStack() as stack:
        tokens = {name: server.add_user(name) for name in ("alice", "bob")}
        client = SiloClient(server.url, tokens["bob"])
        stack.callback(client.close)
        alice, bob = (
            Person(
                name,
                tmp_path,
                {
                    **runner.environment(examples=True),
                    "SILO_SERVER_URL": server.url,
                    "SILO_TOKEN": token,
                    "SILO_CHECKPOINT_CSV_PATH": str(tmp_path / "log.csv"),
                    "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
                },
                runner,
            )
            for name, token in tokens.items()
        )
        yield alice, bob, client


def test_two_folders_are_kept_in_step_and_both_peoples_work_survives(
    people: tuple[Person, Person, SiloClient],
) -> None:
    alice, bob, client = people
    alice.save(FIRST)
    with alice.sharing("--create"):
        until(lambda: client.list_items("BOM-100").items, lambda: alice.output)
        with bob.sharing("--item", "BOM-100"):
            bob.reads(FIRST)

            second = FIRST.replace("Plate,1", "Plate,2")
            alice.save(second)
            bob.reads(second)
            bob.is_told(r"alice works on it(.|\n)*nobody else works on it")
            bob.lines.clear()

            alice.lock.touch()  # she opens it in a spreadsheet
            bob.is_told(r"BOM-100: alice works on it")
            bob.save(second.replace("Nut,4", "Nut,8"))  # he saves all the same
            bob.is_told(rf"Cannot edit {NAME}[^\n]*\n[^\n]*alice")
            alice.save(second.replace("Screw,4", "Screw,6"))
            alice.is_told(r"Checkpoint: BOM-100")
            alice.lock.unlink()

            both = second.replace("Screw,4", "Screw,6").replace("Nut,4", "Nut,8")
            alice.reads(both)
            bob.reads(both)
    until(lambda: not client.list_edit_sessions(of_all=True), lambda: alice.output)
    for person in (alice, bob):
        assert os.listdir(person.folder) == [NAME]


def test_what_was_saved_while_nothing_ran_is_sent_at_the_next_start(
    people: tuple[Person, Person, SiloClient],
) -> None:
    alice, bob, client = people
    alice.save(FIRST)
    with alice.sharing("--create"):
        until(lambda: client.list_items("BOM-100").items, lambda: alice.output)
        until(lambda: client.get_item("BOM-100").head, lambda: alice.output)
    alice.save(FIRST + "40,Pin,1\n")
    with alice.sharing(), bob.sharing("--item", "BOM-100"):
        bob.reads(FIRST + "40,Pin,1\n")


def test_a_folder_that_cannot_be_shared_is_said_in_a_sentence(
    people: tuple[Person, Person, SiloClient], runner: Runner
) -> None:
    alice, _, _ = people
    program = str(runner.site / "bin" / "silo-folder-host")

    def refused(folder: Path, **variables: str) -> str:
        done = subprocess.run(
            (sys.executable, program, str(folder)),
            env={**alice._variables, **variables},
            capture_output=True,
            text=True,
            timeout=LONG_S,
            check=False,
        )
        assert done.returncode == 2, done
        return done.stderr

    assert "is no folder" in refused(alice.folder / "none")
    assert "No server is set" in refused(alice.folder, SILO_SERVER_URL="")
    with alice.sharing():
        alice.is_told("Connected")
        assert "is shared by another silo-folder-host already" in refused(alice.folder)
