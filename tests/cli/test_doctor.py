"""``silo plugins doctor``, ``trace`` and ``bisect``, with real plugins, stores and servers."""

from __future__ import annotations

import json
import signal
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.ports.plugins import Hooks, PluginManager, manager
from silo_core.ports.settings import Settings
from silo_core.rules.bisect import culprits
from silo_core.surfaces.cli import main
from silo_core.testing import sample_arguments
from silo_core.workbench import doctor
from silo_core.workbench.doctor import examine
from silo_core.workbench.finding import Finding, Level
from silo_core.workbench.tracing import FILE, keep, newest

if TYPE_CHECKING:
    from silo_core.testing import InstalledPlugins, Server
    from silo_core.testing.fixtures import MakeWorkstation

GOOD = "@hookimpl\ndef silo_server_event(event): ...\n"
RAISES = "@hookimpl\ndef silo_server_event(event): raise KeyError(event.part_number)\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a user who has nothing yet."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    for name in ("SILO_SERVER_URL", "SILO_TOKEN", "SILO_API_URL", "SILO_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return tmp_path / "data" / "silo"


def loaded(**members: object) -> PluginManager:
    manager = PluginManager(**members)  # type: ignore[arg-type] # whatever a test needs
    manager.load()
    return manager


def found(settings: Settings, manager: PluginManager, data: Path) -> list[Finding]:
    return list(examine(settings, manager, data))


def problems(findings: list[Finding]) -> list[str]:
    return [finding.what for finding in findings if finding.level is Level.PROBLEM]


# -- doctor ---------------------------------------------------------------------------------------


def test_where_all_is_well_the_doctor_says_so(
    silo_plugins: InstalledPlugins, silo_server: Server, silo_workstation: MakeWorkstation
) -> None:
    silo_plugins.plugin("good", GOOD)
    alice = silo_workstation("alice")
    findings = list(examine(alice.workbench.settings, loaded(), alice.folder / "data"))
    assert problems(findings) == []
    said = {finding.area: finding.what for finding in findings}
    assert "you are alice" in said["Server"]
    assert said["Clock"] == "It agrees with the server's."
    assert said["Store"].endswith("store.sqlite3 is whole.")
    assert said["Keyring"] == "The token comes from SILO_TOKEN."


def test_each_trouble_is_named_with_what_to_do(
    silo_plugins: InstalledPlugins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silo_plugins.plugin("broken", "raise RuntimeError('no licence')")
    silo_plugins.plugin("slow", GOOD)
    silo_plugins.plugin("other", GOOD, needs=("silo-core>=9",))
    config = tmp_path / "settings.toml"
    config.write_text('entry_wait_ms = "soon"\nserver_url = "http://127.0.0.1:9"\n', "utf-8")
    store = tmp_path / "data" / "silo.example-1" / "store.sqlite3"
    store.parent.mkdir(parents=True)
    store.write_bytes(b"this is no database" * 100)
    monkeypatch.setattr(manager, "SLOW_IMPORT_S", -1.0)
    (tmp_path / "twice" / "silo_core").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "twice"))
    findings = found(Settings(config, {"SILO_TOKEN": "silo_x"}), loaded(), tmp_path / "data")
    whole = "\n".join(f"{finding.area}: {finding.what}" for finding in findings)
    assert len(problems(findings)) == 6
    for part in (
        "Search path: silo_core is there 2 times",
        'Plugins: Plugin "broken" (dist-broken 1.0) cannot be used: importing it raised Runtime',
        "and this is silo-core",
        "took 0.0 s to import, and the editor's start as long",
        "Settings: entry_wait_ms",
        f"Store: {store} is damaged",
        "Server: ",
    ):
        assert part in whole
    assert all(finding.advice for finding in findings if finding.level is Level.PROBLEM)


@pytest.mark.parametrize(("offset", "which"), [(90.0, "90 s behind"), (-40.0, "40 s ahead of")])
def test_a_clock_that_is_off_is_told(offset: float, which: str) -> None:
    (finding,) = doctor._clock(offset)
    assert which in finding.what
    assert finding.level is Level.PROBLEM
    assert list(doctor._clock(None)) == []


