"""Users and their tokens."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from silo_core.model.errors import SiloError
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import Role, User
from silo_server.work.desk import Caller
from silo_server.work.names import shown

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def token_hash(token: str) -> str:
    """What is kept of a token. It is long and random, so a plain hash cannot be turned around."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer_token(header: str) -> str:
    """The token of an ``Authorization`` header, empty if it carries none."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def add_user(tx: Transaction, name: str, role: Role, now: datetime) -> str:
    """A new user; answers the token, which nobody can be shown again.

    Raises:
        SiloError: the name is taken or cannot be one.
    """
    if not _NAME.fullmatch(name):
        raise SiloError(
            f"{shown(name)} cannot be a user name; use up to 64 letters, digits, dots, dashes, "
            "underscores or @."
        )
    if tx.get(User, name):
        raise SiloError(f"There is a user {name} already; choose another name or remove that one.")
    token = f"silo_{secrets.token_urlsafe(32)}"
    tx.add(User(name, role, token_hash(token), now))
    return token


def remove_user(tx: Transaction, name: str) -> None:
    """The user's token stops working at once; what the user made stays.

    Raises:
        SiloError: there is no such user.
    """
    user = tx.get(User, name)
    if user is None:
        raise SiloError(f"There is no user {shown(name)}; `silo user list` shows who there is.")
    tx.remove(user)


def caller_of(reader: Reader, token: str) -> Caller | None:
    """Whose token it is; None if it is nobody's."""
    found = reader.find(User, token_sha256=token_hash(token))
    return Caller(found[0].id, found[0].role) if found else None
