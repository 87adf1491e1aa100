"""What can be subscribed to: items, projects or categories, page by page, and which are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from silo_core.model.answers import ItemGroup
from silo_core.model.errors import NotFoundError
from silo_core.model.item import Item
from silo_core.model.language import translate
from silo_core.model.subscription import Subscription, TargetType
from silo_core.ports.client import SiloClient
from silo_core.rules.amounts import size
from silo_subscriptions import wording
from silo_subscriptions.qt.paging import PAGE, Index, Page, PagedModel
from silo_subscriptions.qt.people import People
from silo_subscriptions.qt.pictures import Pictures
from silo_subscriptions.qt.rows import ROW, Row
from silo_subscriptions.windows import Windows

Target = tuple[TargetType, str]


class Choices(PagedModel):
    """``chosen`` keeps what was checked, also while other rows are shown. ``chosen_changed`` is emitted
    when that changes."""

    chosen_changed = Signal()

    def __init__(self, windows: Windows, people: People, parent: QObject) -> None:
        super().__init__(windows.services, parent)
        self.kind = TargetType.ITEM
        self.chosen: dict[Target, None] = {}
        self._people = people
        self._pictures = Pictures(windows.services, self)
        self._subscribed: Mapping[Target, Subscription] = {}
        self._pictures.arrived.connect(lambda number: self._number_changed({number}))
        people.changed.connect(self._number_changed)

    def search(self, kind: TargetType, words: str) -> None:
        """List what matches."""
        self.restart(lambda client, cursor: _page(client, kind, words, cursor))
        self._wanted_kind = kind

    def subscribed_are(self, subscriptions: Iterable[Subscription]) -> None:
        """What the workstation is subscribed to already."""
        self._subscribed = {(one.target_type, one.target): one for one in subscriptions}
        self.all_changed()

    def subscription_to(self, target: Target) -> Subscription | None:
        """The one there is already."""
        return self._subscribed.get(target)

    def choose_none(self) -> None:
        """Take all checks away."""
        self.chosen.clear()
        self.all_changed()
        self.chosen_changed.emit()

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be selected and checked."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        thing = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            is_chosen = self._target(thing) in self.chosen
            return Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return self._target(thing)[1]
        if role == ROW:
            return self._row(thing)
        return self._row(thing).told(role)

    def setData(  # noqa: N802 - Qt's name
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Check a row, or take its check away."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        target = self._target(self.rows[index.row()])
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self.chosen[target] = None
        else:
            self.chosen.pop(target, None)
        self.row_changed(index.row())
        self.chosen_changed.emit()
        return True

    def _begin(self, page: Page) -> None:
        self.kind = self._wanted_kind
        super()._begin(page)

    def _target(self, thing: Item | ItemGroup) -> Target:
        return self.kind, thing.part_number if isinstance(thing, Item) else thing.name

    def _number_changed(self, numbers: Iterable[str]) -> None:
        wanted = set(numbers)
        if not wanted:
            self.all_changed()
            return
        for row, thing in enumerate(self.rows):
            if isinstance(thing, Item) and thing.part_number in wanted:
                self.row_changed(row)

    def _row(self, thing: Item | ItemGroup) -> Row:
        state = self._state(thing)
        if isinstance(thing, ItemGroup):
            return Row(thing.name, _count(thing), state=state, has_picture=False)
        mark, words = self._people.mark(thing.part_number)
        title = thing.part_number
        if thing.description:
            title = f"{title}  {thing.description}"
        density = QGuiApplication.primaryScreen().devicePixelRatio()
        return Row(title, _detail(thing), mark, words, state, self._pictures.of(thing, density))

    def _state(self, thing: Item | ItemGroup) -> str:
        """How the workstation is subscribed to it; empty if it is not."""
        own = self._subscribed.get(self._target(thing))
        wider = None if own or isinstance(thing, ItemGroup) else self._wider(thing)
        ruling = own or wider
        if ruling is None:
            return ""
        how = wording.policy(ruling.policy, ruling.revision)
        if ruling.paused:
            how = translate("SiloSubscriptions", "{how}, paused").format(how=how)
        if wider:
            return translate("SiloSubscriptions", "with {name}: {how}").format(
                name=wider.target, how=how
            )
        return translate("SiloSubscriptions", "subscribed: {how}").format(how=how)

    def _wider(self, item: Item) -> Subscription | None:
        """The newest subscription to a project of the item, or else that to its category."""
        projects = ((TargetType.PROJECT, name) for name in item.projects)
        found = [one for target in projects if (one := self._subscribed.get(target))]
        if found:
            return max(found, key=lambda one: one.created_at)
        return self._subscribed.get((TargetType.CATEGORY, item.category))


def _page(client: SiloClient, kind: TargetType, words: str, cursor: str | None) -> Page:
    if kind is TargetType.ITEM:
        items = client.list_items(words, limit=PAGE, cursor=cursor)
        return items.items, items.next_cursor
    ask = client.list_projects if kind is TargetType.PROJECT else client.list_categories
    try:
        groups = ask(words, limit=PAGE, cursor=cursor)
    except NotFoundError:  # the server does not list them: the one that is typed is offered
        if not words:
            raise
        return (ItemGroup(words),), None
    return groups.groups, groups.next_cursor


def _count(group: ItemGroup) -> str:
    if group.item_count is None:
        return ""
    count = (
        translate("SiloSubscriptions", "1 item")
        if group.item_count == 1
        else translate("SiloSubscriptions", "{count} items")
    )
    return count.format(count=group.item_count)


def _detail(item: Item) -> str:
    """``metal · Crane · revision 3 · 12.3 kB by alice, 2026-03-01``."""
    parts = [item.category, ", ".join(item.projects)]
    if item.revision_number:
        parts.append(
            translate("SiloSubscriptions", "revision {number}").format(number=item.revision_number)
        )
    if item.head is None:
        parts.append(translate("SiloSubscriptions", "no content yet"))
    else:
        when = item.head.created_at
        day = f", {when.astimezone(UTC):%Y-%m-%d}" if when else ""
        by = translate("SiloSubscriptions", "{size} by {user}{day}")
        parts.append(by.format(size=size(item.head.size), user=item.head.user or "?", day=day))
    return " · ".join(filter(None, parts))
