"""What the doctor finds on the search path, in the keyring and in the settings, with what to do."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from silo_core.ports import tokens
from silo_core.ports.plugins import PluginManager
from silo_core.ports.settings import Settings
from silo_core.surfaces.headless import HeadlessHost
from silo_core.surfaces.report import LEFT_OUT, Redaction
from silo_core.workbench import make_workbench
from silo_core.workbench.doctor import _keyring, _settings
from silo_core.workbench.doctor_path import search_path
from silo_core.workbench.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from silo_core.testing import InstalledPlugins

GOOD = "@hookimpl\ndef silo_server_event(event): ...\n"


# -- the search path --------------------------------------------------------------------------------


def problems() -> list[Finding]:
    return [finding for finding in search_path() if finding.level is Level.PROBLEM]


def record(installed: InstalledPlugins, name: str, *files: str) -> None:
    """Let the distribution say what it installed, as pip does."""
    (folder,) = installed.folder.glob(f"dist_{name}-*.dist-info")
    (folder / "RECORD").write_text("".join(f"{file},,\n" for file in files), "utf-8")


def test_what_is_where_it_was_installed_is_no_trouble(silo_plugins: InstalledPlugins) -> None:
    silo_plugins.plugin("good", GOOD)
    record(silo_plugins, "good", "good_module.py")
    assert problems() == []


def test_a_module_that_hides_a_plugin_is_named(
    silo_plugins: InstalledPlugins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silo_plugins.plugin("good", GOOD)
    record(silo_plugins, "good", "good_module.py")
    other = tmp_path / "work" / "good_module.py"
    other.parent.mkdir()
    other.write_text("", "utf-8")
    monkeypatch.syspath_prepend(str(other.parent))
    (finding,) = problems()
    own = silo_plugins.folder / "good_module.py"
    assert finding.what == (
        f"{other} is imported in the place of {own}, the plugin of dist-good 1.0."
    )
    assert finding.advice == f"Rename or remove {other}."
    assert "good_module" not in sys.modules, "nothing is imported for that"


def test_a_folder_that_is_called_like_a_plugin_is_named(
    silo_plugins: InstalledPlugins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silo_plugins.plugin("good", GOOD)
    (silo_plugins.folder / "good_module.py").unlink()
    folder = tmp_path / "work" / "good_module"
    folder.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(folder.parent))
    (finding,) = problems()
    assert finding.what.startswith(f"{folder} hides the plugin of dist-good 1.0: it is a folder")
    assert "install dist-good 1.0 anew" in finding.advice


def test_an_entry_point_whose_module_is_gone_is_named_with_what_to_remove(
    silo_plugins: InstalledPlugins,
) -> None:
    silo_plugins.plugin("good", GOOD)
    (silo_plugins.folder / "good_module.py").unlink()
    (finding,) = problems()
    left = silo_plugins.folder / "dist_good-1.0.dist-info"
    assert finding.what == (
        f"dist-good 1.0 is registered in {left}, but its module good_module is gone."
    )
    assert finding.advice == f"Install it anew, or remove {left}."


def test_a_distribution_that_is_there_twice_is_named(silo_plugins: InstalledPlugins) -> None:
    silo_plugins.plugin("good", GOOD)
    silo_plugins.distribution("dist-good", "[silo.plugins]\ngood = good_module\n", "2.0")
    (finding,) = problems()
    for part in ("dist-good is installed twice", "1.0 in ", "2.0 in "):
        assert part in finding.what


def test_what_cannot_be_read_is_no_trouble_of_the_doctors(silo_plugins: InstalledPlugins) -> None:
    silo_plugins.plugin("good", GOOD)
    (folder,) = silo_plugins.folder.glob("*.dist-info")
    (folder / "entry_points.txt").write_bytes(b"\xff[silo.plugins")
    assert problems() == []


# -- the keyring ------------------------------------------------------------------------------------


class Keeping(KeyringBackend):
    priority = 1
    name = "Key chain"

    def __init__(self) -> None:  # without that of the base, which reads the environment
        self.kept: dict[tuple[str, str], str] = {}
        self.seen: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.seen.append(password)
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Locked(Keeping):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"the user said no to {password}")


class Forgetful(Keeping):
    def get_password(self, service: str, username: str) -> str | None:
        return None


class PlaintextKeyring(Keeping):
    """As of ``keyrings.alt``."""


@pytest.fixture
def use() -> Iterator[object]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def looked(
    tmp_path: Path, backend: KeyringBackend, server: str = "https://silo.example"
) -> Finding:
    keyring.set_keyring(backend)
    settings = Settings(tmp_path / "settings.toml", {"SILO_SERVER_URL": server})
    (finding,) = _keyring(settings, settings.environ)
    return finding


def test_a_keyring_is_tried_and_nothing_is_left_in_it(use: object, tmp_path: Path) -> None:
    backend = Keeping()
    finding = looked(tmp_path, backend)
    assert finding.level is Level.FINE
    assert finding.what == (
        "Tokens are kept by Key chain: a made-up one was stored, read and removed."
    )
    assert backend.kept == {}
    assert backend.seen


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        (Locked(), "is locked"),
        (Forgetful(), "keeps nothing"),
        (fail.Keyring(), "has no keyring"),  # type: ignore[no-untyped-call]
        (null.Keyring(), "has no keyring"),  # type: ignore[no-untyped-call]
    ],
    ids=["locked", "keeps nothing", "none", "null"],
)
def test_a_keyring_that_keeps_nothing_is_a_problem_for_who_has_a_server(
    use: object, tmp_path: Path, backend: KeyringBackend, said: str
) -> None:
    finding = looked(tmp_path, backend)
    assert finding.level is Level.PROBLEM
    assert said in finding.what
    assert "SILO_TOKEN" in finding.advice
    assert all(seen not in finding.what for seen in getattr(backend, "seen", ()))
    assert looked(tmp_path, backend, "").level is Level.NOTE


def test_a_keyring_that_others_can_read_is_noted(use: object, tmp_path: Path) -> None:
    finding = looked(tmp_path, PlaintextKeyring())
    assert finding.level is Level.NOTE
    assert "a file that anybody may read" in finding.what


def test_a_keyring_that_does_not_answer_is_not_waited_for(
    use: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()

    class Waiting(Keeping):
        def set_password(self, service: str, username: str, password: str) -> None:
            let_go.wait(60)

    defaults = tokens.try_keyring.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "timeout_s", 0.02)
    finding = looked(tmp_path, Waiting())
    let_go.set()
    assert "does not answer; unlock it" in finding.what


# -- settings ---------------------------------------------------------------------------------------


def test_what_nobody_declares_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        'entry_wait = 300\nhouse_colour = "red"\nplugins_disabled = ["goood"]\n', "utf-8"
    )
    manager = PluginManager()
    manager.register(sys.modules[__name__], "good", "dist-good")
    findings = list(_settings(Settings(path, {"SILO_WORKSPCE": "/x"}), manager))
    assert {finding.level for finding in findings} == {Level.NOTE}
    assert [finding.what for finding in findings] == [
        f"{path} sets entry_wait, but no plugin in use has such a setting; is entry_wait_ms meant?",
        f"{path} sets house_colour, but no plugin in use has such a setting.",
        "plugins_disabled names goood, but no such plugin is installed; is good meant?",
        "The variable SILO_WORKSPCE is not used; is SILO_WORKSPACE meant?",
    ]


def test_a_misspelt_setting_is_told_at_the_start_and_that_of_a_plugin_that_is_off_is_not(
    silo_plugins: InstalledPlugins, tmp_path: Path
) -> None:
    config = tmp_path / "settings.toml"
    config.write_text('entry_wait = 300\nhouse_colour = "red"\n', "utf-8")
    host = HeadlessHost()
    bench = make_workbench(host, config=config, data=tmp_path / "data", environ={})
    bench.start()
    host.run_pending(0)
    bench.stop()
    told = [entry.details[0] for entry in host.notices if "setting" in entry.text]
    assert [one.partition("; ")[2] for one in told] == ["is entry_wait_ms meant?"]


# -- the report -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "line", "told"),
    [
        ("hunter2-hunter2", "sent hunter2-hunter2, refused", "sent TOKEN, refused"),
        ("a", "what can be said", LEFT_OUT),
        ("a", "nothing in it", "nothing in it"),
        ("abc1234", "it is abc1234", LEFT_OUT),
        (
            "c" * 9,
            "fine: Server: silo 1.0 answers; you are ann o.",
            "fine: Server: silo 1.0 answers; you are USER.",
        ),
        (
            "b" * 9,
            "/d/silo.works.example_443-0a1b/store.sqlite3 is whole",
            "/d/SERVER/store.sqlite3 is whole",
        ),
    ],
)
def test_a_report_holds_no_token_and_no_garbled_words(
    tmp_path: Path, token: str, line: str, told: str
) -> None:
    redact = Redaction(Settings(tmp_path / "settings.toml", {"SILO_TOKEN": token}))
    assert redact(line) == told


def test_a_report_does_not_say_where_parts_are(tmp_path: Path) -> None:
    folder = tmp_path / "Customer"
    redact = Redaction(Settings(tmp_path / "settings.toml", {"SILO_WORKSPACE": str(folder)}))
    assert redact(f"{folder} is gone") == "WORKSPACE is gone"
