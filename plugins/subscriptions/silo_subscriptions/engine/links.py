"""Which files part files link to, read from the files. Any thread."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from silo_core.fcstd import linked_files
from silo_core.model.errors import FileError
from silo_core.ports.files import is_part_file, opened

Graph = Mapping[Path, frozenset[Path]]
"""The files that a file links to, for each that is reached; none for what cannot be read."""

MOST = 10_000
"""Files that are read of one assembly."""

_Stamp = tuple[int, int]


def links_of(path: Path) -> frozenset[Path]:
    """The files that the part at ``path`` links to; none of one that is no part, or cannot be read."""
    if not is_part_file(path.name):
        return frozenset()
    try:
        with opened(path) as source:
            names = linked_files(source, name=path.name)
    except FileError:
        return frozenset()
    found = set()
    for name in names:
        with suppress(OSError, ValueError):  # too long, or a circle of links
            found.add((path.parent / name).resolve())
    return frozenset(found)


class Links:
    """Reads each file once, until it is written again: an assembly's parts are documents of their own
    in most editors, and would be read for each of them."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[_Stamp, frozenset[Path]]] = {}

    def below(self, path: Path) -> dict[Path, frozenset[Path]]:
        """The links of the file at ``path``, of those files, and so on."""
        found: dict[Path, frozenset[Path]] = {}
        due = [path]
        while due and len(found) < MOST:
            file = due.pop()
            if file not in found:
                found[file] = self._of(file)
                due += found[file]
        return dict.fromkeys(due, frozenset[Path]()) | found

    def _of(self, path: Path) -> frozenset[Path]:
        try:
            at = path.stat()
        except (OSError, ValueError):
            return frozenset()
        stamp = (at.st_mtime_ns, at.st_size)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            known = self._known[path] = (stamp, links_of(path))
        return known[1]
