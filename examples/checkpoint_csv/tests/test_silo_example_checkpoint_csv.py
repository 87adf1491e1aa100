"""Run with ``pytest`` where this distribution is installed."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from silo_core.model.context import CheckpointContext
from silo_core.model.exchange import ActivityEntry, CheckpointPushed
from silo_core.model.item import Version, VersionKind
from silo_core.ports.plugins import Hooks, PluginManager
from silo_core.ports.services import Services
from silo_core.ports.settings import Settings
from silo_core.testing import assert_conforms
from silo_example_checkpoint_csv import COLUMNS, CheckpointCsv, append

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)


class FakeServices:
    """As much of the workbench as the plugin uses; work is done at once."""

    user = "alice"

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            folder / "settings.toml", environ={"SILO_WORKSPACE": str(folder / "Silo")}
        )
        self.activity: list[ActivityEntry] = []

    def now(self) -> datetime:
        return NOW

    def submit(self, call: Callable[[], None]) -> None:
        call()

    def post_activity(self, entry: ActivityEntry) -> None:
        self.activity.append(entry)


@pytest.fixture
def services(tmp_path: Path) -> FakeServices:
    return FakeServices(tmp_path)


@pytest.fixture
def hooks(services: FakeServices) -> Hooks:
    manager = PluginManager(declare=services.settings.declare)
    info = manager.register(CheckpointCsv(), "checkpoint_csv")
    assert not info.error
    hooks = Hooks(manager)
    hooks.startup(cast(Services, services))  # as much of it as this plugin uses
    return hooks


def pushed(part_number: str = "PRT-100", *, rescue: bool = False) -> CheckpointPushed:
    version = Version("v17", VersionKind.CHECKPOINT, user="alice", created_at=NOW)
    path = Path("/parts/bracket.FCStd")
    context = CheckpointContext.SKETCH_CLOSE
    return CheckpointPushed(part_number, path, version, context, ("s1",), 0, rescue)


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_each_checkpoint_is_a_row_below_one_header(hooks: Hooks, services: FakeServices) -> None:
    hooks.checkpoint_pushed(pushed())
    hooks.checkpoint_pushed(pushed("PRT-101", rescue=True))
    file = str(Path("/parts/bracket.FCStd"))
    start = "2026-11-03T12:00:00+00:00"
    assert rows(services.settings.workspace / "checkpoints.csv") == [
        list(COLUMNS),
        [start, "PRT-100", "v17", "sketch_close", "alice", file, ""],
        [start, "PRT-101", "v17", "sketch_close", "alice", file, "yes"],
    ]


def test_the_setting_says_where(hooks: Hooks, services: FakeServices, tmp_path: Path) -> None:
    services.settings.set("checkpoint_csv_path", str(tmp_path / "log" / "mine.csv"))
    hooks.checkpoint_pushed(pushed())
    services.settings.set("checkpoint_csv_path", "team.csv")
    hooks.checkpoint_pushed(pushed())
    assert len(rows(tmp_path / "log" / "mine.csv")) == 2
    assert len(rows(tmp_path / "Silo" / "team.csv")) == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    append(path, ("now", text, 'with "quotes"', "a,b", "line\nbreak", "Stützwinkel", ""))
    _, row = rows(path)
    assert row == ["now", f"'{text}", 'with "quotes"', "a,b", "line\nbreak", "Stützwinkel", ""]


def test_rows_of_several_threads_do_not_mix(hooks: Hooks, services: FakeServices) -> None:
    def push() -> None:
        for _ in range(50):
            hooks.checkpoint_pushed(pushed())

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = rows(services.settings.workspace / "checkpoints.csv")
    assert len(written) == 201
    assert {len(row) for row in written} == {len(COLUMNS)}


def test_a_file_that_cannot_be_written_is_told(
    hooks: Hooks, services: FakeServices, tmp_path: Path
) -> None:
    services.settings.set("checkpoint_csv_path", str(tmp_path))
    hooks.checkpoint_pushed(pushed())
    (entry,) = services.activity
    assert entry.text.startswith("The checkpoint of PRT-100 was not written to")


def test_the_installed_plugin_conforms() -> None:
    assert_conforms("checkpoint_csv")
