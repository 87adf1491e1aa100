"""The demo's options, and Ctrl+C at any moment of it: nothing is left behind."""

from __future__ import annotations

import io
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest

from silo_core.surfaces.cli import main
from silo_server.demo.narrator import Narrator
from silo_server.demo.player import Player
from silo_server.demo.stage import stage
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


def test_a_server_that_is_interrupted_while_it_starts_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(threading.enumerate())
    server = EmbeddedServer(tmp_path)
    monkeypatch.setattr(time, "sleep", _interrupted)
    with pytest.raises(KeyboardInterrupt), server:
        pass
    monkeypatch.undo()
    assert not [t for t in set(threading.enumerate()) - before if t.name == "silo-server"]
