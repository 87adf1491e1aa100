"""Tokens: environment, then the system's keyring; no trouble of a keyring ever hangs a program."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from silo_core.ports.tokens import Token, TokenError, find_token, forget_token, store_token
from tests.cli.memory_keyring import MemoryKeyring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVER = "https://silo.example"


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the user said no")


class BrokenKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("bus gone, last value silo_secret")


class WaitingKeyring(MemoryKeyring):
    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(20)
        return None


@pytest.fixture(autouse=True)
def memory() -> Iterator[MemoryKeyring]:
    """A keyring of the test's own; the real one is never touched."""
    before, own = keyring.core._keyring_backend, MemoryKeyring()
    keyring.set_keyring(own)
    yield own
    keyring.core._keyring_backend = before


def test_the_environment_comes_first(memory: MemoryKeyring) -> None:
    memory.kept["silo", SERVER] = "silo_k"
    both = {"SILO_TOKEN": " silo_a ", "SILO_API_TOKEN": "silo_b"}
    assert find_token(SERVER, environ=both) == Token("silo_a", "SILO_TOKEN")
    assert find_token(SERVER, environ={"SILO_API_TOKEN": "silo_b"}).value == "silo_b"
    assert find_token(SERVER, environ={"SILO_TOKEN": " "}) == Token("silo_k", "keyring")


def test_a_stored_token_is_found_however_its_address_is_typed(memory: MemoryKeyring) -> None:
    store_token("https://Silo.example/api/", " silo_x\n")
    assert memory.kept == {("silo", SERVER): "silo_x"}
    for address in (SERVER, SERVER + "/", " https://SILO.example/api "):
        assert find_token(address, environ={}) == Token("silo_x", "keyring")
    assert find_token("https://other.example", environ={}).value is None
    assert forget_token(SERVER + "/") is True
    assert forget_token(SERVER) is False


def test_without_a_token_the_reason_says_what_to_do() -> None:
    found = find_token(SERVER, environ={})
    assert found.value is None
    assert SERVER in found.reason
    assert "SILO_TOKEN" in found.reason


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (LockedKeyring, "is locked"),
        (BrokenKeyring, "OSError"),
        (fail.Keyring, "is missing on this system"),
    ],
)
def test_trouble_of_a_keyring_is_one_clear_sentence(
    kind: Callable[[], KeyringBackend], why: str
) -> None:
    keyring.set_keyring(kind())
    found = find_token(SERVER, environ={})
    assert found.value is None
    assert why in found.reason
    for call, helps in (
        (lambda: store_token(SERVER, "silo_x"), True),
        (lambda: forget_token(SERVER), False),
    ):
        with pytest.raises(TokenError, match=why) as caught:
            call()
        assert "silo_" not in caught.value.message
        assert ("SILO_TOKEN in the environment" in caught.value.message) is helps


def test_a_keyring_that_never_answers_hangs_nothing() -> None:
    waiting = WaitingKeyring()
    keyring.set_keyring(waiting)
    start = time.monotonic()
    found = find_token(SERVER, environ={}, timeout_s=0.05)
    assert time.monotonic() - start < 5
    assert "does not answer" in found.reason
    waiting.answered.set()


def test_a_keyring_that_keeps_nothing_is_noticed() -> None:
    kind: Callable[[], KeyringBackend] = null.Keyring
    keyring.set_keyring(kind())
    with pytest.raises(TokenError, match="keeps nothing"):
        store_token(SERVER, "silo_x")


def test_an_empty_token_is_not_stored(memory: MemoryKeyring) -> None:
    with pytest.raises(TokenError, match="empty"):
        store_token(SERVER, "  ")
    assert memory.kept == {}


def test_a_token_does_not_show_in_its_text_form() -> None:
    assert "silo_x" not in repr(Token("silo_x", "keyring"))
