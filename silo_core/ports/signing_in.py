"""Signing in to a server: checking an address and a token, and keeping them. Worker thread: all of it
waits for the network or the keyring."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from silo_core.model.answers import Me
from silo_core.model.errors import NotFoundError, SettingError, SiloError

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient

_TOKEN_START = "silo_"  # noqa: S105 - what every token begins with


def normal_address(typed: str) -> str:
    """A server's address in its normal form.

    Raises:
        SettingError: it cannot be one.
    """
    from silo_core.ports.client.address import ServerAddress

    if typed.startswith(_TOKEN_START):  # not repeated: it would be seen, or stay in a history
        raise SettingError("That is a token where an address belongs; you will be asked for it.")
    return str(ServerAddress.parse(typed))


def check(url: str, token: str) -> Me:
    """As whom the server knows a token; without a name where the server does not tell.

    Raises:
        SiloError: no token was given, it is not accepted, or the server cannot be asked.
    """
    from silo_core.ports.client import SiloClient

    if not token.strip():
        raise SiloError("No token was given; copy it from where it was shown.")
    with closing(SiloClient(url, token.strip())) as client:
        return who(client)


def who(client: SiloClient) -> Me:
    """As ``check``, for a client that has a token. Raises ServerError."""
    try:
        return client.me()
    except (
        NotFoundError
    ):  # the published server does not tell; this it answers to valid tokens only
        client.list_workstations()
        return Me("", "")
