"""The address and the token, as people type them and as they must not be shown."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from silo_core.model.errors import NotFoundError, RejectedError, SettingError
from silo_core.ports.client import SiloClient

if TYPE_CHECKING:
    from tests.client.conftest import FakeServer

TOKEN = "silo_0123456789abcdef"


# -- address and token ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://localhost:8080", "http://localhost:8080"),
        (" https://silo.example.org/ ", "https://silo.example.org"),
        ("https://silo.example.org/api", "https://silo.example.org"),
        ("https://silo.example.org/api/", "https://silo.example.org"),
        ("HTTPS://Example.org/team/silo/api/", "https://example.org/team/silo"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("http://bücher.example", "http://xn--bcher-kva.example"),
    ],
)
def test_addresses_are_accepted_as_people_type_them(text: str, url: str) -> None:
    assert SiloClient(text, TOKEN).server_url == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "silo.example.org",
        "ftp://silo.example.org",
        "file:///etc/passwd",
        "http://",
        "http:///api",
        "http://host:99999",
        "http://host:x",
        "http://[::1",
        "http://a b",
        "http://host?x=1",
        "http://host#x",
        "http://user:secret@host",
        "http://" + "a" * 100,
        "http://host/\x00",
    ],
)
def test_what_is_no_address_is_a_setting_error_that_names_the_setting(text: str) -> None:
    with pytest.raises(SettingError, match="server_url") as caught:
        SiloClient(text, TOKEN)
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("token", ["sec ret", "sec\nret", "secrét"])
def test_a_token_that_cannot_be_sent_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(SettingError) as caught:
        SiloClient("http://silo.test", token)
    assert token not in str(caught.value)


def test_the_token_shows_nowhere(server: FakeServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.on("GET /api/me", {"message": f"Bad header Bearer {TOKEN}"}, 400)
    with pytest.raises(RejectedError) as caught:
        server.client.me()
    shown = [repr(server.client), str(caught.value), repr(caught.value), caplog.text]
    assert server.last.headers["Authorization"] == f"Bearer {TOKEN}"
    assert not [text for text in shown if TOKEN in text]


@pytest.mark.parametrize("part_number", ["", ".", "..", "\ud800"])
def test_a_part_number_never_becomes_another_path(server: FakeServer, part_number: str) -> None:
    with pytest.raises(RejectedError):
        server.client.get_item(part_number)
    assert server.requests == []


def test_what_is_in_a_part_number_stays_in_it(server: FakeServer) -> None:
    with pytest.raises(NotFoundError):
        server.client.get_item("../me?x=1#y")
    assert server.last.url.raw_path == b"/api/items/..%2Fme%3Fx%3D1%23y"


def test_a_client_is_cheap_until_it_is_used() -> None:
    script = (
        "import sys; from silo_core.ports.client import SiloClient; import silo_core.ports.events; "
        "SiloClient('http://127.0.0.1:1', 'silo_token'); "
        "sys.exit(', '.join({'httpx', 'cattrs', 'ssl', 'sqlite3'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
