"""A client for the server that is set, with the token that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from silo_core.model.errors import AuthError, NotFoundError, SettingError

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient
    from silo_core.ports.settings import Settings


def connect(settings: Settings, environ: Mapping[str, str] | None = None) -> SiloClient:
    """A client for the server that is set; ``environ`` stands in for the environment of the settings.
    Asks the server nothing, but waits for the keyring.

    Raises:
        AuthError: there is no token for it; the message says what to do.
        SettingError: no server is set, or its address cannot be one.
    """
    from silo_core.ports.client import SiloClient
    from silo_core.ports.tokens import find_token

    # once: a token is for no other server, set while it is sought
    server_url = settings.text("server_url")
    if not server_url:
        raise SettingError(
            "No server is set; sign in with `silo login URL`.", concerns="server_url"
        )
    token = find_token(server_url, environ=settings.environ if environ is None else environ)
    if token.value is None:
        raise AuthError(token.reason)
    return SiloClient(server_url, token.value)


def user_of(client: SiloClient) -> str:
    """The user's name on the server; empty where the server does not tell.

    Raises:
        ServerError: it cannot be asked.
    """
    try:
        return client.me().user
    except NotFoundError:  # the published server does not tell
        return ""
