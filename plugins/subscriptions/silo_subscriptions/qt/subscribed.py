"""What this workstation is subscribed to, as a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from silo_core.model.language import translate
from silo_core.model.subscription import Subscription, TargetType
from silo_subscriptions import wording
from silo_subscriptions.qt.paging import Index
from silo_subscriptions.qt.people import Dot, People
from silo_subscriptions.qt.rows import ROW, Row


class Subscribed(QAbstractListModel):
    """The subscriptions whose target has the words that are looked for, by kind and name."""

    def __init__(self, people: People, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Subscription] = []
        self.all: tuple[Subscription, ...] = ()
        self._people = people
        self._words: list[str] = []
        people.changed.connect(lambda _: self._repaint())

    def become(self, subscriptions: Iterable[Subscription]) -> None:
        """These there are now."""
        kinds = list(TargetType)
        self.all = tuple(
            sorted(subscriptions, key=lambda one: (kinds.index(one.target_type), one.target))
        )
        self._show()

    def look_for(self, words: str) -> None:
        """Show those only whose target has all the words."""
        self._words = words.casefold().split()
        self._show()

    def at(self, index: Index) -> Subscription:
        """The subscription of a row."""
        return self.rows[index.row()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """How many are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        one = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one.target
        if role == ROW:
            return self._row(one)
        return self._row(one).told(role)

    def _show(self) -> None:
        self.beginResetModel()
        self.rows = [
            one for one in self.all if all(word in one.target.casefold() for word in self._words)
        ]
        self.endResetModel()

    def _repaint(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def _row(self, one: Subscription) -> Row:
        kinds = {
            TargetType.ITEM: translate("SiloSubscriptions", "Item"),
            TargetType.PROJECT: translate("SiloSubscriptions", "Project"),
            TargetType.CATEGORY: translate("SiloSubscriptions", "Category"),
        }
        how = wording.policy(one.policy, one.revision)
        mark, words = Dot.NONE, ""
        if one.target_type is TargetType.ITEM:
            mark, words = self._people.mark(one.target)
        state = translate("SiloSubscriptions", "‖ paused") if one.paused else ""
        detail = f"{kinds[one.target_type]} · {how}"
        return Row(one.target, detail, mark, words, state, has_picture=False)
