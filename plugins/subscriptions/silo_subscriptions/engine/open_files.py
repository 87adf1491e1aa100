"""Which files count as open: those of documents, and those that open documents link to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path

from silo_core.fcstd import linked_files
from silo_core.model.context import Document
from silo_core.model.errors import FileError
from silo_core.ports.files import is_part_file, opened
from silo_core.ports.services import Services


def links_of(path: Path) -> frozenset[Path]:
    """The files that the part at ``path`` links to; none of one that is no part, or cannot be read.
    Worker thread."""
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


class OpenFiles:
    """Kept while documents come and go. Main thread; files are read on workers, and until a document's
    links are known nothing may be replaced (``is_known``)."""

    def __init__(self, services: Services, changed: Callable[[], None]) -> None:
        self._services = services
        self._changed = changed
        self._known: dict[tuple[str, Path], tuple[frozenset[Path], frozenset[Path]]] = {}
        """By document and path: the path, also without links; what it links to."""
        self._asked: set[tuple[str, Path]] = set()

    @property
    def is_known(self) -> bool:
        """Whether all that is open has been looked at; what has not, is from now on."""
        now = {(d.key, d.path) for d in self._services.host.documents() if d.path}
        gone = set(self._known) - now
        for key in gone:
            del self._known[key]
        missing = now - set(self._known)
        for key in missing - self._asked:
            self._ask(key)
        return not missing

    @property
    def documents(self) -> frozenset[Path]:
        """The files of documents."""
        return frozenset().union(*(own for own, _ in self._known.values()))

    @property
    def files(self) -> frozenset[Path]:
        """Those, and the files that they link to."""
        return self.documents.union(*(linked for _, linked in self._known.values()))

    def read_again(self, document: Document) -> None:
        """It was saved, and may link to other files now."""
        if document.path:
            self._ask((document.key, document.path))

    def _ask(self, key: tuple[str, Path]) -> None:
        self._asked.add(key)
        path = key[1]
        found = self._services.submit(lambda: (frozenset({path, path.resolve()}), links_of(path)))
        found.add_done_callback(
            lambda future: self._services.post(partial(self._answered, key, future))
        )

    def _answered(
        self, key: tuple[str, Path], future: Future[tuple[frozenset[Path], frozenset[Path]]]
    ) -> None:
        self._asked.discard(key)
        if future.cancelled():
            return
        failed = future.exception() is not None
        self._known[key] = (frozenset({key[1]}), frozenset()) if failed else future.result()
        self._changed()
