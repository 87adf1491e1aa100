"""What is asked of the server and of the host, how often, and on whose behalf."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from silo_core.model.answers import Heartbeat
from silo_core.model.errors import AuthError, FileError
from silo_core.model.event import Event
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.ports.client import SiloClient
from silo_core.ports.connecting import connect
from silo_core.ports.settings import Settings
from silo_core.ports.tokens import Token
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import make_workbench
from silo_core.workbench.link import Identity, Link, pause_s
from tests.workbench.kit import Job, count, held_with_session, settle, until


class Listener:
    """Holds and views nothing, and keeps how the connection stands."""

    state = ConnectionState.CONNECTING

    def linked(self, identity: Identity) -> None:
        pass

    def connection_is(self, connection: Connection) -> None:
        self.state = connection.state

    def event_came(self, event: Event) -> None:
        pass

    def sessions_lost(self, session_ids: Collection[str]) -> None:
        pass

    def heard(self) -> None:
        pass

    def heartbeat_content(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (), ()


def test_a_refused_heartbeat_ends_the_link_and_is_told(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[str] = []

    def refuse(client: SiloClient, workstation_id: str, *_: object) -> Heartbeat:
        beats.append(workstation_id)
        raise AuthError("The token was revoked.")

    monkeypatch.setattr(SiloClient, "heartbeat", refuse)
    site, listener = job.site, Listener()
    link = Link(
        lambda: SiloClient(site.server.url, site.tokens["alice"]),
        listener,
        name="CAD",
        fingerprint="f",
    )
    link.start()
    try:
        assert until(lambda: listener.state is ConnectionState.REFUSED)
        for _ in range(3):
            link.beat()
            time.sleep(0.02)
        assert len(beats) == 1
        assert listener.state is ConnectionState.REFUSED
    finally:
        link.stop()


@pytest.mark.parametrize(
    ("lease", "pause"), [(60, 20), (0.6, 0.2), (0, 0.1), (-5, 0.1), (1e300, 600)]
)
def test_heartbeats_neither_flood_nor_stop_whatever_the_server_says(
    lease: float, pause: float
) -> None:
    assert pause_s(lease) == pytest.approx(pause)


def test_the_graph_is_read_once_when_a_context_is_entered(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice")
    asked: list[str] = []
    uses = HeadlessHost.uses

    def counted(host: HeadlessHost, document_key: str) -> Mapping[str, tuple[str, ...]]:
        asked.append(document_key)
        return uses(host, document_key)

    monkeypatch.setattr(HeadlessHost, "uses", counted)
    alice.edit("Sketch001")
    assert held_with_session(alice) == ["Sketch001"]
    assert len(asked) == 1


@pytest.mark.parametrize("wanted", [True, False])
def test_updates_of_subscribed_items_are_told_to_those_who_want_it(wanted: bool, job: Job) -> None:
    alice = job.join("alice", subscription_notify=str(wanted).lower())
    data = {"part_number": job.part, "checkpoint_user": "bob"}
    alice.workbench.event_came(Event(None, "subscription.checkpoint", data))
    settle(alice, seconds=0.1)
    assert count(alice, "Updated") == int(wanted)


# -- the data folder and the settings it starts from ---------------------------------------------------


def test_a_data_folder_that_is_a_file_is_explained(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.write_text("")
    with pytest.raises(FileError, match="data cannot be written"):
        make_workbench(HeadlessHost(), config=tmp_path / "s.toml", data=folder, environ={})


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"])
def test_an_empty_or_garbled_fingerprint_is_made_anew_and_then_stays(
    content: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "workstation"
    file.write_bytes(content)
    made = set()
    for _ in range(2):
        config = tmp_path / "s.toml"
        make_workbench(HeadlessHost(), config=config, data=tmp_path, environ={}).stop()
        made.add(file.read_bytes())
    (fingerprint,) = made
    assert len(fingerprint) == 32


def test_a_token_goes_to_the_server_it_was_sought_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, used = Settings(tmp_path / "s.toml", {}), []
    settings.set("server_url", "http://127.0.0.1:8")

    def find(server_url: str, environ: object) -> Token:
        settings.set("server_url", "http://127.0.0.1:9")  # the user, meanwhile
        return Token(f"for {server_url}")

    monkeypatch.setattr("silo_core.ports.tokens.find_token", find)
    monkeypatch.setattr("silo_core.ports.client.SiloClient", lambda *args: used.append(args))
    connect(settings, {})
    assert used == [("http://127.0.0.1:8", "for http://127.0.0.1:8")]
