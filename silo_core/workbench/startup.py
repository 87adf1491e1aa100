"""Putting a workbench together for a host, from the settings of this user."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from pathlib import Path

from silo_core.ports import claims
from silo_core.ports.connecting import connect
from silo_core.ports.host import Host
from silo_core.ports.installation import data_folder, fingerprint
from silo_core.ports.plugins import PluginManager
from silo_core.ports.plugins.hung import SwitchedOff, collect
from silo_core.ports.settings import Settings
from silo_core.workbench.bench import Here, Workbench
from silo_core.workbench.inheriting import inherit
from silo_core.workbench.plugin_watch import PluginWatch

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
    base = data or data_folder()
    claim = claims.claim(base)

    def open_store() -> Store:
        store = Store.open(store_path(claim.folder, settings.text("server_url")))
        if claim.folder == base:
            inherit(store, base, claim.folder)
        return store

    machine = name or socket.gethostname()
    if claim.folder != base:  # people are to see that these are two
        machine = f"{machine} ({claim.folder.name})"
    watch: PluginWatch | None = None
    try:
        switched_off = SwitchedOff(base)
        killed = collect(switched_off, claim.folder)
        plugins = PluginManager(
            disabled=settings.names("plugins_disabled"),
            switched_off=switched_off,
            declare=settings.declare,
        )
        watch = PluginWatch(plugins, claim.folder, killed)
        plugins.on_problem = watch.problem
        watch.start()
        plugins.load()
        here = Here(machine, fingerprint(claim.folder))
        return Workbench(
            host,
            settings,
            plugins,
            open_store,
            here,
            lambda: connect(settings, environ),
            claim,
            watch,
        )
    except BaseException:
        if watch:
            watch.stop()
        claim.release()
        raise
