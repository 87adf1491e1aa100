"""Settings: default, file, environment; what is wrong is told and stops nothing."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from silo_core.model.errors import SettingError
from silo_core.model.setting import Setting, SettingValue
from silo_core.ports.settings import CORE_SETTINGS, Settings
from silo_core.ports.settings import file as settings_file

DEFAULTS: dict[str, SettingValue] = {
    "edit_locking_enabled": True,
    "push_on_context_close": True,
    "subscription_auto_sync": True,
    "entry_wait_ms": 400,
    "server_url": None,
    "subscription_max_downloads": 2,
    "subscription_sync_on_connect": True,
    "subscription_notify": True,
    "plugins_disabled": (),
    "workspace": "~/Silo",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def test_the_core_declares_exactly_its_settings_with_their_defaults(path: Path) -> None:
    settings = Settings(path, environ={})
    assert {setting.key: settings.get(setting.key) for setting in settings.declared()} == DEFAULTS
    assert settings.problems == ()
    assert not path.exists()
    assert settings.workspace == Path.home() / "Silo"
    assert settings.server_url is None


def test_every_setting_says_what_it_is_for() -> None:
    assert all(setting.help for setting in CORE_SETTINGS)


def test_the_file_is_above_the_default_and_the_environment_above_the_file(path: Path) -> None:
    write(path, "entry_wait_ms = 100\nsubscription_max_downloads = 3\n")
    settings = Settings(path, environ={"SILO_ENTRY_WAIT_MS": "50"})
    assert settings.number("entry_wait_ms") == 50
    assert settings.number("subscription_max_downloads") == 3
    assert settings.source("entry_wait_ms") == "SILO_ENTRY_WAIT_MS"
    assert settings.source("subscription_max_downloads") == str(path)
    assert settings.source("workspace") == "default"


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("edit_locking_enabled", "0", False),
        ("edit_locking_enabled", "FALSE", False),
        ("edit_locking_enabled", " yes ", True),
        ("entry_wait_ms", "5000", 5000),
        ("entry_wait_ms", "0", 0),
        ("plugins_disabled", "activity", ("activity",)),
        ("plugins_disabled", "activity, locking,", ("activity", "locking")),
        ("plugins_disabled", '["activity", "a,b"]', ("activity", "a,b")),
        ("plugins_disabled", "['activity']", ("activity",)),
        ("plugins_disabled", "", ()),
        ("server_url", "https://silo.example/", "https://silo.example"),
        ("workspace", "~/Parts", "~/Parts"),
    ],
)
def test_a_variable_is_read_as_the_kind_its_setting_is(
    path: Path, key: str, text: str, value: SettingValue
) -> None:
    write(path, 'plugins_disabled = ["checkpoint"]\n')
    settings = Settings(path, environ={f"SILO_{key.upper()}": text})
    assert settings.problems == ()
    assert settings.get(key) == value


def test_the_published_variable_gives_the_server_unless_ours_does(path: Path) -> None:
    environ = {"SILO_API_URL": "http://one.example"}
    assert Settings(path, environ=environ).server_url == "http://one.example"
    environ["SILO_SERVER_URL"] = "http://two.example"
    assert Settings(path, environ=environ).server_url == "http://two.example"


def test_an_empty_variable_is_as_good_as_none(path: Path) -> None:
    settings = Settings(path, environ={"SILO_ENTRY_WAIT_MS": "", "SILO_SERVER_URL": " "})
    assert (settings.number("entry_wait_ms"), settings.server_url) == (400, None)
    assert settings.problems == ()


BAD = [
    ("edit_locking_enabled", '"yes"', "true or false"),
    ("edit_locking_enabled", "1", "true or false"),
    ("entry_wait_ms", "-1", "a whole number from 0 to 5000"),
    ("entry_wait_ms", "5001", "a whole number from 0 to 5000"),
    ("entry_wait_ms", "true", "a whole number from 0 to 5000"),
    ("entry_wait_ms", "1.5", "a whole number from 0 to 5000"),
    ("entry_wait_ms", '"400"', "a whole number from 0 to 5000"),
    ("subscription_max_downloads", "0", "a whole number from 1 to 8"),
    ("subscription_max_downloads", "9", "a whole number from 1 to 8"),
    ("plugins_disabled", '"activity"', "a list of texts"),
    ("plugins_disabled", "[1]", "a list of texts"),
    ("server_url", '"silo.example"', "an http:// or https:// address"),
    ("server_url", '"ftp://silo.example"', "an http:// or https:// address"),
    ("server_url", '"http://"', "an http:// or https:// address"),
    ("server_url", '"http://silo:x"', "an http:// or https:// address"),
    ("workspace", '""', "the full path of a folder"),
    ("workspace", '"parts"', "the full path of a folder"),
    ("workspace", "3", "the full path of a folder"),
    ("workspace", "1979-05-27", "the full path of a folder"),
]


@pytest.mark.parametrize(("key", "text", "allowed"), BAD)
def test_a_bad_value_in_the_file_is_told_in_a_sentence_and_the_default_used(
    path: Path, key: str, text: str, allowed: str
) -> None:
    write(path, f"{key} = {text}\n")
    settings = Settings(path, environ={})
    assert settings.get(key) == DEFAULTS[key]
    assert settings.source(key) == "default"
    (problem,) = settings.problems
    assert problem.startswith(f"{key} cannot be {text}; it must be {allowed}")
    assert problem.endswith(f"({path}); the default is used.")


@pytest.mark.parametrize(("key", "text", "allowed"), BAD)
def test_setting_a_bad_value_raises_and_changes_nothing(
    path: Path, key: str, text: str, allowed: str
) -> None:
    settings = Settings(path, environ={})
    value = tomllib.loads(f"x = {text}")["x"]
    with pytest.raises(SettingError, match=re.escape(allowed)) as caught:
        settings.set(key, value)
    assert caught.value.concerns == key
    assert settings.get(key) == DEFAULTS[key]
    assert not path.exists()


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("entry_wait_ms", "--5"),
        ("entry_wait_ms", "soon"),
        ("entry_wait_ms", "9" * 5000),
        ("edit_locking_enabled", "maybe"),
        ("plugins_disabled", "[activity"),
        ("plugins_disabled", "[1, 2]"),
    ],
)
def test_a_bad_variable_is_told_by_its_name(path: Path, key: str, text: str) -> None:
    settings = Settings(path, environ={f"SILO_{key.upper()}": text})
    assert settings.get(key) == DEFAULTS[key]
    (problem,) = settings.problems
    assert problem.startswith(f"{key} cannot be ")
    assert f"(SILO_{key.upper()})" in problem


def test_a_password_in_the_address_is_refused_and_not_repeated(path: Path) -> None:
    settings = Settings(path, environ={"SILO_SERVER_URL": "https://bob:hunter2@silo.example"})
    assert settings.server_url is None
    assert "hunter2" not in str(settings.problems)
    with pytest.raises(SettingError) as caught:
        settings.set("server_url", "https://bob:hunter2@silo.example")
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("damage", [b"entry_wait_ms = ", b"\xff\xfe\x00", b"[[[", b"a = 1\na = 2"])
def test_a_damaged_file_stops_nothing_and_is_never_written_over(path: Path, damage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    settings = Settings(path, environ={})
    settings.declare("plugin", [Setting("depth", int, 1, "Depth")])
    assert settings.get("entry_wait_ms") == 400
    (problem,) = settings.problems
    assert str(path) in problem
    assert "correct it or remove it" in problem
    with pytest.raises(SettingError, match="cannot be read"):
        settings.set("entry_wait_ms", 5)
    assert path.read_bytes() == damage
    path.unlink()
    settings.reload()
    assert settings.problems == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only POSIX has named pipes")
def test_a_pipe_in_place_of_the_file_is_told_and_not_waited_for(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    # in a process of its own: one that waits for the pipe could not be ended from here
    script = (
        "import sys; from pathlib import Path; from silo_core.ports.settings import Settings; "
        "settings = Settings(Path(sys.argv[1]), environ={}); "
        "print(settings.number('entry_wait_ms'), *settings.problems)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.startswith(f"400 The settings file {path} cannot be read (it is no regular")


def test_a_folder_in_place_of_the_file_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    assert len(Settings(path, environ={}).problems) == 1


def test_a_value_that_is_set_is_there_for_the_next_program(path: Path) -> None:
    Settings(path, environ={}).set("plugins_disabled", ("activity",))
    Settings(path, environ={}).set("server_url", "http://silo.example:8000/")
    again = Settings(path, environ={})
    assert again.names("plugins_disabled") == ("activity",)
    assert again.server_url == "http://silo.example:8000"
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.toml"]


def test_setting_none_goes_back_to_the_default(path: Path) -> None:
    settings = Settings(path, environ={})
    settings.set("entry_wait_ms", 7)
    settings.set("entry_wait_ms", None)
    assert settings.number("entry_wait_ms") == 400
    assert tomllib.loads(path.read_text("utf-8")) == {}


def test_what_belongs_to_plugins_that_are_not_loaded_is_kept(path: Path) -> None:
    write(path, 'csv_path = "/x"\nentry_wait_ms = 9\n[other]\ndeep = [1, {a = 1979-05-27}]\n')
    before = tomllib.loads(path.read_text("utf-8"))
    settings = Settings(path, environ={})
    assert settings.problems == ()
    settings.set("entry_wait_ms", 10)
    assert tomllib.loads(path.read_text("utf-8")) == {**before, "entry_wait_ms": 10}


def test_another_program_s_changes_are_not_undone(path: Path) -> None:
    one, two = Settings(path, environ={}), Settings(path, environ={})
    changed: list[frozenset[str]] = []
    two.on_change = changed.append
    one.set("entry_wait_ms", 1)
    two.set("subscription_max_downloads", 5)
    assert changed == [frozenset({"entry_wait_ms", "subscription_max_downloads"})]
    assert two.number("entry_wait_ms") == 1
    one.reload()
    assert one.number("subscription_max_downloads") == 5


def test_a_change_is_announced_once_and_only_if_the_value_changed(path: Path) -> None:
    settings = Settings(path, environ={"SILO_ENTRY_WAIT_MS": "50"})
    changed: list[frozenset[str]] = []
    settings.on_change = changed.append
    settings.set("entry_wait_ms", 10)  # the environment stays above it
    settings.set("subscription_notify", True)  # as it was
    settings.set("subscription_notify", False)
    assert changed == [frozenset({"subscription_notify"})]
    assert settings.number("entry_wait_ms") == 50


def test_a_listener_may_read_and_set(path: Path) -> None:
    settings = Settings(path, environ={})
    seen: list[int] = []

    def listener(keys: frozenset[str]) -> None:
        seen.append(settings.number("entry_wait_ms"))
        if seen == [1]:
            settings.set("entry_wait_ms", 2)

    settings.on_change = listener
    settings.set("entry_wait_ms", 1)
    assert seen == [1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_a_settings_file_that_is_a_link_stays_one(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("entry_wait_ms = 1\n", "utf-8")
    path.parent.mkdir()
    path.symlink_to(real)
    Settings(path, environ={}).set("entry_wait_ms", 2)
    assert path.is_symlink()
    assert real.read_text("utf-8") == "entry_wait_ms = 2\n"


def test_the_file_is_its_user_s_alone(path: Path) -> None:
    Settings(path, environ={}).set("entry_wait_ms", 2)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    settings = Settings(tmp_path / "file" / "settings.toml", environ={})
    with pytest.raises(SettingError, match="settings file"):
        settings.set("entry_wait_ms", 2)
    with pytest.raises(SettingError, match="settings file") as told:
        settings_file.write(tmp_path / "file" / "settings.toml", {})
    assert told.value.message.count("cannot be written") == 1


def test_a_text_that_no_file_can_hold_is_told(path: Path) -> None:
    settings = Settings(path, environ={})
    with pytest.raises(SettingError, match="cannot be written"):
        settings.set("plugins_disabled", ("\ud800",))
    assert settings.names("plugins_disabled") == ()


def test_a_setting_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(SettingError, match="There is no setting entry_wait"):
        Settings(path, environ={}).get("entry_wait")


def test_reading_a_setting_as_another_kind_is_told(path: Path) -> None:
    settings = Settings(path, environ={})
    for read in (settings.number, settings.text, settings.names):
        with pytest.raises(SettingError, match="edit_locking_enabled"):
            read("edit_locking_enabled")
    with pytest.raises(SettingError, match="entry_wait_ms"):
        settings.flag("entry_wait_ms")


def test_many_threads_may_read_and_set_at_once(path: Path) -> None:
    settings = Settings(path, environ={})
    problems: list[Exception] = []

    def work(number: int) -> None:
        try:
            for _ in range(5):
                settings.set("entry_wait_ms", number)
                assert settings.number("entry_wait_ms") in range(4)
        except (SettingError, AssertionError, OSError) as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert Settings(path, environ={}).get("entry_wait_ms") == settings.get("entry_wait_ms")


def test_without_a_path_it_is_the_platform_s_config_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = Settings().path
    assert path.parts[-2:] == ("silo", "settings.toml")
    if sys.platform.startswith("linux"):
        assert path == tmp_path / "silo" / "settings.toml"


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    # no surrogates, which no TOML file can hold
    names=st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=4),
    wait=st.integers(0, 5000),
    flag=st.booleans(),
)
def test_what_is_set_comes_back_as_it_was(
    path: Path, names: list[str], wait: int, flag: bool
) -> None:
    settings = Settings(path, environ={})
    settings.set("plugins_disabled", tuple(names))
    settings.set("entry_wait_ms", wait)
    settings.set("subscription_notify", flag)
    again = Settings(path, environ={})
    assert again.problems == ()
    assert again.names("plugins_disabled") == tuple(names)
    assert (again.number("entry_wait_ms"), again.flag("subscription_notify")) == (wait, flag)
