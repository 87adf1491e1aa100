"""A workbench without a window, for the commands that keep files in step."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from silo_core.model.errors import AuthError, OfflineError, SiloError
from silo_core.model.exchange import ConnectionState
from silo_core.model.sync import ItemStatus
from silo_core.ports import claims
from silo_core.ports.installation import data_folder
from silo_core.surfaces.cli.server import registered, server
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import Workbench, make_workbench
from silo_subscriptions.facade import Sync

CONNECT_S = 30.0
TURN_S = 0.2
"""How long one wait lasts: on Windows, Ctrl+C is noticed between two of them only."""


@dataclass(frozen=True, slots=True)
class Working:
    """A workbench that runs, and what keeps its files in step."""

    host: HeadlessHost
    workbench: Workbench
    sync: Sync

    def until_done(self, timeout: float | None = None) -> None:
        """Run until nothing is under way any more.

        Raises:
            AuthError: the server refuses this workstation.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.sync.busy and (deadline is None or time.monotonic() < deadline):
            self.turn()

    def turn(self) -> None:
        """Run what is due. Raises AuthError as above."""
        self.host.run_pending(TURN_S)
        connection = self.workbench.connection
        if connection.state is ConnectionState.REFUSED:
            raise AuthError(connection.reason)


def is_taken() -> bool:
    """Whether an editor, or another of these commands, runs on this workstation. Raises SiloError."""
    claim = claims.Claim(data_folder())
    taken = not claim.take()
    claim.release()
    return taken


@contextmanager
def working(*, environ: Mapping[str, str] | None = None) -> Iterator[Working]:
    """A workbench that is connected, stopped afterwards. ``environ``: more ``SILO_*`` variables.

    Raises:
        SiloError: the server cannot be reached or refuses, or an editor runs on this workstation.
    """
    with server() as client:
        registered(client)  # says what is wrong at once, and in one sentence
    if is_taken():
        raise SiloError(
            "An editor, or another silo command, keeps the files of this workstation in step already; "
            "let it, or end it first."
        )
    host = HeadlessHost()
    workbench = make_workbench(host, environ={**os.environ, **(environ or {})})
    try:
        workbench.start()
        yield Working(host, workbench, _connected(host, workbench))
    finally:
        workbench.stop()


def compared() -> tuple[ItemStatus, ...]:
    """Compare with the server and fetch nothing: what is subscribed to no longer is let go.

    Raises:
        SiloError: as of ``working``.
    """
    with working(environ={"SILO_SUBSCRIPTION_AUTO_SYNC": "false"}) as at_work:
        at_work.sync.look()
        at_work.until_done()
        return at_work.sync.statuses()


def _connected(host: HeadlessHost, workbench: Workbench) -> Sync:
    deadline = time.monotonic() + CONNECT_S
    while workbench.connection.state is not ConnectionState.ONLINE:
        if workbench.connection.state is ConnectionState.REFUSED:
            raise AuthError(workbench.connection.reason)
        if time.monotonic() > deadline:
            raise OfflineError(workbench.connection.reason or "The server does not answer.")
        host.run_pending(TURN_S)
    plugin = workbench.plugins.plugin("subscriptions")
    sync: Sync | None = getattr(plugin, "sync", None)
    if sync is None:
        raise SiloError("The plugin subscriptions is not in use; see `silo plugins list`.")
    return sync
