"""Each thing that can go wrong is the error that fits, with a sentence to act on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.context import ContextLevel
from silo_core.model.errors import (
    AuthError,
    BusyError,
    ConflictError,
    NotFoundError,
    OfflineError,
    ProtocolError,
    RejectedError,
    ServerError,
)
from silo_core.ports.client import SiloClient

if TYPE_CHECKING:
    from tests.client.conftest import FakeServer

BRACKET = Path(__file__).parent.parent / "data" / "bracket.FCStd"


# -- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, ProtocolError),
        (304, ProtocolError),
        (400, RejectedError),
        (401, AuthError),
        (403, AuthError),
        (404, NotFoundError),
        (408, BusyError),
        (409, ConflictError),
        (413, RejectedError),
        (418, RejectedError),
        (422, RejectedError),
        (429, BusyError),
        (500, BusyError),
        (503, BusyError),
        (600, ProtocolError),
    ],
)
def test_each_status_is_the_error_that_fits_and_says_what_the_server_said(
    server: FakeServer, status: int, kind: type[ServerError]
) -> None:
    server.on("GET /api/me", {"error": "slug", "message": "Said\x1b[31m by\nthe server."}, status)
    with pytest.raises(kind) as caught:
        server.client.me()
    assert type(caught.value) is kind
    assert caught.value.status == status
    if kind is not ProtocolError:
        assert caught.value.message == "Said [31m by the server."
    server.on("GET /api/me", b"<html>", status)
    with pytest.raises(kind) as caught:
        server.client.me()
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        ("-3", 0, 0),
        ("1e9", 3600, 3600),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("Wed, 21 Oct 2215 07:28:00 GMT", 3600, 3600),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(
    server: FakeServer, header: str, least: float, most: float
) -> None:
    server.on("GET /api/me", b"", 503, **{"Retry-After": header})
    with pytest.raises(BusyError) as caught:
        server.client.me()
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


@pytest.mark.parametrize("header", ["", "soon", "nan", "Wed, 99 Oct 2015 07:28:00 GMT"])
def test_a_retry_after_that_says_nothing_is_none(server: FakeServer, header: str) -> None:
    server.on("GET /api/me", b"", 429, **{"Retry-After": header})
    with pytest.raises(BusyError) as caught:
        server.client.me()
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>hello", b"nul", b'{"user": "alice"', b"[" * 200_000, b"\xff\xfe", b"1" * 5000],
)
def test_what_is_no_json_is_a_protocol_error_that_names_the_setting(
    server: FakeServer, answer: bytes
) -> None:
    server.on("GET /api/me", answer, 200, **{"Content-Type": "text/html"})
    with pytest.raises(ProtocolError, match="server_url"):
        server.client.me()


def test_a_compressed_answer_is_not_unpacked(server: FakeServer) -> None:
    server.on(
        "GET /api/me",
        httpx.Response(200, content=iter([b"bomb"]), headers={"Content-Encoding": "gzip"}),
    )
    with pytest.raises(ProtocolError, match="encoding"):
        server.client.me()


def test_an_endless_answer_is_given_up(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("silo_core.ports.client.transport.MAX_ANSWER", 1000)
    server.on("GET /api/me", b" " * 1001)
    with pytest.raises(ProtocolError, match="more than 1000 bytes"):
        server.client.me()


def test_a_search_that_is_no_text_is_refused_in_a_sentence(server: FakeServer) -> None:
    with pytest.raises(RejectedError, match=r"^search cannot be .*half a character"):
        server.client.list_items("br\udcff")


def test_a_closed_client_makes_no_calls(server: FakeServer) -> None:
    server.client.close()
    server.client.close()
    with pytest.raises(ServerError, match="closed"):
        server.client.me()
    assert server.requests == []


# -- anything at all -----------------------------------------------------------------------------

SLUGS = ["error", "message", "id", "kind", "interference", "holder", "head", "version"]
LISTS = ["sessions", "items", "entries", "conflicts", "revisions", "extensions", "nodes", "edges"]
WORDS = ["hard_interference", "head_moved", "soft", "none", "checkpoint"]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS)
JSON = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(SLUGS + LISTS), inner | PLAIN)
    ),
    max_leaves=10,
)
CONTROL = [chr(code) for code in (*range(32), *range(127, 160))]
BODIES = st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode())
HEADERS = st.dictionaries(
    st.sampled_from(["Retry-After", "Content-Type", "Content-Encoding", "ETag", "Location"]),
    st.text(st.characters(codec="latin-1", exclude_characters=CONTROL), max_size=20),
)
CALLS: list[Callable[[SiloClient, Path], object]] = [
    lambda client, _: client.me(),
    lambda client, _: client.server_info(),
    lambda client, _: client.register_workstation("n", "f"),
    lambda client, _: client.acquire_edit_session("P", "w", ContextLevel.SKETCH, "Sk"),
    lambda client, _: client.release_edit_session("P", "s"),
    lambda client, _: client.get_edit_sessions("P"),
    lambda client, _: client.request_handoff("P", "s"),
    lambda client, _: client.heartbeat("w", []),
    lambda client, _: client.list_items(),
    lambda client, _: client.get_item("P"),
    lambda client, _: client.list_versions("P"),
    lambda client, _: client.list_revisions("P"),
    lambda client, _: client.get_dag("P"),
    lambda client, _: client.list_subscriptions("w"),
    lambda client, _: client.get_sync_diff("w"),
    lambda client, _: client.upload_file("P", BRACKET),
    lambda client, folder: client.download_file("P", 1, folder / "part"),
]


def test_certificates_that_cannot_be_read_are_no_file_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    client = SiloClient("https://127.0.0.1:1", "silo_token")
    for call in (client.me, lambda: client.upload_file("P", BRACKET)):
        with pytest.raises(OfflineError, match=r"certificates .* cannot be read .*SSL_CERT_FILE"):
            call()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@given(
    call=st.sampled_from(CALLS),
    status=st.integers(200, 599) | st.integers(100, 999),
    body=BODIES,
    headers=HEADERS,
)
def test_whatever_a_server_answers_every_error_is_a_server_error(
    folder: Path,
    call: Callable[[SiloClient, Path], object],
    status: int,
    body: bytes,
    headers: dict[str, str],
) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        request.read()
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        return httpx.Response(status, headers=encoded, content=iter([body]))

    client = SiloClient("http://silo.test", "silo_token", transport=httpx.MockTransport(handle))
    failure: ServerError | None = None
    try:
        call(client, folder)
    except ServerError as error:
        failure = error
    assert failure is None or (failure.message and failure.message.isprintable())