def test_the_command_ends_with_1_where_there_is_a_problem(
    home: Path, silo_plugins: InstalledPlugins, capsys: pytest.CaptureFixture[str]
) -> None:
    silo_plugins.plugin("good", "print('noise')\n" + GOOD)
    assert main(["plugins", "doctor"]) == 0
    out = capsys.readouterr().out
    assert "✔ Plugins: good (dist-good 1.0) is at work; its import took " in out
    assert "  → Sign in with: silo login URL" in out
    assert "noise" not in out
    silo_plugins.plugin("bad", "raise KeyError")
    assert main(["plugins", "doctor", "--json"]) == 1
    listed = json.loads(capsys.readouterr().out)
    assert [one["level"] for one in listed if one["area"] == "Plugins"] == ["problem", "fine"]


# -- trace ----------------------------------------------------------------------------------------


def test_an_editor_keeps_its_trace_when_it_ends_and_when_a_plugin_goes_off(
    silo_plugins: InstalledPlugins, silo_workstation: MakeWorkstation
) -> None:
    silo_plugins.plugin("bad", "@hookimpl\ndef silo_presence_changed(): 1 / 0\n")
    alice = silo_workstation("alice")
    data = alice.folder / "data"
    for _ in range(5):
        alice.workbench.hooks.presence_changed(frozenset())
    assert alice.until(lambda: newest(data) is not None)
    kept = newest(data)
    assert kept is not None
    assert [info["state"] for info in kept["plugins"]] == ["switched off", "enabled"]
    alice.quit()
    after = newest(data)
    assert after is not None
    assert after["calls"][-1]["hook"] == "silo_shutdown"


def kept_trace(home: Path, *, error: str = "") -> None:
    manager = loaded()
    for _ in range(3):
        Hooks(manager).server_event(*sample_arguments("silo_server_event"))
    home.mkdir(parents=True, exist_ok=True)
    keep(manager, home, datetime(2026, 3, 1, tzinfo=UTC))
    if error:
        content = json.loads((home / FILE).read_text())
        content["plugins"][0]["error"] = error
        (home / FILE).write_text(json.dumps(content))


