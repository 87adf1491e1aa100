"""Closes contexts, as often as it takes: FreeCAD may be busy, and may take up an edit again by itself.
Main thread only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import FreeCAD

from silo_core.model.context import Context, ContextPath

RETRY_MS = 50
TRIES = 20

Closer = Callable[[ContextPath, bool], None]
"""Closes a context, given the document's path, and whether this is the first try."""


class Closings:
    """The contexts that are being closed.

    ``soon(step, wait_ms)`` does a step in a turn of the event loop of its own, ``path_of(key)`` reads a
    document's path, ``look_soon`` has the host report it.
    """

    def __init__(
        self,
        soon: Callable[[Callable[[], None], int], None],
        path_of: Callable[[str], ContextPath],
        look_soon: Callable[[], None],
    ) -> None:
        self._soon = soon
        self._path_of = path_of
        self._look_soon = look_soon
        self._closing: set[tuple[str, Context]] = set()

    def begin(self, key: str, context: Context, close: Closer) -> None:
        """Call ``close`` until ``context`` is off the document's path."""
        self._closing.add((key, context))
        self._soon(partial(self._step, key, context, close, TRIES), 0)

    def reported(self, key: str, path: ContextPath) -> None:
        """The document's path was told. What is not on it has been left: if it comes back, somebody
        opened it anew, and no closing that began before has a say in that."""
        self._closing = {
            (of, context) for of, context in self._closing if of != key or context in path
        }

    def stop(self) -> None:
        """Close nothing any more."""
        self._closing.clear()

    def _step(self, key: str, context: Context, close: Closer, tries: int) -> None:
        if (key, context) not in self._closing:
            return
        path = self._path_of(key)
        if context in path and tries:
            close(path, tries == TRIES)
            self._look_soon()
            self._soon(partial(self._step, key, context, close, tries - 1), RETRY_MS)
            return
        self._closing.discard((key, context))
        if context in path:
            FreeCAD.Console.PrintWarning(
                f"Silo: {context.title} could not be closed; close it, then open it again later.\n"
            )
        else:
            self._look_soon()
