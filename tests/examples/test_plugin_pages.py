"""The pages in docs/plugins, each followed to the letter outside the repository, as its reader would."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from silo_core.model.context import CheckpointContext
from silo_core.testing import Server
from tests.examples.outside import ROOT, Outside, follow, make

PAGES = ROOT / "docs" / "plugins"


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    return make(tmp_path_factory.mktemp("outside"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", ["rule", "observer", "merge"])
def test_a_page_does_what_it_says(outside: Outside, tmp_path: Path, page: str) -> None:
    follow_page(page, outside, tmp_path, {})


@pytest.mark.timeout(600)
def test_the_page_of_the_host_does_what_it_says_with_a_server(
    outside: Outside, tmp_path: Path
) -> None:
    (tmp_path / "server").mkdir()
    with Server(tmp_path / "server") as server:
        client = server.client("alice", "editor")
        client.create_item("BOM-100", file_name="BOM-100.csv")
        file = tmp_path / "BOM-100.csv"
        file.write_text("pos,quantity\n10,4\n")
        there = client.register_workstation("CAD-07", "setup").id
        client.push_checkpoint(
            "BOM-100", file, CheckpointContext.MANUAL, None, None, workstation_id=there
        )
        follow_page(
            "host",
            outside,
            tmp_path,
            {"SILO_SERVER_URL": server.url, "SILO_TOKEN": server.token("alice")},
        )
        head = client.get_item("BOM-100").head
    assert head is not None
    assert head.changes == ()
    assert head.context == "assembly_close"


def follow_page(page: str, outside: Outside, home: Path, more: Mapping[str, str]) -> None:
    work = home / "work"
    work.mkdir()
    text = (PAGES / f"{page}.md").read_text("utf-8")
    follow(text, work, outside.variables(home, more))


def test_every_page_is_followed() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {"rule", "observer", "merge", "host"}
