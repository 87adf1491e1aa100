"""Putting a workbench together for a host, from the settings of this user."""

from __future__ import annotations

import logging
import socket
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.model.errors import AuthError
from silo_core.ports.durable import explaining_write, write_durably
from silo_core.ports.host import Host
from silo_core.ports.plugins import PluginManager
from silo_core.ports.settings import Settings
from silo_core.workbench.bench import Here, Workbench

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient

logger = logging.getLogger(__name__)


def make_workbench(
    host: Host,
    *,
    config: Path | None = None,
    data: Path | None = None,
    environ: Mapping[str, str] | None = None,
    name: str | None = None,
) -> Workbench:
    """A workbench that is ready to start.

    ``config`` (the settings file), ``data`` (the folder for stores and snapshots) and ``environ`` stand
    in for the platform's places and this process's environment; ``name`` for the machine's name.

    Raises:
        StoreError: the local store cannot be opened.
        FileError: the data folder cannot be written.
    """
    from silo_core.ports.store import Store, store_path

    settings = Settings(config, environ)
    for problem in settings.problems:
        logger.warning("%s", problem)
    plugins = PluginManager(disabled=settings.names("plugins_disabled"), declare=settings.declare)
    plugins.load()
    folder = data or _default_data()

    def open_store() -> Store:
        return Store.open(store_path(folder, settings.text("server_url")))

    here = Here(name or socket.gethostname(), _fingerprint(folder))
    return Workbench(host, settings, plugins, open_store, here, lambda: _connect(settings, environ))


def _default_data() -> Path:
    from platformdirs import user_data_path

    return user_data_path("silo", appauthor=False)


def _fingerprint(folder: Path) -> str:
    """This installation's own id, made once: the same machine is the same workstation next time. One
    that is empty or garbled is made anew.

    Raises:
        FileError: the folder cannot be used.
    """
    path = folder / "workstation"
    with explaining_write(path):
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError, UnicodeDecodeError):
            if known := path.read_text("ascii").strip():
                return known
    fingerprint = uuid.uuid4().hex
    write_durably(path, [fingerprint.encode("ascii")])
    return fingerprint


def _connect(settings: Settings, environ: Mapping[str, str] | None) -> SiloClient:
    """A client for the server that is set. Waits for the keyring.

    Raises:
        AuthError: there is no token for it; the message says what to do.
        SettingError: its address cannot be one.
    """
    from silo_core.ports.client import SiloClient
    from silo_core.ports.tokens import find_token

    server_url = settings.text(
        "server_url"
    )  # once: a token is for no other, set while it is sought
    token = find_token(server_url, environ=environ)
    if token.value is None:
        raise AuthError(token.reason)
    return SiloClient(server_url, token.value)
