"""``silo-folder-host PATH``: share a folder until it is stopped."""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from silo_core.hookspecs import hookimpl
from silo_core.model.errors import SiloError
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.model.subscription import TargetType
from silo_example_folder_host.host import FolderHost
from silo_example_folder_host.items import Items

LOOK_S = 0.25


class Sharing:
    """The workbench, its host, and the plugin that tells one of what the other hears."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        from silo_core.ports.claims import Claim
        from silo_core.ports.installation import data_folder
        from silo_core.workbench import make_workbench

        self.folder, self._options = folder, options
        self._editors: dict[str, tuple[str, ...]] = {}
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()
        data = data_folder() / "folders" / digest[:16]
        self._claim = Claim(data / "shared")
        if not self._claim.take():
            raise SiloError(f"{folder} is shared by another silo-folder-host already.")
        self.host = FolderHost(folder, show=show, quiet_s=options.quiet)
        self.bench = make_workbench(
            self.host, data=data, environ={**os.environ, "SILO_WORKSPACE": str(folder)}
        )
        self.items = Items(self.bench, show, create=options.create)
        self.host.number_of, self.host.settled = self.items.number_of, self.items.settled
        self.bench.plugins.register(self, "folder_host")

    def run(self, stopping: threading.Event) -> None:
        """Until ``stopping`` is set. Raises SiloError where it cannot begin."""
        try:
            if self.bench.settings.server_url is None:
                raise SiloError("No server is set; sign in with `silo login URL`.")
            self.bench.start()
            while not stopping.is_set():
                self.host.look()
                self.host.run_pending(LOOK_S)
        finally:
            self.bench.stop()
            self._claim.release()

    @hookimpl
    def silo_connection_changed(self, connection: Connection) -> None:
        """Connected: files are looked up, and what was asked for is subscribed to."""
        if connection.state is not ConnectionState.ONLINE:
            return
        self.items.ask_again()
        for number in self._options.item:
            self.items.subscribe(TargetType.ITEM, number)
        for project in self._options.project:
            self.items.subscribe(TargetType.PROJECT, project)

    @hookimpl
    def silo_presence_changed(self, part_numbers: frozenset[str]) -> None:
        """Say who works on what; what was refused is tried again once it is free."""
        for number in sorted(part_numbers):
            others = self.bench.presence.sessions_of_others(number, self.bench.workstation_id or "")
            users = tuple(sorted({session.user for session in others}))
            before = self._editors.get(number, ())
            self._editors[number] = users
            if not users:
                self.host.free(number)
            if users != before:
                who = " and ".join(users) or "nobody else"
                show(f"{number}: {who} works on it", ())


def show(text: str, details: tuple[str, ...]) -> None:
    """Lines on the terminal."""
    print(f"{datetime.now():%H:%M:%S} {_plain(text)}")
    for line in details:
        print(f"         {_plain(line)}")
    sys.stdout.flush()


def _plain(text: str) -> str:
    """What others wrote must not steer the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 once it was stopped, 2 where it cannot begin."""
    parser = argparse.ArgumentParser("silo-folder-host", description="Share a folder of files.")
    parser.add_argument("folder", type=Path, metavar="PATH", help="the folder")
    parser.add_argument(
        "--create", action="store_true", help="put files that are no items yet on the server"
    )
    parser.add_argument(
        "--item", action="append", default=[], metavar="NUMBER", help="bring this item in"
    )
    parser.add_argument(
        "--project", action="append", default=[], metavar="NAME", help="bring its items in"
    )
    parser.add_argument(
        "--quiet", type=_seconds, default=2.0, metavar="S", help="seconds after a save (default 2)"
    )
    options = parser.parse_args(arguments)
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    try:
        folder = options.folder.expanduser().resolve()
        if not folder.is_dir():
            raise SiloError(f"{folder} is no folder; make it, or name another one.")
        Sharing(folder, options).run(stopping)
    except SiloError as error:
        print(f"silo-folder-host: {error.message}", file=sys.stderr)
        return 2
    return 0


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 3600:
        raise argparse.ArgumentTypeError("between 0 and 3600 seconds")
    return seconds
