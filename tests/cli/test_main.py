"""The command ``silo``: what it finds, what it imports, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from silo_core import __version__
from silo_core.surfaces.cli import main

BRACKET = Path(__file__).parent.parent / "data" / "bracket.FCStd"
CONTRIBUTED = """
import os, sys
from silo_core.model.errors import SiloError

class Unsound(Exception):
    pass

def fail(error):
    raise error

def add(subparsers):
    for name, run in {
        "shout": lambda args: print("HELLO") or 3,
        "problem": lambda args: fail(SiloError("The disk is full.")),
        "bug": lambda args: fail(Unsound("went\\nwrong")),
        "stop": lambda args: fail(KeyboardInterrupt()),
        "label": lambda args: print("Gehäuse ⌀ 10"),
        "pour": lambda args: print("x" * 10_000_000) or 0,
    }.items():
        subparsers.add_parser(name, help=f"to {name}").set_defaults(run=run)

def half(subparsers):
    subparsers.add_parser("halfway").set_defaults(run=lambda args: 0)
    raise RuntimeError("no licence")

def leave(subparsers):
    sys.exit("goodbye")

def usurp(subparsers):
    subparsers.add_parser("inspect").set_defaults(run=lambda args: 99)
"""
Contribute = Callable[..., None]


@pytest.fixture
def contribute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contribute:
    """Install a distribution with these entry points: name=callable of the module above."""

    def install(distribution: str = "silo-extra", **entries: str) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
        site = tmp_path / "site"
        info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        )
        lines = [f"{name} = {value}" for name, value in entries.items()]
        (info / "entry_points.txt").write_text("\n".join(["[silo.commands]", *lines, ""]))
        (site / "silo_extra_commands.py").write_text(CONTRIBUTED, encoding="utf-8")
        monkeypatch.syspath_prepend(str(site))
        monkeypatch.delitem(sys.modules, "silo_extra_commands", raising=False)

    return install


def silo(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "silo_core.surfaces.cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(folder or ""),
            "PYTHONIOENCODING": "ascii",
            "XDG_STATE_HOME": str(folder or ""),
        },
    )


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"silo {__version__}\n"


def test_help_lists_the_core_and_what_others_contribute(
    contribute: Contribute, capsys: pytest.CaptureFixture[str]
) -> None:
    contribute(extra="silo_extra_commands:add")
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("inspect", "plugins", "shout"))


def test_no_command_shows_the_help_and_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "inspect" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["inspect"]])
def test_a_command_line_that_makes_no_sense_is_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "silo" in capsys.readouterr().err


def test_a_command_of_the_core_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(BRACKET)]) == 0
    assert "Sketch001" in capsys.readouterr().out


def test_a_contributed_command_runs_and_its_status_is_that_of_silo(
    contribute: Contribute, capsys: pytest.CaptureFixture[str]
) -> None:
    contribute(extra="silo_extra_commands:add")
    assert main(["shout"]) == 3
    assert capsys.readouterr().out == "HELLO\n"


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("silo_extra_commands:half", "RuntimeError: no licence"),
        ("silo_extra_commands:leave", "SystemExit: goodbye"),
        ("silo_extra_commands:missing", "AttributeError"),
        ("no_such_module:add", "ModuleNotFoundError"),
        ("silo_extra_commands:usurp", "there is a command inspect already"),
    ],
)
def test_a_broken_contribution_is_reported_in_a_sentence_and_the_rest_runs(
    contribute: Contribute, capsys: pytest.CaptureFixture[str], entry: str, why: str
) -> None:
    contribute(aa_broken=entry, extra="silo_extra_commands:add")
    assert main(["shout"]) == 3
    report = [line for line in capsys.readouterr().err.splitlines() if "aa_broken" in line]
    assert len(report) == 1
    assert "of silo-extra are left out" in report[0]
    assert why in report[0]
    assert main(["halfway"]) == 2
    assert main(["inspect", str(BRACKET)]) == 0


@pytest.mark.parametrize("command", ["demo", "serve", "user"])
def test_a_command_of_the_server_says_what_to_install_where_it_is_missing(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [])
    assert main([command, "--json"]) == 2
    assert capsys.readouterr().err == (
        f"silo: silo {command} needs the server; install it with: pip install silo-server\n"
    )


def test_a_problem_is_one_sentence_and_exit_2(
    contribute: Contribute, capsys: pytest.CaptureFixture[str]
) -> None:
    contribute(extra="silo_extra_commands:add")
    assert main(["problem"]) == 2
    assert capsys.readouterr().err.endswith("silo: The disk is full.\n")


def test_an_interrupt_ends_quietly(
    contribute: Contribute, capsys: pytest.CaptureFixture[str]
) -> None:
    contribute(extra="silo_extra_commands:add")
    assert main(["stop"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_an_interrupt_while_it_still_starts_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupting:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            if name == "silo_core.surfaces.cli.running":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "silo_core.surfaces.cli.running", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting, *sys.meta_path])
    assert main(["diff"]) == 130


def test_a_bug_is_one_sentence_that_names_the_log_with_the_traceback(
    contribute: Contribute, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    contribute(extra="silo_extra_commands:add")
    assert main(["bug"]) == 70
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("silo: this is a bug (Unsound: went wrong)")
    (log,) = tmp_path.rglob("silo.log")
    assert str(log) in last
    assert "Traceback (most recent call last)" in log.read_text(encoding="utf-8")


def test_a_bug_whose_log_cannot_be_written_is_still_one_sentence(
    contribute: Contribute,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contribute(extra="silo_extra_commands:add")
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert main(["bug"]) == 70
    assert "its log cannot be written" in capsys.readouterr().err.splitlines()[-1]


def test_a_log_does_not_grow_for_ever(contribute: Contribute, tmp_path: Path) -> None:
    contribute(extra="silo_extra_commands:add")
    main(["bug"])
    (log,) = tmp_path.rglob("silo.log")
    log.write_text("x" * 2_000_000)
    main(["bug"])
    main(["bug"])
    assert log.read_text(encoding="utf-8").count("Traceback") == 2


def test_a_label_that_the_terminal_cannot_show_is_no_error(
    contribute: Contribute, tmp_path: Path
) -> None:
    contribute(extra="silo_extra_commands:add")
    done = silo("label", folder=tmp_path / "site")
    assert (done.returncode, done.stdout) == (0, "Geh\\xe4use \\u2300 10\n")


def test_a_reader_that_has_had_enough_is_no_error(contribute: Contribute, tmp_path: Path) -> None:
    contribute(extra="silo_extra_commands:add")
    process = subprocess.Popen(
        [sys.executable, "-m", "silo_core.surfaces.cli", "pour"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(tmp_path / "site")},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(20) == 141
    assert "BrokenPipe" not in errors
    assert "Traceback" not in errors


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
@pytest.mark.parametrize("command", [["inspect", str(BRACKET)], ["--help"], ["pour"]])
def test_output_that_cannot_be_written_is_a_sentence(
    contribute: Contribute, tmp_path: Path, command: list[str]
) -> None:
    contribute(extra="silo_extra_commands:add")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "silo_core.surfaces.cli", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={"PYTHONPATH": str(tmp_path / "site"), "XDG_STATE_HOME": str(tmp_path)},
        )
    assert done.returncode == 2
    assert done.stderr.startswith("silo: The output cannot be written (No space left on device)")
    assert len(done.stderr.splitlines()) == 1


def test_a_closed_output_is_a_sentence_before_anything_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert main(["inspect", str(BRACKET)]) == 2
    assert capsys.readouterr().err == (
        "silo: There is no standard output to write to; leave it open.\n"
    )


def test_a_complaint_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "no\x1b[2Jsuch.FCStd"]) == 2
    assert capsys.readouterr().err.startswith("silo: no?[2Jsuch.FCStd cannot be read")


def test_inspect_wants_a_file_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", ""]) == 2
    assert capsys.readouterr().err == (
        "silo: The file name is empty; name an .FCStd or .kc file.\n"
    )


def test_inspect_imports_neither_the_network_nor_plugins_nor_other_commands() -> None:
    script = (
        "import sys; from silo_core.surfaces.cli import main; "
        f"assert main(['inspect', {str(BRACKET)!r}]) == 0; "
        "heavy = {'httpx', 'pluggy', 'PySide6', 'sqlite3', 'cattrs', 'silo_server', "
        "'importlib.metadata', 'silo_core.surfaces.cli.plugins'} & set(sys.modules); "
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
