"""What becomes of two edits of one table. Pure: no files, no settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from silo_example_bom_merge.table import Cell, Row, Table, TableError


@dataclass(frozen=True, slots=True)
class Joined:
    """The table that has both sides' changes, and what of it came from the other side; or, with
    ``conflicts``, why there is none."""

    table: Table | None
    taken: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def join(base: Table, ours: Table, theirs: Table, by: str) -> Joined:
    """``theirs``, which ``by`` made, with what ``ours`` changed in ``base``.

    Raises:
        TableError: the three cannot be compared.
    """
    _see_that_they_compare(base, ours, theirs)
    other = by or "the newest version"
    names, conflicts = arranged(tuple(base.names), tuple(ours.names), tuple(theirs.names))
    if conflicts:
        return Joined(None, conflicts=(f"The columns were put into two orders ({other}).",))
    keys, conflicts = arranged(tuple(base.rows), tuple(ours.rows), tuple(theirs.rows))
    if conflicts:
        return Joined(None, conflicts=(f"The rows were put into two orders ({other}).",))
    found: list[str] = []
    rows = {}
    for key in _all(keys, base.rows):
        row = _row(key, base, ours, theirs, other, found)
        if row is not None:
            rows[key] = row
    found += _lost_columns(base, ours, theirs, other)
    if found:
        return Joined(None, conflicts=tuple(found))
    named = {name: theirs.names.get(name) or ours.names[name] for name in names}
    table = replace(theirs, names=named, rows={key: rows[key] for key in keys if key in rows})
    return Joined(_ended(table, theirs), tuple(_taken(base, theirs)))


def arranged(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> tuple[list[str], bool]:
    """The names in the order of whoever changed it, without what one side removed, each addition behind
    what it was put behind; and whether both changed the order, in two ways."""
    common = set(base) & set(ours) & set(theirs)
    before, mine, other = (
        [name for name in names if name in common] for names in (base, ours, theirs)
    )
    leading, following = (theirs, ours) if mine in (before, other) else (ours, theirs)
    gone = set(base) - (set(ours) & set(theirs))
    result = [name for name in leading if name not in gone]
    known, previous = set(result), ""
    for name in following:
        if name in gone:
            continue
        if name not in known:
            result.insert(result.index(previous) + 1 if previous else 0, name)
        previous = name
    return result, mine not in (before, other) and other != before


def _see_that_they_compare(base: Table, ours: Table, theirs: Table) -> None:
    if len({table.key for table in (base, ours, theirs)}) > 1:
        raise TableError("the first column, which tells rows apart, is not the same in both")
    if len({table.separator for table in (base, ours, theirs)}) > 1:
        raise TableError("the two are written with different separators")
    if len({table.is_utf8 for table in (base, ours, theirs) if not table.is_ascii}) > 1:
        raise TableError("the two are written in different encodings")


def _all(keys: Sequence[str], base: Collection[str]) -> Iterator[str]:
    """Those of the result, and those that one side removed: the other may have changed them."""
    yield from keys
    known = set(keys)
    yield from (key for key in base if key not in known)


def _row(
    key: str, base: Table, ours: Table, theirs: Table, other: str, conflicts: list[str]
) -> Row | None:
    before, mine, their = base.rows.get(key), ours.rows.get(key), theirs.rows.get(key)
    if mine is None or their is None:
        kept, who = (mine, f"removed by {other}") if mine else (their, "removed here")
        if kept is None or before is None:
            return kept
        changed = [name for name in _columns(before, kept) if _differs(name, before, kept)]
        if changed:
            conflicts.append(
                f"Row {_plain(key)}: {who}, while {_shown(changed)} was changed in it."
            )
        return None
    cells = dict(their.cells)
    for name in _columns(mine, their):
        was, own, others = (_value(row, name) for row in (before, mine, their))
        if own in (was, others) or name not in ours.names:
            continue
        if others == was or name not in theirs.names:
            cells[name] = mine.cells.get(name, Cell(""))
            continue
        it_was = "" if was is None else f"; it was {_said(was)}"
        conflicts.append(
            f"Row {_plain(key)}, {_plain(name)}: {_said(own)} here, {_said(others)} of {other}{it_was}."
        )
    return replace(their, cells=cells)


def _lost_columns(base: Table, ours: Table, theirs: Table, other: str) -> Iterator[str]:
    """Columns that one side removed while the other changed or filled something in them."""
    for left, right, who in (
        (ours, theirs, "removed here"),
        (theirs, ours, f"removed by {other}"),
    ):
        for name in base.names:
            if name in left.names or name not in right.names:
                continue
            for key, row in right.rows.items():
                before = base.rows.get(key)
                if _value(row, name) != _value(before, name) and _value(row, name):
                    yield f"Column {_plain(name)}: {who}, while row {_plain(key)} was changed in it."
                    break


def _ended(table: Table, theirs: Table) -> Table:
    """Only the last line may lack its ending, as it does in ``theirs``."""
    ending = next((kind for kind in ("\r\n", "\r") if kind in theirs.ending), "\n")
    lines = [theirs.ending, *(row.ending for row in theirs.rows.values())]
    rows = {
        key: replace(row, ending=(row.ending if key in theirs.rows else "") or ending)
        for key, row in table.rows.items()
    }
    if rows and not lines[-1]:
        last = next(reversed(rows))
        rows[last] = replace(rows[last], ending="")
    return replace(table, rows=rows, ending=theirs.ending or (ending if rows else ""))


def _taken(base: Table, theirs: Table) -> Iterator[str]:
    for name in theirs.names:
        if name not in base.names:
            yield f"Column {_plain(name)} added"
    for name in base.names:
        if name not in theirs.names:
            yield f"Column {_plain(name)} removed"
    for key, row in theirs.rows.items():
        before = base.rows.get(key)
        if before is None:
            yield f"Row {_plain(key)} added"
            continue
        for name in theirs.names:
            if name in base.names and _differs(name, before, row):
                was, now = _said(_value(before, name)), _said(_value(row, name))
                yield f"Row {_plain(key)}: {_plain(name)} {was} → {now}"
    for key in base.rows:
        if key not in theirs.rows:
            yield f"Row {_plain(key)} removed"


def _columns(*rows: Row) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.cells))


def _differs(name: str, one: Row, other: Row) -> bool:
    return _value(one, name) != _value(other, name)


def _value(row: Row | None, name: str) -> str | None:
    """What the cell says, nothing where a row is short; None of a row that is not there."""
    if row is None:
        return None
    cell = row.cells.get(name)
    return cell.value if cell else ""


def _said(value: str | None) -> str:
    return _plain(value) if value else "nothing"


def _shown(names: list[str]) -> str:
    return ", ".join(map(_plain, names))


def _plain(text: str) -> str:
    """On one line, and without bytes that are no text."""
    return " ".join(text.encode("utf-8", "replace").decode().split())
