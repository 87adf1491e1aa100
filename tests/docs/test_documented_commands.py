"""Every command that the README and the user's page tell people to type is run here."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from silo_core.fcstd import to_dag
from silo_core.model.context import CheckpointContext, ContextLevel
from silo_core.model.subscription import TargetType
from silo_core.ports.client import SiloClient
from silo_core.ports.files import read_file
from silo_core.ports.installation import fingerprint
from silo_core.ports.plugins.hung import Hung, SwitchedOff
from silo_core.surfaces.cli import main
from silo_server.app import Options
from silo_server.embedded import EmbeddedServer

ROOT = Path(__file__).parents[2]
SILO = ".venv/bin/silo"
PAGES = ("README.md", "docs/user.md")
COMMAND = re.compile(r"^    ((?:make|\.venv/bin/\w+) .*)$", re.MULTILINE)
PART, OBJECT = "PRT-100", "Sketch001"
OLDER = "PRT-200"
"""A part with a history, which nobody edits."""
WRITTEN = re.compile(r"(?<=-o )(?=\w+\.FCStd)")
"""Where a command names the file that it writes; that is written to a folder of the test."""

PROJECT = "Crane"
"""The workstation is subscribed to it and to the part with a history."""


def commands() -> list[str]:
    found = {found for page in PAGES for found in COMMAND.findall((ROOT / page).read_text())}
    return sorted(found)


def runnable(command: str) -> list[str]:
    """The command itself, but for the one that would run this very test, and one that waits for you."""
    words = shlex.split(command)
    if "--gui" in words:  # a person would play; here the windows play by themselves, and close
        return [*words, "--self-test"]
    return ["make", "--dry-run", "test"] if words == ["make", "test"] else words


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The pages' parts on a server, an object of one being edited, and what makes that the server of
    whoever runs a command."""
    data = ROOT / "tests" / "data"
    bracket = data / "bracket.FCStd"
    # as long as the commands take, one after the other, on a busy machine
    options = Options(lease_seconds=3600)
    with EmbeddedServer(tmp_path_factory.mktemp("server"), options=options) as server:
        token = server.add_user("alice")
        client = SiloClient(server.url, token)
        machine = client.register_workstation("CAD-07", "alice").id
        client.create_item(PART)
        dag = to_dag(read_file(bracket))
        client.push_checkpoint(PART, bracket, CheckpointContext.MANUAL, None, dag)
        client.acquire_edit_session(PART, machine, ContextLevel.SKETCH, OBJECT)
        client.create_item(OLDER)
        first = client.push_checkpoint(OLDER, bracket, CheckpointContext.MANUAL, None, dag).version
        changed = data / "bracket-alice.FCStd"
        client.push_checkpoint(OLDER, changed, CheckpointContext.MANUAL, None, None, base=first.id)
        data_home = tmp_path_factory.mktemp("data")
        here = client.register_workstation("CAD-09", fingerprint(data_home / "silo")).id
        client.create_item("PRT-300", projects=[PROJECT])
        SwitchedOff(data_home / "silo").add(
            [Hung("tally", "silo-tally", "0.1.0", "silo_startup", 6.0, kept_waiting=True)]
        )
        for target_type, target in ((TargetType.ITEM, OLDER), (TargetType.PROJECT, PROJECT)):
            client.create_subscription(here, target_type, target)
        client.close()
        yield {
            "SILO_SERVER_URL": server.url,
            "SILO_TOKEN": token,
            "XDG_DATA_HOME": str(data_home),
        }


def test_there_are_commands() -> None:
    assert {"make demo", "make test"} <= set(commands())


@pytest.mark.parametrize("command", commands())
def test_a_documented_command_works(
    command: str, tmp_path: Path, server: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {
        **server,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    typed = command.replace("https://silo.example", server["SILO_SERVER_URL"])
    words = runnable(WRITTEN.sub(f"{tmp_path}/", typed))
    # `silo diff` tells by 1 that it found differences.
    expected = {0, 1} if " diff " in command else {0}
    if words[0] != SILO or "demo" in words:
        done = subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode in expected, done.stdout + done.stderr
    else:  # what that program calls; a process for each would be most of the time of these tests
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr("sys.stdin", io.StringIO())
        assert main(words[1:]) in expected
