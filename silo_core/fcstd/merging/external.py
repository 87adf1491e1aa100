"""What a sketch copied from outside of it."""

from __future__ import annotations

import re

COPIES, SOURCES = "ExternalGeo", "ExternalGeometry"
"""The properties with the copies, and with the edges that they are copies of."""

_SOURCE = re.compile(
    rb'<Link\s+obj="([^"]*)"\s+sub="([^"]*)"[^>]*\sshadow(?:ed)?="([^"]*)\.[^".]*"'
)
_REF = re.compile(rb'(\s[Rr]ef=")([^"]*)"')


def by_number(copies: bytes, sources: bytes) -> bytes:
    """The copies, said to be of an edge by its number instead of the name behind it: a sketch keeps what
    it does not find by that name as a copy of nothing, and its constraints with it."""
    numbers = {b"%s.%s" % (obj, name): b"%s.%s" % (obj, sub)
               for obj, sub, name in _SOURCE.findall(sources)}  # fmt: skip
    return _REF.sub(lambda found: found[1] + numbers.get(found[2], found[2]) + b'"', copies)
