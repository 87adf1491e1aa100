"""The example plugins at work: installed on the server only, on a workstation only, or nowhere."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from silo_core.fcstd import to_dag
from silo_core.model.context import CheckpointContext
from silo_core.ports.client import SiloClient
from silo_core.ports.files import read_file
from tests.server.process import silo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.examples.conftest import Runner

DATA = Path(__file__).parents[1] / "data"
WORKSTATION = Path(__file__).parent / "workstation.py"
SILO = ("-m", "silo_core.surfaces.cli")


def released(name: str, target: Path) -> Path:
    """A sample part in which Sketch001 is labelled as released."""
    with zipfile.ZipFile(DATA / name) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "Document.xml":
                label = b'<String value="Sketch001"/>'
                assert data.count(label) == 1
                data = data.replace(label, b'<String value="RELEASED holes"/>')
            new.writestr(member, data)
    return target


@contextmanager
def serving(runner: Runner, data: Path, *, examples: bool) -> Iterator[str]:
    """The address of a server in a process of its own."""
    process = subprocess.Popen(
        (sys.executable, *SILO, "serve", "--port", "0", "--data", str(data)),
        env=runner.environment(examples=examples),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+?(?=,)", process.stdout.readline())
            assert found
            yield found[0]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def share(url: str, token: str, part: Path) -> None:
    """Put the part on the server."""
    client = SiloClient(url, token)
    client.create_item("PRT-100", file_name="bracket.FCStd")
    setup = client.register_workstation("setup", "setup")
    client.push_checkpoint(
        "PRT-100",
        part,
        CheckpointContext.MANUAL,
        None,
        to_dag(read_file(part)),
        workstation_id=setup.id,
        file_name="bracket.FCStd",
    )
    client.close()


@pytest.mark.parametrize("installed_on", ["server", "workstation", "nothing"])
def test_the_examples_work_wherever_they_are_installed(
    runner: Runner, tmp_path: Path, installed_on: str
) -> None:
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    part = released("bracket.FCStd", home / "bracket.FCStd")
    released("bracket-bob.FCStd", home / "changed.FCStd")
    token = silo("user", "add", "alice", "--data", str(data)).stdout.strip()

    with serving(runner, data, examples=installed_on == "server") as url:
        share(url, token, part)
        variables = runner.environment(examples=installed_on == "workstation")
        result = work(url, home, {**variables, "SILO_TOKEN": token})

    refusal = "RELEASED holes of PRT-100 is released; rename it to work on it again."
    blocked = any(refusal in line for lines in result["shown"] for line in lines)
    if installed_on == "nothing":
        assert result["entered"] == [["Sketch001"], ["Sketch002"]]
        assert not blocked
    else:
        assert result["entered"] == [[], ["Sketch002"]], result["shown"]
        assert blocked
    rows = written(home / "checkpoints.csv")
    expected = result["pushed"] if installed_on == "workstation" else []
    assert [row["version"] for row in rows] == expected
    for row in rows:
        assert (row["part_number"], row["user"]) == ("PRT-100", "alice")
        assert row["context"] == "sketch_close" or row["context"] == "body_close"
        assert row["file"] == str(home / "bracket.FCStd")


def work(url: str, home: Path, variables: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        (sys.executable, str(WORKSTATION), url, str(home)),
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def written(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
