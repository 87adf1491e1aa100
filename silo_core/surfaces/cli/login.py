"""``silo login`` and ``silo logout``: the token for a server, in the system's keyring.

The token is never an argument (others see those), never printed and never logged.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from typing import TYPE_CHECKING

from silo_core.model.errors import SettingError, SiloError
from silo_core.surfaces.cli.server import read_settings
from silo_core.surfaces.cli.terminal import plain

if TYPE_CHECKING:
    from silo_core.ports.settings import Settings

_LONGEST_TOKEN = 4096


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``login`` and ``logout``."""
    login = subparsers.add_parser(
        "login",
        help="sign in to a server",
        description="Check a token, keep it in the system's keyring, and use this server from now on.",
    )
    login.add_argument(
        "url", nargs="?", metavar="URL", help="the server's address (default: the one that is set)"
    )
    login.add_argument(
        "--token-stdin", action="store_true", help="read the token from standard input"
    )
    login.set_defaults(run=run_login)
    logout = subparsers.add_parser("logout", help="remove the token from the system's keyring")
    logout.set_defaults(run=run_logout)


def run_login(args: argparse.Namespace) -> int:
    """Check the token with the server, then keep it and the address; 0. A token that the environment
    gives is checked and not kept: it stands above whatever the keyring holds.

    Raises:
        SiloError: the address, the token, the server or the keyring is not what it should be; then
            nothing is kept.
    """
    from silo_core.ports.signing_in import check
    from silo_core.ports.tokens import environment_token, store_token

    settings = read_settings()
    url = _address(args.url, settings)
    given = environment_token()
    token = given.value if given and not args.token_stdin else None
    entered = "" if token else _entered(url, from_stdin=args.token_stdin)
    me = check(url, token or entered)
    who = (f" as {me.user}" + (f" ({me.role})" if me.role else "")) if me.user else ""
    if entered:
        store_token(url, entered)
    settings.set("server_url", url)
    print(plain(f"Signed in at {url}{who}."))
    if given:
        _note(f"{given.source} is set in the environment and stands above the keyring.")
    if settings.server_url != url:
        source = settings.source("server_url")
        _note(f"{source} is set in the environment, so {settings.server_url} is used all the same.")
    return 0


def run_logout(_: argparse.Namespace) -> int:
    """Remove the token of the server that is set; 0, also where there was none.

    Raises:
        SiloError: no server is set, or the keyring cannot be used.
    """
    from silo_core.ports.tokens import environment_token, forget_token

    url = _address(None, read_settings())
    if forget_token(url):
        print(plain(f"Signed out of {url}: its token is removed from the keyring."))
    else:
        print(plain(f"The keyring holds no token for {url}."))
    if given := environment_token():
        _note(f"{given.source} is set in the environment and is still used.")
    return 0


def _address(typed: str | None, settings: Settings) -> str:
    """The server's address in its normal form.

    Raises:
        SettingError: there is none, or it cannot be one.
    """
    from silo_core.ports.signing_in import normal_address

    url = typed or settings.server_url
    if not url:
        raise SettingError("No server is set; name its address: silo login URL.")
    return normal_address(url)


def _entered(url: str, *, from_stdin: bool) -> str:
    """The token that the user gives.

    Raises:
        SiloError: it cannot be asked for.
    """
    return (_read() if from_stdin else _asked(url)).strip()


def _read() -> str:
    """The first line of standard input."""
    try:
        return sys.stdin.readline(_LONGEST_TOKEN) if sys.stdin else ""
    except UnicodeDecodeError:
        raise SiloError("What was sent is no token; copy it from where it was shown.") from None


def _asked(url: str) -> str:
    """Typed without being shown."""
    from getpass import GetPassWarning, getpass

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            return getpass(f"Token for {plain(url)}: ")
    except GetPassWarning:
        raise SiloError(
            "There is no terminal to ask for the token on; send it with --token-stdin."
        ) from None
    except EOFError:
        return ""


def _note(text: str) -> None:
    print(plain(f"silo: {text}"), file=sys.stderr)
