"""Asking the server without the window waiting for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

from silo_core.model.errors import SiloError
from silo_core.model.language import translate
from silo_core.ports.client import SiloClient
from silo_core.ports.services import Services

T = TypeVar("T")


class Newest:
    """Asks one question at a time: of several, only the answer to the newest arrives, and none once
    ``owner`` is gone. Main thread."""

    def __init__(self, services: Services, owner: QObject) -> None:
        self._services = services
        self._owner = owner
        self._number = 0
        self.is_waiting = False

    def ask(
        self,
        question: Callable[[SiloClient], T],
        done: Callable[[T], object],
        failed: Callable[[str], object],
    ) -> None:
        """``question`` runs on a worker; then ``done`` gets its answer, or ``failed`` a sentence. At
        once, where no server is set."""
        self._number += 1
        number, client = self._number, self._services.client
        if client is None:
            self.is_waiting = False
            failed(translate("SiloSubscriptions", "No server is set; sign in first."))
            return
        self.is_waiting = True
        future = self._services.submit(lambda: question(client))

        def arrived(answer: Future[T]) -> None:
            self._services.post(lambda: self._arrived(number, answer, done, failed))

        future.add_done_callback(arrived)

    def forget(self) -> None:
        """Let no answer that is under way arrive any more."""
        self._number += 1
        self.is_waiting = False

    def _arrived(
        self,
        number: int,
        answer: Future[Any],
        done: Callable[[Any], object],
        failed: Callable[[str], object],
    ) -> None:
        if number != self._number or not isValid(self._owner):
            return
        self.is_waiting = False
        if answer.cancelled():
            failed(translate("SiloSubscriptions", "Silo is stopping."))
        elif error := answer.exception():
            failed(sentence(error))
        else:
            done(answer.result())


def sentence(error: BaseException) -> str:
    """What went wrong, for the user."""
    if isinstance(error, SiloError):
        return error.message
    return translate("SiloSubscriptions", "That did not work ({error}); the log says more.").format(
        error=type(error).__name__
    )
