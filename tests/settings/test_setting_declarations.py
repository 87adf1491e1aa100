"""Settings that plugins declare beside the core's own, and what no settings file may hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from silo_core.model.errors import SettingError
from silo_core.model.setting import Setting
from silo_core.ports.settings import CORE_SETTINGS, Settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def test_a_plugin_s_settings_take_what_the_file_and_the_environment_say(path: Path) -> None:
    write(path, 'csv_path = "/from/file"\ncsv_limit = "many"\n')
    settings = Settings(path, environ={"SILO_CSV_FORMAT": "wide"})
    settings.declare(
        "csv",
        [
            Setting("csv_path", str, None, "Where"),
            Setting("csv_format", str, "long", "How"),
            Setting("csv_limit", int, 5, "How many", minimum=1),
        ],
    )
    assert settings.text("csv_path") == "/from/file"
    assert settings.text("csv_format") == "wide"
    assert settings.number("csv_limit") == 5
    (problem,) = settings.problems
    assert "a whole number, 1 or more" in problem


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        (Setting("workspace", str, None, ""), "declared already"),
        (Setting("Path", str, None, ""), "lower-case words"),
        (Setting("a b", str, None, ""), "lower-case words"),
        (Setting("", str, None, ""), "lower-case words"),
        (Setting("csv_token", str, None, ""), "keyring"),
        (Setting("db_password", str, None, ""), "keyring"),
        (Setting("apikey", str, None, ""), "keyring"),
        (Setting("depth", int, 9, "", maximum=3), "a whole number, 3 or less"),
        (Setting("depth", int, "9", ""), "a whole number"),
        (Setting("depth", float, 9, ""), "no known kind"),  # type: ignore[arg-type]
    ],
)
def test_a_declaration_that_is_not_possible_is_refused_whole(
    path: Path, setting: Setting, why: str
) -> None:
    settings = Settings(path, environ={})
    with pytest.raises(SettingError, match=why) as caught:
        settings.declare("mine", [Setting("fine", int, 1, "Fine"), setting])
    assert caught.value.message.startswith("mine declares")
    assert len(settings.declared()) == len(CORE_SETTINGS)
    with pytest.raises(SettingError):
        settings.get("fine")


def test_a_secret_in_the_file_is_told_and_never_shown(path: Path) -> None:
    write(path, 'token = "silo_abc"\n')
    settings = Settings(path, environ={})
    (problem,) = settings.problems
    assert "holds token, which is not used" in problem
    assert "silo_abc" not in problem
