"""A list that the server is asked for page by page, as the user scrolls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Signal

from silo_core.ports.client import SiloClient
from silo_core.ports.services import Services
from silo_subscriptions.qt.background import Newest

PAGE = 100
"""Rows that are asked for at a time."""

Index = QModelIndex | QPersistentModelIndex
Page = tuple[Sequence[Any], str | None]
Ask = Callable[[SiloClient, str | None], Page]


class PagedModel(QAbstractListModel):
    """``rows`` are what has arrived so far. ``changed`` is emitted when rows have come, and ``failed``
    with a sentence when they could not be had; the view then asks again as it is scrolled."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Any] = []
        self.has_more = False
        self._newest = Newest(services, self)
        self._ask: Ask | None = None
        self._cursor: str | None = None

    @property
    def is_loading(self) -> bool:
        """Whether a page is under way."""
        return self._newest.is_waiting

    def restart(self, ask: Ask) -> None:
        """Begin anew with another question: what it is, after which cursor. The rows there are stay
        until its first page has come, so that nothing flickers."""
        self._ask = ask
        self._request(None, self._begin)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """How many rows have come so far."""
        return 0 if parent.isValid() else len(self.rows)

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802 - Qt's name
        """Whether the view may ask for the next page now."""
        return not parent.isValid() and self.has_more and not self.is_loading

    def fetchMore(self, parent: Index) -> None:  # noqa: N802 - Qt's name
        """The view comes to the end of the rows."""
        if self.canFetchMore(parent):
            self._request(self._cursor, self._append)

    def row_changed(self, row: int) -> None:
        """Have the view paint a row anew."""
        index = self.index(row)
        self.dataChanged.emit(index, index)

    def all_changed(self) -> None:
        """Have the view paint all rows anew."""
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def _request(self, cursor: str | None, done: Callable[[Page], None]) -> None:
        ask = self._ask
        if ask is not None:
            self._newest.ask(lambda client: ask(client, cursor), done, self.failed.emit)

    def _begin(self, page: Page) -> None:
        self.beginResetModel()
        self.rows = []
        self.endResetModel()
        self._append(page)

    def _append(self, page: Page) -> None:
        rows, self._cursor = page
        self.has_more = bool(self._cursor and rows)
        if rows:
            first = len(self.rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self.rows += rows
            self.endInsertRows()
        self.changed.emit()
