"""Links to an item's page, for a browser, which has no token: signed, for one item and a short while.

The key is what is kept of the user's token, so that no server has to remember a link, and all of a
user's links end with the token.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from silo_server.storage.ports import Reader
from silo_server.storage.records import User
from silo_server.work.desk import Caller, Desk
from silo_server.work.items import item_of
from silo_server.work.refusal import Refusal

LINK_LASTS = timedelta(minutes=15)
"""How long a link works."""


@dataclass(frozen=True, slots=True)
class Link:
    """``path`` is below the server's address, with the query that signs it."""

    path: str
    expires_at: datetime


def link_to(reader: Reader, desk: Desk, caller: Caller, part_number: str) -> Link:
    """A link to the item's page, for who is asking.

    Raises:
        Refusal: 404, there is no such item.
    """
    item = item_of(reader, part_number)
    user = _user(reader, caller.user)
    expires = int((desk.clock() + LINK_LASTS).timestamp())
    signed = {
        "user": user.id,
        "expires": expires,
        "signature": _signature(user, item.part_number, expires),
    }
    path = f"/items/{item.part_number}?{urlencode(signed)}"
    return Link(path, datetime.fromtimestamp(expires, UTC))


def check_link(
    reader: Reader, now: datetime, part_number: str, user: str, expires: int, signature: str
) -> None:
    """Nothing happens where the link is a good one.

    Raises:
        Refusal: 403, it has expired, was made up, or its user's token is no longer valid.
    """
    left = expires - now.timestamp()
    known = reader.get(User, user)
    if known is not None and 0 < left <= LINK_LASTS.total_seconds():
        right = _signature(known, part_number, expires)
        if hmac.compare_digest(right.encode(), signature.encode()):
            return
    raise _worn_out()


def _user(reader: Reader, name: str) -> User:
    """Raises Refusal where the user has been removed since the request came in."""
    found = reader.get(User, name)
    if found is None:
        raise _worn_out()
    return found


def _worn_out() -> Refusal:
    return Refusal(
        403,
        "link_expired",
        f"This link does not work any more: one lasts {LINK_LASTS.seconds // 60} minutes. Press "
        "View in Silo again for a new one.",
    )


def _signature(user: User, part_number: str, expires: int) -> str:
    said = f"silo-page\n{part_number}\n{user.id}\n{expires}"
    return hmac.new(user.token_sha256.encode(), said.encode(), hashlib.sha256).hexdigest()
