"""Getting the file of an item for the first time, from a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from silo_core.model.errors import FileError, NotFoundError, SiloError
from silo_core.ports.client import SiloClient
from silo_core.ports.fetching import fetch
from silo_core.ports.store import Store
from silo_server.embedded import EmbeddedServer
from tests.workbench.kit import DATA, Site


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "store.db")
    yield store
    store.close()


@pytest.fixture
def client(site: Site) -> Iterator[SiloClient]:
    client = SiloClient(site.server.url, site.tokens["alice"])
    yield client
    client.close()


def share(client: SiloClient, number: str, file: str, name: str) -> None:
    client.create_item(number, file_name=name)
    client.upload_file(number, DATA / file)


def test_it_lands_in_the_workspace_and_is_known_from_then_on(
    client: SiloClient, store: Store, tmp_path: Path
) -> None:
    share(client, "FET-1", "bracket.FCStd", "fetched-1.FCStd")
    workspace = tmp_path / "work"
    found = fetch(store, client, "FET-1", workspace)
    assert found.path == workspace / "fetched-1.FCStd"
    assert found.path.read_bytes() == (DATA / "bracket.FCStd").read_bytes()
    tracked = store.tracked.get("FET-1")
    head = client.get_item("FET-1").head
    assert tracked is not None
    assert head is not None
    assert (tracked.path, tracked.base_version) == (found.path, head.id)
    found.path.write_bytes(b"worked on")
    assert fetch(store, client, "FET-1", workspace) == found
    assert found.path.read_bytes() == b"worked on"


def test_another_file_of_that_name_is_never_replaced(
    client: SiloClient, store: Store, tmp_path: Path
) -> None:
    share(client, "FET-2", "bracket.FCStd", "fetched-2.FCStd")
    mine = tmp_path / "fetched-2.FCStd"
    mine.write_bytes(b"mine")
    with pytest.raises(FileError, match="is there already"):
        fetch(store, client, "FET-2", tmp_path)
    assert mine.read_bytes() == b"mine"
    assert store.tracked.get("FET-2") is None
    mine.write_bytes((DATA / "bracket.FCStd").read_bytes())
    assert fetch(store, client, "FET-2", tmp_path).path == mine


def test_what_has_no_content_or_does_not_exist_is_said(
    client: SiloClient, store: Store, tmp_path: Path
) -> None:
    client.create_item("FET-3")
    with pytest.raises(SiloError, match="FET-3 has no content yet"):
        fetch(store, client, "FET-3", tmp_path)
    with pytest.raises(NotFoundError):
        fetch(store, client, "FET-NONE", tmp_path)


def test_an_assembly_comes_with_its_parts(
    store: Store, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with EmbeddedServer(tmp_path_factory.mktemp("server")) as server:  # no other test's plate there
        client = SiloClient(server.url, server.add_user("alice"))
        share(client, "FET-ASM", "motor.FCStd", "motor.FCStd")
        share(client, "FET-PRT", "bracket.FCStd", "bracket.FCStd")
        found = fetch(store, client, "FET-ASM", tmp_path)
        client.close()
    assert found.path == tmp_path / "motor.FCStd"
    assert (tmp_path / "bracket.FCStd").exists()
    assert store.tracked.get("FET-PRT") is not None
    assert found.missing == ("plate.FCStd",)
