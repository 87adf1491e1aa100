"""What every command minds when it prints what others wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from silo_core.model.errors import SiloError

WIDEST = 48
"""Characters of a cell; a longer text is cut, so that a row stays one line."""


def plain(text: str) -> str:
    """Without control characters: the texts of a file or a plugin must not steer the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def local(moment: datetime, *, seconds: bool = False) -> str:
    """The time on the user's clock."""
    with suppress(OverflowError, OSError, ValueError):  # a server's year 1 is not in every zone
        moment = moment.astimezone()
    return moment.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def table(rows: Iterable[Sequence[str]], *, widest: int | None = None) -> list[str]:
    """Rows of equally many cells as lines of plain columns. ``widest``: cut what is longer."""
    cells = [[_cut(plain(cell), widest) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in cells]


def table_of_pages(
    head: Sequence[str], pages: Iterable[Sequence[Sequence[str]]], *, widest: int | None = None
) -> Iterator[str]:
    """The same of rows that come page by page; nothing where there are no rows. What was widest on
    the pages before stays in its column: only the last column may get wider."""
    so_far, is_first = tuple(head), True
    for rows in pages:
        if rows:
            lines = table([so_far, *rows], widest=widest)
            yield from lines[0 if is_first else 1 :]
            so_far = tuple(max(column, key=len) for column in zip(so_far, *rows, strict=True))
            is_first = False


def number(option: str, text: str | None, of: str) -> int | None:
    """What was given for an option that counts ``of`` something, from 1 on; None if it was not given.

    Raises:
        SiloError: it is no such number.
    """
    if text is None:
        return None
    if not (text.isdecimal() and text.isascii() and len(text) < 10 and int(text)):
        raise SiloError(f"{option} {text[:80]!r} is no number of {of}; name one from 1 on.")
    return int(text)


def _cut(text: str, widest: int | None) -> str:
    if widest is None or _width(text) <= widest:
        return text
    kept = text[:widest]
    while _width(kept) >= widest:
        kept = kept[:-1]
    return kept + "…"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns of a terminal: an ideograph takes two, a combining mark none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )
