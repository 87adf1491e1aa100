"""Which files count as open: those of documents, and those that open documents link to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from silo_core.model.context import Document
from silo_core.ports.services import Services
from silo_subscriptions.engine.links import Graph, Links

_Key = tuple[str, Path]
"""A document and its path."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A document's file, with no links in its path, and the links of it and of what it links to."""

    file: Path
    graph: Graph = field(default_factory=dict)


class OpenFiles:
    """Kept while documents come and go. Main thread; files are read on workers, and until a document's
    links are known nothing may be replaced (``is_known``). ``listeners`` are called when more is known.
    """

    def __init__(self, services: Services, changed: Callable[[], None]) -> None:
        self._services = services
        self.listeners = [changed]
        self._links = Links()
        self._known: dict[_Key, _Found] = {}
        self._asked: set[_Key] = set()

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
        return frozenset(
            path for key, found in self._known.items() for path in (key[1], found.file)
        )

    @property
    def files(self) -> frozenset[Path]:
        """Those, and the files that they link to, through others too."""
        return self.documents.union(*(found.graph for found in self._known.values()))

    def of(self, document: Document) -> tuple[Path, Graph] | None:
        """The document's file, and the links from there on; None while they are not known."""
        found = self._known.get((document.key, document.path)) if document.path else None
        return (found.file, found.graph) if found else None

    def read_again(self, document: Document) -> None:
        """It was saved or replaced, and may link to other files now."""
        if document.path:
            self._ask((document.key, document.path))

    def _ask(self, key: _Key) -> None:
        self._asked.add(key)
        found = self._services.submit(partial(self._read, key[1]))
        found.add_done_callback(
            lambda future: self._services.post(partial(self._answered, key, future))
        )

    def _read(self, path: Path) -> _Found:
        file = path.resolve()
        return _Found(file, self._links.below(file))

    def _answered(self, key: _Key, future: Future[_Found]) -> None:
        self._asked.discard(key)
        if future.cancelled():
            return
        self._known[key] = _Found(key[1]) if future.exception() else future.result()
        for listener in tuple(self.listeners):
            listener()
