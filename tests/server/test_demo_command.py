"""The demo's options, and Ctrl+C at any moment of it: nothing is left behind."""

from __future__ import annotations

import io
import json
import signal
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from silo_core.surfaces.cli import main
from silo_server.demo import command
from silo_server.demo.narrator import Narrator
from silo_server.demo.player import Player
from silo_server.demo.stage import Check, stage
from silo_server.embedded import EmbeddedServer


def _interrupted(*_: object) -> Player:
    raise KeyboardInterrupt


def test_a_second_interrupt_does_not_keep_it_from_being_put_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    usual, stop = signal.getsignal(signal.SIGINT), EmbeddedServer.stop

    def stop_under_pressure(server: EmbeddedServer) -> None:
        signal.raise_signal(signal.SIGINT)
        stop(server)

    monkeypatch.setattr(EmbeddedServer, "stop", stop_under_pressure)
    with pytest.raises(KeyboardInterrupt), stage(Narrator(io.StringIO()), _interrupted):
        pass
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGINT) is usual


def test_a_self_test_without_windows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--self-test"]) == 2
    assert "--self-test goes with --gui" in capsys.readouterr().err


class Terminal(io.StringIO):
    """Somebody sits at it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "display", "opens"),
    [
        (Terminal("\n"), ":0", True),
        (Terminal("n\n"), ":0", False),
        (Terminal(""), ":0", False),
        (Terminal("\n"), "", False),
        (io.StringIO("\n"), ":0", False),
    ],
    ids=["enter", "no", "end of input", "no display", "no terminal"],
)
def test_who_sits_at_a_terminal_with_a_display_is_asked_whether_to_go_on_in_windows(
    monkeypatch: pytest.MonkeyPatch, typed: io.StringIO, display: str, opens: bool
) -> None:
    opened: list[Narrator] = []
    said = Terminal()
    monkeypatch.setattr(command, "_play", lambda _: [Check("it works", held=True)])
    monkeypatch.setattr(command, "_let_play", opened.append)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "stdin", typed)
    monkeypatch.setattr(sys, "stdout", said)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert main(["demo"]) == 0
    assert bool(opened) is opens
    is_asked = isinstance(typed, Terminal) and bool(display)
    assert ("Play it yourself, in two windows?" in said.getvalue()) is is_asked
    assert ("silo demo --gui" in said.getvalue()) is (bool(display) and not is_asked)


def test_programs_are_not_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_play", lambda _: [Check("it works", held=True)])
    monkeypatch.setenv("DISPLAY", ":0")
    assert main(["demo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["held"]


def test_a_server_that_is_interrupted_while_it_starts_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(threading.enumerate())
    server = EmbeddedServer(tmp_path)
    monkeypatch.setattr(EmbeddedServer, "_wait_until_started", _interrupted)
    with pytest.raises(KeyboardInterrupt), server:
        pass
    assert not [t for t in set(threading.enumerate()) - before if t.name == "silo-server"]
