"""The token for a server: from the environment, else from the system's keyring; never in a file."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from silo_core.model.errors import SiloError

SERVICE = "silo"
"""What the keyring files tokens under; the user name there is the server's address."""

VARIABLES = ("SILO_TOKEN", "SILO_API_TOKEN")

INSTALL_ONE = (
    "Install one (GNOME Keyring, KWallet) or unlock it, or set SILO_TOKEN where the editor starts."
)

ANSWER_WITHIN_S = 10.0
"""Seconds a keyring has to answer: one that is locked may be waiting for a dialog nobody sees."""

T = TypeVar("T")


class TokenError(SiloError):
    """The keyring cannot keep, give or forget a token."""

    title = "Token problem"


@dataclass(frozen=True, slots=True)
class Token:
    """``value`` is None where no token was found, and ``reason`` then says what to do; ``source`` is
    the variable it came from, or ``keyring``. The value is left out of its text form."""

    value: str | None = field(default=None, repr=False)
    source: str = ""
    reason: str = ""


class _Keyring(Protocol):
    """What is used of the ``keyring`` package."""

    def get_password(self, service_name: str, username: str, /) -> str | None: ...
    def set_password(self, service_name: str, username: str, password: str, /) -> None: ...
    def delete_password(self, service_name: str, username: str, /) -> None: ...


def environment_token(environ: Mapping[str, str] | None = None) -> Token | None:
    """The token that the environment gives; it stands above the keyring's."""
    environment = os.environ if environ is None else environ
    for variable in VARIABLES:
        if value := environment.get(variable, "").strip():
            return Token(value, variable)
    return None


def find_token(
    server_url: str,
    *,
    environ: Mapping[str, str] | None = None,
    timeout_s: float = ANSWER_WITHIN_S,
) -> Token:
    """The token for a server. Raises nothing; waits for the keyring ``timeout_s`` seconds at most,
    so it is no call for a main thread."""
    if given := environment_token(environ):
        return given
    try:
        user = _user(server_url)
        stored = _ask_keyring("read", lambda k: k.get_password(SERVICE, user), timeout_s)
    except TokenError as error:
        return Token(reason=error.message)
    if stored and stored.strip():
        return Token(stored.strip(), "keyring")
    return Token(
        reason=f"No token for {server_url} is known; run `silo login`, or set {VARIABLES[0]}."
    )


def store_token(server_url: str, token: str, *, timeout_s: float = ANSWER_WITHIN_S) -> None:
    """Keep a token in the system's keyring.

    Raises:
        TokenError: there is no keyring, it is locked, or it does not answer.
    """
    if not token.strip():
        raise TokenError("The token is empty; copy it again from where it was shown.")

    def store(keyring: _Keyring) -> bool:
        keyring.set_password(SERVICE, _user(server_url), token.strip())
        return keyring.get_password(SERVICE, _user(server_url)) == token.strip()

    if not _ask_keyring("stored", store, timeout_s):
        # the null keyring takes everything and keeps nothing
        raise TokenError(
            f"The keyring keeps nothing; set {VARIABLES[0]} in the environment instead."
        )


def forget_token(server_url: str, *, timeout_s: float = ANSWER_WITHIN_S) -> bool:
    """Remove a token from the system's keyring; False where it held none.

    Raises:
        TokenError: there is no keyring, it is locked, or it does not answer.
    """

    def forget(keyring: _Keyring) -> bool:
        if keyring.get_password(SERVICE, _user(server_url)) is None:
            return False
        keyring.delete_password(SERVICE, _user(server_url))
        return True

    return _ask_keyring("removed", forget, timeout_s)


def keyring_name() -> tuple[str, bool]:
    """The keyring of this system, as people call it (empty: there is none), and whether it keeps
    tokens from others."""
    try:
        import keyring
    except ImportError:
        return "", False
    backend = keyring.get_keyring()
    module = type(backend).__module__
    if module in ("keyring.backends.fail", "keyring.backends.null"):
        return "", False
    return str(backend.name), "Plaintext" not in type(backend).__name__


def try_keyring(*, timeout_s: float = ANSWER_WITHIN_S) -> None:
    """Store, read and remove a token that was made up.

    Raises:
        TokenError: the keyring does not do that.
    """
    server = f"https://{uuid.uuid4().hex}.silo-doctor.invalid"
    store_token(server, uuid.uuid4().hex, timeout_s=timeout_s)
    forget_token(server, timeout_s=timeout_s)


def _user(server_url: str) -> str:
    """One name for one server, however its address was typed."""
    parts = urlsplit(server_url.strip())
    path = parts.path.rstrip("/").removesuffix("/api").rstrip("/")
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"


def _ask_keyring(done: str, call: Callable[[_Keyring], T], timeout_s: float) -> T:
    """Run ``call`` on a thread of its own: some keyrings wait for a dialog, for as long as it takes.
    The thread is a daemon, so that one which never answers does not keep the program alive."""
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            import keyring

            answer.set_result(call(keyring))
        except BaseException as error:  # noqa: BLE001 - handed to whoever asked
            answer.set_exception(error)

    threading.Thread(target=ask, name="silo-keyring", daemon=True).start()
    try:
        return answer.result(timeout_s)
    except TimeoutError:
        why = "does not answer; unlock it"
    except ImportError:
        why = "cannot be used, because the Python package keyring is missing; install it"
    except Exception as error:  # noqa: BLE001 - each keyring has errors of its own
        why = _WHY.get(type(error).__name__, f"failed ({type(error).__name__}); check it")
    instead = "" if done == "removed" else f", or set {VARIABLES[0]} in the environment"
    raise TokenError(f"The token cannot be {done}: the keyring {why}{instead}.")


# By name, since the keyring package is imported only when it is used.
_WHY = {
    "NoKeyringError": "is missing on this system; install one",
    "KeyringLocked": "is locked; unlock it",
}
