"""``silo serve`` and ``silo user``, contributed to the ``silo`` command by this distribution."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.model.errors import SiloError

if TYPE_CHECKING:
    _Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

    from silo_server.storage.sqlite import SqliteStore

DEFAULT_PORT = 8765
_ROLES = ("viewer", "editor", "admin")


def add_commands(subparsers: _Subparsers) -> None:
    """Register ``serve`` and ``user``. Nothing heavy is imported until one of them runs."""
    _add_serve(subparsers)
    user = subparsers.add_parser("user", help="add, list or remove users of a server")
    actions = user.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a user and print the token, once")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=_ROLES, default="editor", help="default: editor")
    add.set_defaults(run=_add_user)
    listing = actions.add_parser("list", help="list users and their roles")
    listing.set_defaults(run=_list_users)
    remove = actions.add_parser("remove", help="remove a user; the token stops working at once")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_remove_user)
    for action in (add, listing, remove):
        _add_data(action)


def _add_serve(subparsers: _Subparsers) -> None:
    serve = subparsers.add_parser(
        "serve",
        help="run a Silo server",
        description="Run a Silo server on a data folder until it is told to stop.",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (this machine)")
    serve.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help=f"default: {DEFAULT_PORT}; 0: any free one"
    )
    serve.add_argument("--read-only", action="store_true", help="answer reading requests only")
    _add_data(serve)
    serve.set_defaults(run=_serve)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=_folder, required=True, metavar="DIR", help="the server's data folder"
    )


def _folder(text: str) -> Path:
    if not text.strip():  # a variable that is not set, and not the current folder
        raise SiloError("--data is empty; name the server's data folder.")
    return Path(text)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < 1 << 16:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; use a number from 0 to 65535")


def _serve(args: argparse.Namespace) -> int:
    import logging

    from silo_core.ports.masking import Masking
    from silo_server.app import Options, create_app
    from silo_server.running import StreamingServer, is_loopback, listen, url_of
    from silo_server.storage.folder import require_data_folder

    if args.read_only:
        require_data_folder(args.data)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(Masking())
    with listen(args.host, args.port) as bound:
        app = create_app(args.data, options=Options(read_only=args.read_only))
        mode = " (read-only)" if args.read_only else ""
        print(f"Silo server at {url_of(bound)}, data in {args.data}{mode}", flush=True)
        if not is_loopback(bound):
            print(
                "Warning: other machines can reach this server and it does not encrypt; put it "
                "behind a proxy with TLS.",
                file=sys.stderr,
                flush=True,
            )
        # uvicorn raises the signal again once it has stopped cleanly: that is no failure
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, lambda *_: None)
        StreamingServer(app).run([bound])
    return 0


def _add_user(args: argparse.Namespace) -> int:
    from silo_server.app import utc_now
    from silo_server.storage.records import Role
    from silo_server.work.users import add_user

    with _store(args.data, create=True) as store:
        token = store.write(lambda tx: add_user(tx, args.name, Role(args.role), utc_now())).result()
    _show_token(args.name, token)
    return 0


def _show_token(name: str, token: str) -> None:
    try:
        print(token, flush=True)
    except OSError as error:
        raise SiloError(
            f"The user {name} was added, but the token cannot be written "
            f"({error.strerror or error}); remove the user and add it again for a new token."
        ) from error


def _list_users(args: argparse.Namespace) -> int:
    from silo_server.storage.records import User

    with _store(args.data) as store:
        users = store.read(lambda reader: reader.find(User))
    for user in users:
        print(f"{user.id}\t{user.role}")
    if not users:  # beside the list, which programs read
        print("There are no users yet; `silo user add` adds one.", file=sys.stderr)
    return 0


def _remove_user(args: argparse.Namespace) -> int:
    from silo_server.work.users import remove_user

    with _store(args.data) as store:
        store.write(lambda tx: remove_user(tx, args.name)).result()
    return 0


def _store(data: Path, *, create: bool = False) -> SqliteStore:
    from silo_server.storage.folder import open_store

    return open_store(data, create=create)