def test_the_trace_is_shown(
    home: Path, silo_plugins: InstalledPlugins, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugins", "trace"]) == 2
    assert "No editor has kept a trace yet" in capsys.readouterr().err
    silo_plugins.plugin("bad", RAISES)
    silo_plugins.plugin("good", GOOD)
    kept_trace(home)
    assert main(["plugins", "trace"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["WHEN", "PLUGIN", "HOOK", "MS", "THREAD", "OUTCOME"]
    assert [line.split()[1:3] for line in lines[1:3]] == [["bad", "(import)"], ["good", "(import)"]]
    assert len(lines) == 9
    assert main(["plugins", "trace", "--problems", "--last", "2"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("failed (KeyError)") == 2
    assert "good" not in shown
    assert main(["plugins", "trace", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["calls"]) == 8
    (home / FILE).write_text("{")
    assert main(["plugins", "trace"]) == 2


def test_a_report_has_what_is_needed_and_nothing_of_the_user(
    home: Path,
    silo_plugins: InstalledPlugins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SILO_SERVER_URL", "http://silo.invalid:1")
    monkeypatch.setenv("SILO_TOKEN", "silo_" + "s3cret" * 6)
    monkeypatch.setenv("LOGNAME", "alicia")
    silo_plugins.plugin("bad", RAISES)
    secret = (
        f"silo_{'s3cret' * 6} of alicia <alicia@works.example> at http://silo.invalid:1 in "
        f"{Path.home()}/parts about PRT-4711"
    )
    kept_trace(home, error=secret)
    target = tmp_path / "report.txt"
    assert main(["plugins", "trace", "--report", str(target)]) == 0
    report = target.read_text("utf-8")
    for needed in ("silo-core", "bad", "failed (KeyError)", "silo_server_event", "Server:"):
        assert needed in report
    for private in (
        "s3cret",
        "alicia",
        "works.example",
        "silo.invalid",
        "PRT-4711",
        str(Path.home()),
    ):
        assert private not in report
    assert "read it before you send it" in capsys.readouterr().out
    assert main(["plugins", "trace", "--report", str(tmp_path / "no" / "where")]) == 2


# -- bisect ---------------------------------------------------------------------------------------


@given(st.integers(1, 40), st.data())
def test_the_one_plugin_is_found_in_few_steps(count: int, data: st.DataObject) -> None:
    names = [f"plugin{number}" for number in range(count)]
    guilty = data.draw(st.sampled_from(names))
    asked: list[frozenset[str]] = []

    def is_there(on: frozenset[str]) -> bool:
        asked.append(on)
        return guilty in on

    assert culprits(names, is_there) == (guilty,)
    assert len(asked) <= 2 + 2 * count.bit_length()


@given(st.integers(2, 12), st.data())
def test_several_that_it_takes_together_are_all_named(count: int, data: st.DataObject) -> None:
    names = [f"plugin{number}" for number in range(count)]
    guilty = data.draw(st.sets(st.sampled_from(names), min_size=1))
    assert set(culprits(names, lambda on: guilty <= on)) == guilty


def test_what_is_always_or_never_there_is_no_plugins_fault() -> None:
    assert culprits(["a", "b"], lambda on: True) == ()
    assert culprits(["a", "b"], lambda on: False) == ()
    assert culprits([], lambda on: True) == ()


def test_a_command_finds_the_culprit(
    home: Path, silo_plugins: InstalledPlugins, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("alpha", "bravo", "charlie", "delta"):
        silo_plugins.plugin(name, GOOD)
    code = (
        "import os,sys; sys.exit('charlie' not in os.environ['SILO_PLUGINS_DISABLED'].split(','))"
    )
    command = f'{sys.executable} -c "{code}"'
    assert main(["plugins", "bisect", "--run", command]) == 0
    out = capsys.readouterr().out
    assert "The plugin charlie is the cause" in out
    assert "On: alpha, bravo: fine" in out
    assert main(["plugins", "bisect", "--run", f"{sys.executable} -c pass"]) == 1
    assert "not to blame" in capsys.readouterr().out
    for bad in ("silo-no-such-program", "'", ""):
        assert main(["plugins", "bisect", f"--run={bad or ' '}"]) == 2


@pytest.mark.parametrize("last", ["y\n", ""])
def test_a_person_is_asked_and_the_setting_is_put_back(
    home: Path,
    silo_plugins: InstalledPlugins,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    last: str,
) -> None:
    for name in ("alpha", "bravo", "charlie"):
        silo_plugins.plugin(name, GOOD)
    Settings().set("plugins_disabled", ("charlie",))
    answers = iter(["y\n", "maybe\n", "n\n", last])
    monkeypatch.setattr(sys.stdin, "readline", lambda: next(answers), raising=False)
    assert main(["plugins", "bisect"]) == (0 if last else 2)
    out = capsys.readouterr().out
    assert "On: alpha. Start your editor" in out
    assert ("The plugin alpha is the cause" in out) == bool(last)
    assert Settings().names("plugins_disabled") == ("charlie",)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_the_setting_is_put_back_where_the_terminal_is_closed(
    home: Path,
    silo_plugins: InstalledPlugins,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    number = getattr(signal, name, None)
    if number is None:
        pytest.skip("Windows has no such signal")
    before = signal.signal(number, signal.SIG_DFL)
    silo_plugins.plugin("alpha", GOOD)
    silo_plugins.plugin("bravo", GOOD)

    def readline() -> str:
        if not Settings().names("plugins_disabled"):
            return "y\n"  # the trouble is there with all of them on
        signal.raise_signal(number)
        return ""

    monkeypatch.setattr(sys.stdin, "readline", readline, raising=False)
    try:
        with pytest.raises(SystemExit) as ended:
            main(["plugins", "bisect"])
        assert ended.value.code == 128 + number
        assert "Start your editor" in capsys.readouterr().out
        assert Settings().names("plugins_disabled") == ()
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)


def test_there_is_nothing_to_bisect_without_plugins(
    home: Path, silo_plugins: InstalledPlugins, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plugins", "bisect"]) == 2
    assert "No plugin is on" in capsys.readouterr().err


def test_a_store_in_use_is_looked_at_too(tmp_path: Path) -> None:
    path = tmp_path / "a" / "store.sqlite3"
    path.parent.mkdir()
    with sqlite3.connect(path) as busy:
        busy.execute("CREATE TABLE t (x)")
        assert doctor._damage(path) == ""
