"""The fixtures for authors of plugins, used as they would use them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from silo_core import testing
from silo_core.model.errors import PluginError
from silo_core.testing import SAMPLE_DEEPER, renumbered
from silo_core.testing.workstation import until

if TYPE_CHECKING:
    from pathlib import Path

    from silo_core.testing import Clock, InstalledPlugins, Proxy, Server
    from silo_core.testing.fixtures import MakeWorkstation

pytest_plugins = ["pytester"]

LOCKED = """
    @hookimpl
    def silo_interference(query):
        return Reason(Verdict.HARD, "locked", f"{query.label} is locked by hand.")
"""


def test_two_people_work_on_one_part(
    silo_server: Server, silo_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    part = silo_server.share()
    alice, bob = silo_workstation("alice"), silo_workstation("bob")
    for person in (alice, bob):
        person.fetch(part)
    alice.edit("Sketch001")
    assert alice.editing() == ("Sketch001",)
    assert until(lambda: bob.recorder.has("edit.session_acquired", part_number=part), alice, bob)
    bob.edit("Sketch001")
    assert bob.editing() == ()
    assert "alice is currently editing" in bob.host.questions[-1].text
    alice.change(renumbered(SAMPLE_DEEPER, tmp_path / "deeper.FCStd", part))
    alice.edit()
    assert alice.until(lambda: bool(alice.recorder.of("silo_checkpoint_pushed")))
    assert alice.until(lambda: silo_server.sessions(part) == ())
    assert len(silo_server.versions(part)) == 2
    alice.recorder.assert_order(
        "silo_document_opened", "silo_context_enter", "silo_context_entered", "silo_context_exited"
    )
    alice.recorder.assert_called("silo_checkpoint_pushed", times=1)


def test_a_rule_that_is_installed_for_one_test_binds_everyone_and_nothing_else_is_there(
    silo_plugins: InstalledPlugins, silo_server: Server, silo_workstation: MakeWorkstation
) -> None:
    silo_plugins.plugin("locked", LOCKED)
    silo_plugins.keep("silo-locking")
    silo_server.stop()
    silo_server.start()  # asks the rules that are installed now
    alice = silo_workstation("alice")
    names = [info.name for info in alice.workbench.plugins.plugins()]
    assert names == ["locked", "locking", "recorder"]
    alice.fetch(silo_server.share())
    alice.edit("Sketch001")
    assert alice.editing() == ()
    assert "is locked by hand" in alice.host.questions[-1].text


def test_a_lease_ends_when_the_clock_is_put_on(
    silo_server: Server, silo_clock: Clock, silo_workstation: MakeWorkstation, silo_network: Proxy
) -> None:
    part = silo_server.share()
    alice = silo_workstation("alice", network=silo_network)
    alice.fetch(part)
    alice.edit("Sketch001")
    assert [held.user for held in silo_server.sessions(part)] == ["alice"]
    silo_network.down()
    assert until(lambda: not silo_server.embedded.connected)
    silo_clock.move(3600)
    assert silo_server.sessions(part) == ()


def test_a_server_that_was_stopped_comes_back_with_all_it_had(silo_server: Server) -> None:
    part, url = silo_server.share(), silo_server.url
    silo_server.stop()
    assert silo_server.start() == url
    assert len(silo_server.versions(part)) == 1


def test_without_the_server_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "silo_server.embedded", None)
    with pytest.raises(PluginError, match="pip install silo-server"):
        testing.Server(tmp_path)


def test_every_public_name_is_there() -> None:
    assert all(getattr(testing, name) is not None for name in testing.__all__)
    with pytest.raises(AttributeError):
        _ = testing.Nothing


def test_pytest_finds_the_fixtures_and_starts_as_fast_as_ever() -> None:
    code = (
        "import sys, importlib.metadata as m\n"
        "import pytest; before = set(sys.modules)\n"
        "(p,) = [e for e in m.entry_points(group='pytest11') if e.name == 'silo']; p.load()\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert loaded == ["silo_core", "silo_core.testing", "silo_core.testing.fixtures"]


def test_a_window_that_is_left_open_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from PySide6.QtWidgets import QWidget
        kept = []

        def test_leaves_one(qapp, silo_no_leaked_widgets):
            kept.append(QWidget(windowTitle="Mine"))
            kept[0].show()

        def test_closes_it(qapp, silo_no_leaked_widgets):
            window = QWidget()
            window.show()
            window.deleteLater()
            kept.append(window)

        def test_forgets_it(qapp, silo_no_leaked_widgets):
            QWidget().show()
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-q")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*widgets were left behind: QWidget 'Mine'*"])
