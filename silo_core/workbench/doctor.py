"""Looks at an installation and says what is wrong with it, and what to do about each thing."""

from __future__ import annotations

import platform
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, nullcontext
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core import __version__
from silo_core.model.errors import SiloError
from silo_core.ports.plugins import Hooks, PluginManager, PluginState
from silo_core.ports.plugins.trace import IMPORT
from silo_core.ports.settings import Settings, slips
from silo_core.workbench.doctor_path import search_path
from silo_core.workbench.finding import Finding, Level

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient

CLOCK_S = 30.0
"""Clocks that differ by more are told of: what was when is then shown wrong."""


def examine(
    settings: Settings,
    manager: PluginManager | Hooks,
    data: Path,
    client: SiloClient | None = None,
) -> Iterator[Finding]:
    """Everything there is to say, area by area. ``manager`` has loaded its plugins; ``data`` is where
    this user's data is; ``client`` is that of a workbench that runs, else one is made of the settings
    and their environment. Waits for the server, at most as long as a client does, and for the keyring:
    not for a main thread."""
    yield from _versions()
    yield from search_path()
    yield from _plugins(manager)
    yield from _settings(settings, manager)
    yield from _keyring(settings, settings.environ)
    yield from _server(settings, settings.environ, client)
    yield from _stores(data)


def _versions() -> Iterator[Finding]:
    system = f"Python {platform.python_version()} on {platform.system()}"
    yield Finding("Versions", Level.FINE, f"silo-core {__version__}, {system}.")
    installed = {one.name.lower(): one.version for one in distributions() if one.name}
    if installed.get("pyside6-essentials") == "6.12.0" and sys.version_info < (3, 12):
        yield Finding(
            "Versions",
            Level.PROBLEM,
            "PySide6 6.12.0 ends programs at random on this Python.",
            "Install another version: pip install 'PySide6-Essentials!=6.12.0'.",
        )
    from silo_core.chunks import codec

    if not codec.available():
        yield Finding(
            "Versions",
            Level.NOTE,
            "This Python has no Zstandard, so whole files travel.",
            "Install it: pip install backports.zstd.",
        )


def _plugins(manager: PluginManager | Hooks) -> Iterator[Finding]:
    imports = {call.plugin: call.seconds for call in manager.trace.calls() if call.hook == IMPORT}
    for info in manager.plugins():
        match info.state:
            case PluginState.FAILED:
                advice = (
                    f"Update or uninstall {info.distribution or info.name}, or tell its author."
                )
                yield Finding("Plugins", Level.PROBLEM, info.error, advice)
            case PluginState.SWITCHED_OFF:
                advice = (
                    "Switch it on in the settings dialog; if it goes off again, tell its author."
                )
                yield Finding("Plugins", Level.PROBLEM, info.error, advice)
            case PluginState.DISABLED:
                what = info.error or "It is disabled by the setting plugins_disabled."
                yield Finding("Plugins", Level.FINE, f"{info.name}: {what}")
            case PluginState.ENABLED:
                what = f"{info.name} ({info.distribution} {info.version}) is at work"
                took = imports.get(info.name)
                much = "" if took is None else f"; its import took {took * 1000:.0f} ms"
                yield Finding("Plugins", Level.FINE, f"{what}{much}.")
    for sentence in manager.deprecations():
        yield Finding("Plugins", Level.NOTE, f"{sentence}.", "Update it before you update Silo.")
    advice = "Tell its author: what is heavy is imported where it is used, and work is submitted."
    for sentence in manager.remarks():
        yield Finding("Plugins", Level.NOTE, f"{sentence}.", advice)


def _settings(settings: Settings, manager: PluginManager | Hooks) -> Iterator[Finding]:
    for problem in settings.problems:
        yield Finding("Settings", Level.PROBLEM, problem, f"Correct it in {settings.path}.")
    found = slips(settings, [info.name for info in manager.plugins()])
    for slip in found:
        yield Finding("Settings", Level.NOTE, slip.what, "Correct it, or take it away.")
    if not settings.problems and not found:
        yield Finding("Settings", Level.FINE, f"{settings.path} is in order.")


def _keyring(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    from silo_core.ports.tokens import (
        INSTALL_ONE,
        TokenError,
        environment_token,
        keyring_name,
        try_keyring,
    )

    if token := environment_token(environ):
        yield Finding("Keyring", Level.FINE, f"The token comes from {token.source}.")
        return
    # without a server there is nothing to keep
    bad = Level.PROBLEM if settings.server_url else Level.NOTE
    name, is_safe = keyring_name()
    if not name:
        what = "This system has no keyring to keep a token in."
        yield Finding("Keyring", bad, what, INSTALL_ONE)
        return
    try:
        try_keyring()
    except TokenError as error:
        yield Finding("Keyring", bad, f"{name} does not keep tokens: {error.message}", INSTALL_ONE)
        return
    if not is_safe:
        what = f"{name} keeps tokens in a file that anybody may read who can read yours."
        yield Finding("Keyring", Level.NOTE, what, INSTALL_ONE)
        return
    what = f"Tokens are kept by {name}: a made-up one was stored, read and removed."
    yield Finding("Keyring", Level.FINE, what)


def _server(
    settings: Settings, environ: Mapping[str, str], client: SiloClient | None
) -> Iterator[Finding]:
    from silo_core.ports.connecting import connect, user_of

    if not settings.text("server_url"):
        yield Finding("Server", Level.NOTE, "No server is set.", "Sign in with: silo login URL")
        return
    began = time.monotonic()
    try:
        with nullcontext(client) if client else closing(connect(settings, environ)) as asked:
            info, user = asked.server_info(), user_of(asked)
            took = (time.monotonic() - began) * 1000
            offset = asked.clock_offset()
    except SiloError as error:
        advice = "Check the address, your network, and whether the server runs; then sign in again."
        yield Finding("Server", Level.PROBLEM, error.message, advice)
        return
    name = f"{info.name} {info.version}".strip() or "A server without extensions"
    who = f"; you are {user}" if user else ""
    yield Finding("Server", Level.FINE, f"{name} answers within {took:.0f} ms{who}.")
    yield from _clock(offset)


def _clock(offset: float | None) -> Iterator[Finding]:
    if offset is None:
        return
    if abs(offset) <= CLOCK_S:
        yield Finding("Clock", Level.FINE, "It agrees with the server's.")
        return
    which = "behind" if offset > 0 else "ahead of"
    what = f"This machine's clock is {abs(offset):.0f} s {which} the server's."
    yield Finding("Clock", Level.PROBLEM, what, "Let the system set it over the network.")


def _stores(data: Path) -> Iterator[Finding]:
    paths = sorted([*data.glob("*/store.sqlite3"), *data.glob("editor-*/*/store.sqlite3")])
    for path in paths:
        problem = _damage(path)
        if problem:
            yield Finding(
                "Store",
                Level.PROBLEM,
                f"{path} is damaged: {problem}.",
                "Keep a copy of its folder and start your editor: it begins a new one beside it.",
            )
        else:
            yield Finding("Store", Level.FINE, f"{path} is whole.")


def _damage(path: Path) -> str:
    """What SQLite finds wrong with a store; read only, also beside a running editor."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as store:
            said = [str(row[0]) for row in store.execute("PRAGMA quick_check")]
    except sqlite3.Error as error:
        return str(error)
    return "" if said == ["ok"] else "; ".join(said[:3])
