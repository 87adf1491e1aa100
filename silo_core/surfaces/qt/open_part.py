"""Finding an item on the server, and opening the user's copy of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from silo_core.model.answers import ItemPage
from silo_core.model.errors import SiloError
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.item import Item
from silo_core.model.language import translate
from silo_core.ports.client import SiloClient
from silo_core.ports.fetching import Fetched, fetch
from silo_core.ports.services import Services
from silo_core.surfaces.qt.task_dialog import TaskDialog

TYPING_MS = 250
"""How long the user has to stop typing before the server is asked."""
PAGE = 100
SIZE = (640, 460)


class OpenDialog(TaskDialog):
    """Lists the items that match what is typed. The one chosen is fetched where it is not here yet."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(
            services,
            translate("SiloOpen", "Open from Silo"),
            translate("SiloOpen", "&Open"),
            parent,
        )
        self.setAccessibleName(self.windowTitle())
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(translate("SiloOpen", "Part number or description"))
        self.search.setAccessibleName(translate("SiloOpen", "Search for a part"))
        self.search.setClearButtonEnabled(True)
        self.items = QTreeWidget(self)
        self.items.setHeaderLabels(
            [
                translate("SiloOpen", "Part"),
                translate("SiloOpen", "Description"),
                translate("SiloOpen", "Newest version"),
            ]
        )
        self.items.setRootIsDecorated(False)
        self.items.setUniformRowHeights(True)
        self.items.setAllColumnsShowFocus(True)
        self.items.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.items.setAccessibleName(translate("SiloOpen", "Parts on the server"))
        self.items.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.items.header().setStretchLastSection(False)
        self.content.addWidget(self.search)
        self.content.addWidget(self.items, 1)
        self.resize(*SIZE)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._list)
        self._asked = 0
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.items.itemActivated.connect(lambda *_: self.go())
        self.items.itemSelectionChanged.connect(self._selected)
        self._selected()
        self.search.setFocus()
        self._list()

    @property
    def chosen(self) -> Item | None:
        """The item that is selected."""
        selected = self.items.selectedItems()
        return selected[0].data(0, Qt.ItemDataRole.UserRole) if selected else None

    def go(self) -> None:
        """Open what is selected."""
        item = self.chosen
        client = self.client() if item else None
        if item is None or client is None:
            return
        store, workspace = self.services.store, self.services.settings.workspace
        saying = translate("SiloOpen", "Fetching {item} …").format(item=item.part_number)
        self.work(
            lambda: fetch(store, client, item.part_number, workspace), self._open, saying=saying
        )

    def _open(self, fetched: Fetched) -> None:
        try:
            self.services.host.open(fetched.path)
        except SiloError as error:
            self.say(error.message, problem=True)
            return
        if fetched.missing:
            text = translate("SiloOpen", "{file} links parts that are not here").format(
                file=fetched.path.name
            )
            why = translate("SiloOpen", "The server has no item with such a file: {names}").format(
                names=", ".join(fetched.missing)
            )
            now = self.services.now()
            self.services.post_activity(ActivityEntry(now, ActivityKind.WARNING, text, (why,)))
        self.accept()

    def _list(self) -> None:
        client = self.client()
        if client is None:
            return
        self._asked += 1
        found = partial(self._found, self._asked)
        search = self.search.text().strip()
        self.work(partial(_page, client, search), found, self._not_listed, quiet=True)

    def _found(self, asked: int, page: ItemPage) -> None:
        if asked != self._asked:  # something else was typed meanwhile
            return
        before = self.chosen
        self.items.clear()
        for item in page.items:
            row = QTreeWidgetItem([item.part_number, item.description, _newest(item)])
            row.setData(0, Qt.ItemDataRole.UserRole, item)
            self.items.addTopLevelItem(row)
            if before and before.part_number == item.part_number:
                row.setSelected(True)
        first = self.items.topLevelItem(0)
        if first and self.chosen is None:
            self.items.setCurrentItem(first)
        self.items.resizeColumnToContents(0)
        self.items.resizeColumnToContents(2)
        if not page.items:
            self.say(
                translate("SiloOpen", "No part matches.")
                if self.search.text().strip()
                else translate(
                    "SiloOpen",
                    "The server has no parts yet: put one there with Silo > New Part from This "
                    "Document.",
                )
            )
        elif page.next_cursor:
            self.say(
                translate("SiloOpen", "The first {count}; type to find others.").format(count=PAGE)
            )
        else:
            self.say("")

    def _not_listed(self, error: SiloError) -> None:
        self.say(error.message, problem=True)

    def _selected(self) -> None:
        self.go_button.setEnabled(self.chosen is not None)


def _page(client: SiloClient, search: str) -> ItemPage:
    return client.list_items(search, limit=PAGE)


def _newest(item: Item) -> str:
    if item.head is None:
        return translate("SiloOpen", "no content yet")
    when = f"{item.head.created_at.astimezone():%Y-%m-%d %H:%M}" if item.head.created_at else ""
    if item.head.user:
        return translate("SiloOpen", "{when} by {user}").format(when=when, user=item.head.user)
    return when
