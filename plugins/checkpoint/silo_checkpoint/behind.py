"""An open file that lacks what its own push was joined with: its user is told, and takes it when
nothing of it is edited, or when it is opened again. Main thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from silo_checkpoint import texts
from silo_checkpoint.joining import Content
from silo_core.model.context import Document
from silo_core.model.exchange import CheckpointPushed, Reply
from silo_core.ports.services import Services


class Behind:
    """Asks once at a time for each document; what is answered is carried out at the next safe moment."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asked: dict[str, Callable[[], None]] = {}
        """What takes the question back, by the document's key."""
        self._wanted: set[str] = set()
        self._wanted_closed: set[Path] = set()

    def tell(self, pushed: CheckpointPushed, content: Content) -> None:
        """``pushed`` holds more than the file it was made from."""
        documents = self._services.host.documents()
        document = next((found for found in documents if found.path == pushed.path), None)
        if document is None or document.key in {*self._asked, *self._wanted}:
            return
        question = texts.behind(pushed, content, document)
        answered = partial(self._answered, document)
        self._asked[document.key] = self._services.host.ask(question, answered)

    def _answered(self, document: Document, reply: Reply) -> None:
        self._asked.pop(document.key, None)
        if reply.choice == texts.TAKE:
            self._wanted.add(document.key)
            self.left(document)

    def left(self, document: Document) -> None:
        """Something in the document was left: if that was all, it can take what it lacks."""
        if document.key in self._wanted and not self._services.held(document.key):
            self._wanted.discard(document.key)
            self._update(document)

    def opened(self, document: Document) -> None:
        """Nothing of it is edited yet."""
        if document.path in self._wanted_closed:
            self._wanted_closed.discard(document.path)
            self._update(document)

    def closed(self, document: Document) -> None:
        """What was wanted is taken when the file is opened again."""
        take_back = self._asked.pop(document.key, None)
        if take_back:
            take_back()
        if document.key in self._wanted and document.path:
            self._wanted_closed.add(document.path)
        self._wanted.discard(document.key)

    def _update(self, document: Document) -> None:
        """Who updates says how it went."""
        if not self._services.hooks.update(document, lambda updated: None):
            self._services.post_activity(texts.nobody_updates(document, self._services.now()))
