"""A CSV file as a table that can be written again as it was: a cell keeps its quotation marks, a row its
line ending and the empty lines below it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MARK = "\ufeff"
SEPARATORS = (",", ";", "\t")
_ENDINGS = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))+")


class TableError(Exception):
    """The file is no table that rows and columns can be told apart in; the message says why."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``raw`` is what stands in the file; two cells are equal if they say the same."""

    raw: str

    @property
    def value(self) -> str:
        """What a spreadsheet shows."""
        return self.raw[1:-1].replace('""', '"') if self.raw.startswith('"') else self.raw


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by the names of their columns, and what ends the row."""

    cells: dict[str, Cell]
    ending: str


@dataclass(frozen=True, slots=True)
class Table:
    """``names``: the columns with their cells in the first line. ``rows``: by their keys."""

    names: dict[str, Cell]
    ending: str
    rows: dict[str, Row]
    key: str
    separator: str
    mark: str
    is_utf8: bool
    is_ascii: bool


def read(content: bytes, key: str = "") -> Table:
    """The table in ``content``; ``key`` names the column that tells rows apart, the first one if empty.

    Raises:
        TableError: there is no such table in it.
    """
    text = content.decode("utf-8", "surrogateescape")
    if "\0" in text:
        raise TableError("it is no text in UTF-8 or another encoding that extends ASCII")
    mark = MARK if text.startswith(MARK) else ""
    text = text.removeprefix(MARK)
    separator = _separator(text)
    lines = _lines(text, separator)
    if not lines:
        raise TableError("it is empty; the first line has to name the columns")
    heading, ending = lines[0]
    names = {cell.value: cell for cell in heading}
    if len(names) < len(heading) or "" in names:
        raise TableError("two of its columns have one name, or one has none")
    key = key or heading[0].value
    if key not in names:
        raise TableError(f"it has no column {key}, which is to tell its rows apart")
    rows = _rows(lines[1:], tuple(names), key)
    is_utf8 = not any("\udc80" <= letter <= "\udcff" for letter in text)
    return Table(names, ending, rows, key, separator, mark, is_utf8, content.isascii())


def write(table: Table) -> bytes:
    """The file that ``table`` stands for."""
    lines = [_line(table.names.values(), table.ending, table.separator)]
    for row in table.rows.values():
        cells = [row.cells.get(name) for name in table.names]
        while cells and cells[-1] is None:  # a short row stays one
            cells.pop()
        lines.append(_line((cell or Cell("") for cell in cells), row.ending, table.separator))
    return (table.mark + "".join(lines)).encode("utf-8", "surrogateescape")


def _line(cells: Iterable[Cell], ending: str, separator: str) -> str:
    return separator.join(cell.raw for cell in cells) + ending


def _separator(text: str) -> str:
    """The only one that the first line has outside of quotation marks; a comma in a table of one
    column."""
    heading = re.sub(r'"(?:[^"]|"")*"', "", text).lstrip("\r\n")
    heading = re.split(r"[\r\n]", heading, maxsplit=1)[0]
    found = [separator for separator in SEPARATORS if separator in heading]
    if len(found) > 1:
        raise TableError("its first line has more than one kind of separator")
    return found[0] if found else ","


def _lines(text: str, separator: str) -> list[tuple[list[Cell], str]]:
    """Every line that is not empty: its cells and its ending."""
    cell = re.compile(rf'"(?:[^"]|"")*"|[^"{separator}\r\n][^{separator}\r\n]*|')
    lines: list[tuple[list[Cell], str]] = []
    cells: list[Cell] = []
    place, end = 0, len(text)
    while place < end:
        found = cell.match(text, place)
        raw = found[0] if found else ""
        cells.append(Cell(raw))
        place += len(raw)
        if place < end and text[place] == separator:
            place += 1
            if place < end:
                continue
            cells.append(Cell(""))
        ending = _ENDINGS.match(text, place)
        if ending is None and place < end:
            number = len(lines) + 1
            raise TableError(f"a quotation mark is out of place in its row {number} ({raw!r})")
        lines.append((cells, ending[0] if ending else ""))
        place = ending.end() if ending else place
        cells = []
    if lines and lines[0][0] == [Cell("")]:
        raise TableError("its first line is empty; it has to name the columns")
    return lines


def _rows(lines: list[tuple[list[Cell], str]], names: tuple[str, ...], key: str) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for number, (cells, ending) in enumerate(lines, start=2):
        if len(cells) > len(names):
            raise TableError(f"its row {number} has more cells than there are columns")
        row = Row(dict(zip(names, cells, strict=False)), ending)
        name = row.cells[key].value if key in row.cells else ""
        if not name:
            raise TableError(f"its row {number} has no {key}, by which it could be told apart")
        if name in rows:
            raise TableError(f"two of its rows have the {key} {name!r}")
        rows[name] = row
    return rows
