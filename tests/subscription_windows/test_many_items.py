"""Thousands of items: the dialog loads what is looked at, and the server searches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from silo_core.ports.client import SiloClient
from silo_core.surfaces.cli import main
from silo_server.embedded import EmbeddedServer
from silo_subscriptions.qt.paging import PAGE
from silo_subscriptions.qt.subscribe import SubscribeDialog
from tests.subscription_windows.windows_kit import fill_with_items, opened, row_of, shown, wait
from tests.subscriptions.team import Desk
from tests.workbench.conftest import MakeJob, make_job

__all__ = ["make_job"]

COUNT = 5_000


@pytest.fixture
def desk(make_job: MakeJob, tmp_path: Path) -> Desk:
    job = make_job(EmbeddedServer)
    fill_with_items(tmp_path / "server", COUNT)
    return Desk.of(job, subscription_notify="false").start()


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the server is asked for: the words of each page."""
    asked: list[str] = []
    call = SiloClient.list_items

    def counted(client: SiloClient, words: str = "", **more: Any) -> Any:
        asked.append(words)
        return call(client, words, **more)

    monkeypatch.setattr(SiloClient, "list_items", counted)
    return asked


def test_5000_items_are_listed_without_loading_them_all(desk: Desk, pages: list[str]) -> None:
    dialog = opened(desk, "Silo_Subscribe", SubscribeDialog)
    wait(desk, lambda: len(dialog.choices.rows) == PAGE)
    wait(desk, lambda: dialog.line.text == f"The first {PAGE}; scroll for more.")
    assert pages == [""]
    bar = dialog.list.verticalScrollBar()
    for loaded in (2, 3, 4):
        bar.setValue(bar.maximum())
        wait(desk, lambda loaded=loaded: len(dialog.choices.rows) == loaded * PAGE)  # type: ignore[misc]
    assert len(pages) == 4
    assert bar.value() > 0, "the place where one was stays"
    numbers = [item.part_number for item in dialog.choices.rows]
    assert len(set(numbers)) == len(numbers)


def test_the_server_searches_among_5000(desk: Desk, pages: list[str]) -> None:
    dialog = opened(desk, "Silo_Subscribe", SubscribeDialog)
    wait(desk, lambda: len(dialog.choices.rows) == PAGE)
    dialog.search.setText("screw 4999")
    wait(desk, lambda: [item.part_number for item in dialog.choices.rows] == ["M-04999"])
    assert pages == ["", "screw 4999"]
    assert dialog.line.text == "1 found."


def test_a_whole_category_of_5000_is_previewed_and_subscribed_to(desk: Desk) -> None:
    dialog = opened(desk, "Silo_Subscribe", SubscribeDialog)
    dialog.kinds.setCurrentIndex(2)
    wait(desk, lambda: row_of(dialog.choices, "screws") == 0 and dialog.choices.kind == "category")
    assert shown(dialog.choices, "screws").detail == "5000 items"
    index = dialog.choices.index(0)
    dialog.choices.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    said = "screws: None of 5000 files would be updated; 5000 have no such version yet."
    wait(desk, lambda: dialog.preview.text == said)
    dialog.subscribe.click()
    wait(desk, lambda: shown(dialog.choices, "screws").state == "subscribed: latest")


def test_projects_come_in_pages_too(desk: Desk) -> None:
    dialog = opened(desk, "Silo_Subscribe", SubscribeDialog)
    dialog.kinds.setCurrentIndex(1)
    wait(desk, lambda: row_of(dialog.choices, "project 000") == 0)
    assert len(dialog.choices.rows) == PAGE
    bar = dialog.list.verticalScrollBar()
    bar.setValue(bar.maximum())
    wait(desk, lambda: len(dialog.choices.rows) == 2 * PAGE)


def test_the_command_gives_all_of_them_in_pages(
    desk: Desk, pages: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("SILO_SERVER_URL", desk.job.site.server.url)
    monkeypatch.setenv("SILO_TOKEN", desk.job.site.tokens["alice"])
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.job.folder))
    assert main(["items", "screw", "--limit", "250"]) == 0
    output = capsys.readouterr()
    assert len(output.out.splitlines()) == 251
    assert output.err == "There are more; go on with --after 'M-00249'.\n"
    assert pages == ["screw"] * 3
