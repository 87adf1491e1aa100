"""Other files that a part file links to."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO

from silo_core.fcstd.archive import open_archive
from silo_core.fcstd.limits import DEFAULT_LIMITS, Limits
from silo_core.fcstd.safexml import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 10_000


def linked_files(
    source: BinaryIO, *, name: str = "", limits: Limits = DEFAULT_LIMITS
) -> tuple[str, ...]:
    """The paths that an FCStd or ``.kc`` file links to, each once, as they stand in it: FreeCAD writes
    them relative to the file. They are data, and may lead anywhere.

    Raises:
        FileError: not a FreeCAD document, damaged, or over a limit.
    """
    title = PurePath(name).name or "The file"
    links = _Links()
    with open_archive(source, limits, title) as archive:
        parse(archive.document_chunks(), links, limits, title)
    return tuple(links.found)


class _Links:
    def __init__(self) -> None:
        self.found: dict[str, None] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        name = attributes.get("file", "") if tag == "XLink" else ""
        if name and "\0" not in name and len(self.found) < _MOST:
            self.found[name] = None

    def text(self, data: str) -> None:
        """No link is in a text."""

    def end(self, tag: str) -> None:
        """Nothing ends with an element."""
