"""Running the application on a socket."""

from __future__ import annotations

import socket
import sys

import uvicorn
from fastapi import FastAPI

from silo_core.model.errors import SiloError
from silo_server.app import connected_workstations, end_streams

_GRACE_SECONDS = 5
_UNACKNOWLEDGED_MS = 30_000


class StreamingServer(uvicorn.Server):
    """Ends event streams before it waits for the other requests to be answered."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
                lifespan="on",
            )
        )
        self._app = app

    def connected(self) -> frozenset[str]:
        """Workstations that have an event stream open."""
        return connected_workstations(self._app)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, cleanly and soon."""
        end_streams(self._app)
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound and listens (0: any free port).

    Raises:
        SiloError: the port is in use or the address is none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SiloError(
            f"{host!r} is no address this machine can listen on ({reason}); name one with --host."
        ) from None
    bound = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # a workstation that vanished must not keep its sessions: its stream ends this soon
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
        bound.bind(address)
        bound.listen(2048)
    except OSError as error:
        bound.close()
        raise SiloError(
            f"The server cannot listen on {host} port {port} ({error.strerror}); stop what uses it "
            "or choose another one with --port."
        ) from None
    return bound


def url_of(bound: socket.socket) -> str:
    """Where a listening socket is reached; an address that means "all" is shown as loopback."""
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - only shown
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def is_loopback(bound: socket.socket) -> bool:
    """Whether only this machine can reach the socket."""
    host = str(bound.getsockname()[0])
    return host == "::1" or host.startswith("127.")
