"""The table of strings behind the names that FreeCAD gives to edges and faces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HASHER = "StringHasher.Table.txt"


def last_id(chunks: Iterable[bytes]) -> int:
    """The highest number in a table of strings, whose rows state the step from the one before."""
    last = 0
    for line in b"".join(chunks).splitlines()[1:]:
        if found := re.match(rb"-?([0-9a-f]+)\.", line):
            last += int(found[1], 16)
    return last
