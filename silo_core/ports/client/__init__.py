"""The HTTP client of a Silo server.

Cheap to import: httpx comes with the first request. Every problem with the server is raised as a
``ServerError`` (``silo_core.model.errors``), every problem with a local file as a ``FileError``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from silo_core.ports.client.bundles import BundleCalls
from silo_core.ports.client.downloads import DownloadCalls
from silo_core.ports.client.items import ItemCalls
from silo_core.ports.client.sessions import SessionCalls
from silo_core.ports.client.subscriptions import SubscriptionCalls
from silo_core.ports.client.transfers import TransferCalls
from silo_core.ports.client.transport import STEP_TIMEOUT_S, Transport

if TYPE_CHECKING:
    import httpx

__all__ = ["SiloClient"]


class SiloClient(
    SessionCalls, ItemCalls, TransferCalls, DownloadCalls, BundleCalls, SubscriptionCalls
):
    """One server, as one user. Make one for a process and share it: any thread may call it."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout: float = STEP_TIMEOUT_S,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """``timeout`` in seconds is for each step (sending, waiting, receiving), not for a whole
        transfer. ``transport`` takes the place of the network in tests.

        Raises:
            SettingError: the address or the token cannot be one.
        """
        super().__init__(Transport(base_url, token, timeout=timeout, transport=transport))

    def __repr__(self) -> str:
        return f"<SiloClient {self._transport.address}>"

    @property
    def server_url(self) -> str:
        """The server's address, without ``/api``."""
        return str(self._transport.address)

    def new_transport(self) -> Transport:
        """A connection of its own to the same server, for the event stream."""
        return self._transport.sibling()

    def close(self) -> None:
        """Cut off running calls, which raise OfflineError at once, and make no more. Any thread."""
        self._transport.close()
