"""A broken plugin beside two good ones, at a real workbench with a real server: the good ones work,
editing goes on, nothing is lost, and whatever is told names the culprit."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

import pytest

from silo_core.ports.plugins import PluginState, isolation, manager
from silo_core.testing import InstalledPlugins as Installed
from silo_core.workbench import plugin_watch
from tests.broken_plugins.cases import FAILING, HANGING, LEFT_OUT, MISCHIEF, REMARKED

if TYPE_CHECKING:
    from silo_core.ports.plugins import PluginInfo
    from silo_core.testing import Workstation
    from tests.workbench.kit import Job

GOOD = """
    calls = []

    @hookimpl
    def silo_context_entered(entry): calls.append("entered " + entry.context.object_id)

    @hookimpl
    def silo_server_event(event): calls.append(event.type + " " + event.data["part_number"])

    @hookimpl
    def silo_checkpoint_pushed(pushed): calls.append("pushed " + pushed.part_number)

    @hookimpl
    def silo_shutdown(): calls.append("shut down")
"""


@pytest.fixture
def installed(silo_plugins: Installed) -> Installed:
    """Two good plugins, one before and one behind the broken one."""
    silo_plugins.keep("silo-locking", "silo-checkpoint")
    for name in ("able", "zulu"):
        silo_plugins.plugin(name, GOOD)
    return silo_plugins


def install(installed: Installed, code: str, name: str = "culprit") -> None:
    module = f"{name}_module"
    installed.module(module, "")
    path = installed.folder / f"{module}.py"
    path.write_text(path.read_text("utf-8") + code, "utf-8")
    value = f"{module}:Plugin" if "class Plugin" in code else module
    installed.distribution(f"dist-{name}", f"[silo.plugins]\n{name} = {value}\n")


def work(job: Job, name: str = "alice") -> Workstation:
    """A sketch is entered, edited and left; everything arrives, and the good plugins hear of it."""
    alice = job.join(name)
    alice.edit("Sketch001")
    assert alice.until(lambda: job.sessions() == [(name, "Sketch001")])
    assert alice.editing() == ("Sketch001",)
    alice.change(job.deeper)
    alice.edit()
    assert alice.until(lambda: len(job.versions()) == 2 and job.sessions() == [])
    assert alice.editing() == ()
    ours = hashlib.sha256(job.file_of(alice).read_bytes()).hexdigest()
    assert job.head().sha256 == ours == hashlib.sha256(job.deeper.read_bytes()).hexdigest()
    assert alice.until(
        lambda: all(f"pushed {job.part}" in calls(name) for name in ("able", "zulu"))
    )
    alice.quit()
    for good in ("able", "zulu"):
        assert calls(good)[0] == "entered Sketch001" or calls(good)[0].endswith(job.part)
        assert "entered Sketch001" in calls(good)
        assert f"edit.session_acquired {job.part}" in calls(good)
        assert calls(good)[-1] == "shut down"
        assert info(alice, good).state is PluginState.ENABLED
    return alice


def calls(name: str) -> list[str]:
    found: list[str] = sys.modules[f"{name}_module"].calls
    return found


def info(person: Workstation, name: str) -> PluginInfo:
    (found,) = [info for info in person.workbench.plugins.plugins() if info.name == name]
    return found


def test_what_cannot_be_used_is_left_out_and_named(installed: Installed, job: Job) -> None:
    names = {kind: f"culprit{number}" for number, kind in enumerate(LEFT_OUT)}
    for kind, name in names.items():
        install(installed, LEFT_OUT[kind], name)
    alice = work(job)
    for kind, name in names.items():
        culprit = info(alice, name)
        assert culprit.state is PluginState.FAILED, kind
        assert culprit.error.startswith(f'Plugin "{name}" (dist-{name} 1.0) cannot be used: '), kind
        assert culprit.error in alice.shown(f"The plugin {name} is not in use"), kind


@pytest.mark.parametrize("kind", FAILING)
def test_what_fails_at_work_is_named_and_harms_nobody(
    installed: Installed, job: Job, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    install(installed, FAILING[kind])
    with caplog.at_level("INFO"):
        alice = work(job)
    told = [record.getMessage() for record in caplog.records]
    assert any('Plugin "culprit" (dist-culprit 1.0)' in message for message in told)
    outcomes = {c.outcome for c in alice.workbench.plugins.trace.calls() if c.plugin == "culprit"}
    assert outcomes != {""}


@pytest.mark.parametrize("kind", HANGING)
def test_what_hangs_is_named_while_it_does(
    installed: Installed,
    job: Job,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(plugin_watch, "PERIOD_S", 0.01)
    monkeypatch.setattr(plugin_watch, "BESIDE_S", 0.05)
    monkeypatch.setattr(isolation, "HANG_S", 0.05)
    monkeypatch.setattr(isolation, "BUDGETS_S", {"silo_context_exit": None})
    install(installed, HANGING[kind])
    alice = work(job)
    assert info(alice, "culprit").hooks != ()
    assert 'Plugin "culprit" (dist-culprit 1.0) has ' in caplog.text


@pytest.mark.parametrize("kind", REMARKED)
def test_what_is_better_not_done_at_the_start_is_named(
    installed: Installed,
    job: Job,
    kind: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manager, "SLOW_IMPORT_S", 0.04 if "slow" in kind else 60.0)
    code, said = REMARKED[kind]
    install(installed, code)
    alice = work(job)
    (remark,) = [one for one in alice.workbench.plugins.remarks() if "culprit" in one]
    assert remark.startswith('Plugin "culprit" (dist-culprit 1.0) ')
    assert said in remark
    assert remark in caplog.text


@pytest.mark.parametrize("kind", MISCHIEF)
def test_mischief_is_nobody_elses_trouble(installed: Installed, job: Job, kind: str) -> None:
    install(installed, MISCHIEF[kind])
    alice = work(job)
    assert info(alice, "culprit").hooks != ()


def test_of_two_of_one_name_one_works_and_both_are_named(installed: Installed, job: Job) -> None:
    install(installed, "@hookimpl\ndef silo_shutdown(): ...")
    installed.plugin("culprit", GOOD, distribution="another")
    alice = work(job)
    (entry,) = [entry for entry in alice.host.notices if "culprit" in entry.text]
    assert 'Plugin "culprit" (dist-culprit 1.0) cannot be used: another 1.0' in entry.details[0]


def test_one_for_another_version_is_not_imported(installed: Installed, job: Job) -> None:
    installed.plugin("culprit", "raise AssertionError('imported')", needs=("silo-core>=9",))
    assert "it needs silo-core>=9" in info(work(job), "culprit").error


def test_there_are_enough_ways_to_go_wrong_and_each_is_named() -> None:
    assert len(LEFT_OUT) + len(FAILING) + len(HANGING) + len(REMARKED) + 2 >= 30
