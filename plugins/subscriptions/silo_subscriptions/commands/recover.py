"""``silo recover``: what newer versions have replaced in the last 30 days."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from silo_subscriptions.backups import Backup

_COLUMNS = ("ID", "ITEM", "REPLACED", "SIZE", "FILE")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``recover``."""
    parser = subparsers.add_parser(
        "recover",
        help="list and get back what newer versions have replaced",
        description="List what files held before a newer version took its place, for 30 days; or "
        "write one of them to a file.",
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="which one; its beginning will do")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write it")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    parser.add_argument("--json", action="store_true", help="list as one JSON array")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List them, or write one; 0.

    Raises:
        SiloError: there is no such backup, or the file cannot be written.
    """
    from silo_core.model.errors import SiloError

    found = kept()
    if args.id is None:
        if args.output:
            raise SiloError("Name which one to write; `silo recover` lists them.")
        _list(found, as_json=args.json)
        return 0
    matching = [backup for backup in found if backup.id.startswith(args.id)]
    if len(matching) != 1:
        what = "None is" if not matching else f"{len(matching)} are"
        raise SiloError(f"{what} called {args.id[:40]!r}; `silo recover` lists them.")
    _write(matching[0], args.output, force=args.force)
    return 0


def kept() -> list[Backup]:
    """Those of the server that is set, of every editor of this user, the newest first.

    Raises:
        SiloError: a folder of them cannot be read.
    """
    from silo_core.ports.installation import data_folder
    from silo_core.ports.store import store_path
    from silo_core.surfaces.cli.server import read_settings
    from silo_subscriptions.backups import Backups

    data, url = data_folder(), read_settings().text("server_url")
    folders = [store_path(folder, url).parent for folder in (data, *sorted(data.glob("editor-*")))]
    found = [backup for folder in folders for backup in Backups(folder / "backups").all()]
    return sorted(found, key=lambda backup: backup.at, reverse=True)


def row(backup: Backup) -> dict[str, Any]:
    """One of them, for ``--json``."""
    from silo_core.ports.wire import format_time

    return {
        "id": backup.id,
        "part_number": backup.part_number,
        "original": str(backup.original),
        "path": str(backup.path),
        "at": format_time(backup.at),
        "size": backup.size,
    }


def _list(found: list[Backup], *, as_json: bool) -> None:
    from silo_core.rules.amounts import size
    from silo_core.surfaces.cli.terminal import local, plain, table

    if as_json:
        rows = [row(backup) for backup in found]
        print(json.dumps(rows, indent=2))
        return
    if not found:
        print("Nothing was replaced in the last 30 days.")
        return
    rows_ = [
        (b.id, b.part_number or "-", local(b.at), size(b.size), str(b.original)) for b in found
    ]
    for line in table([_COLUMNS, *rows_], widest=100):
        print(plain(line))


def _write(backup: Backup, output: str | None, *, force: bool) -> None:
    from functools import partial

    from silo_core.ports.client.files import reading
    from silo_core.ports.durable import write_durably
    from silo_core.surfaces.cli.output import refuse_taken
    from silo_core.surfaces.cli.terminal import plain

    name = backup.original.name or backup.path.name
    stem, dot, suffix = name.rpartition(".")
    target = (
        Path(output) if output else Path(f"{stem or name} (recovered {backup.id}){dot}{suffix}")
    )
    refuse_taken(target, replace=force)
    with reading(backup.path) as source:
        write_durably(target.absolute(), iter(partial(source.read, 1 << 20), b""))
    print(plain(f"Written: {target}"))
