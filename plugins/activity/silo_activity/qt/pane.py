"""The pane "Silo Activity"."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from silo_activity.feed import Feed
from silo_activity.qt.buttons import ButtonRow, VisibleButtons, said
from silo_activity.qt.delegate import PADDING, TEXT_LEFT, RowDelegate
from silo_activity.qt.filters import Filters
from silo_activity.qt.model import ActivityModel, Line
from silo_activity.qt.strip import TransferStrip
from silo_activity.qt.thumbnails import Thumbnails
from silo_activity.qt.view import ActivityView
from silo_activity.transfers import Transfers
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.language import translate
from silo_core.ports.host import CanSelect
from silo_core.ports.services import Services
from silo_core.surfaces.qt.coalesce import Coalescer

AGES_MS = 5_000
"""How often the ages of what is in sight are told anew."""
AHEAD = 50
"""So many rows before the last one more are added."""
TELL_EACH = 20
"""Up to so many changed rows are told one by one, as a screen reader wants to hear."""
AT_ONCE = 200
"""Of more new entries than these nobody has unfolded any: the list begins anew, a page at a time."""
_NEW_CONTENT = frozenset({ActivityKind.CHECKPOINT, ActivityKind.UPDATED, ActivityKind.SYNCED})


class ActivityPane(QWidget):
    """Filters above the list. Main thread."""

    def __init__(
        self,
        services: Services,
        feed: Feed,
        transfers: Transfers,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("SiloActivityPane")
        self.setWindowTitle(translate("SiloActivity", "Silo Activity"))
        self._services = services
        self._feed = feed
        self._changed: dict[str, ActivityEntry] = {}
        self._all_changed = False
        self._read_changed = False
        self._known: set[str] = set()
        self.filters = Filters(self)
        self.view = ActivityView(self)
        self.model = ActivityModel(feed, self)
        self.view.setModel(self.model)
        self._thumbnails = Thumbnails(services, self._repaint_soon)
        self._delegate = RowDelegate(self.view, self.model, self._thumbnails)
        self.view.setItemDelegate(self._delegate)
        self._buttons = VisibleButtons(self.view, self.model, self._make_buttons, self.problem)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filters)
        layout.addWidget(self.view, 1)
        self.strip = TransferStrip(services, transfers, self)
        layout.addWidget(self.strip)
        self._updates = Coalescer(self)
        self._updates.due.connect(self._update)
        self._repaints = Coalescer(self)
        self._repaints.due.connect(self.view.viewport().update)
        self._arranging = QTimer(self)
        self._arranging.setSingleShot(True)
        self._arranging.setInterval(0)
        self._arranging.timeout.connect(self._buttons.arrange)
        self._ages = QTimer(self)
        self._ages.setInterval(AGES_MS)
        self._ages.timeout.connect(self.view.viewport().update)
        self._ages.start()
        self._connect()
        self._close = _closing(feed.listen(self), self._thumbnails)
        self.destroyed.connect(self._close)
        self._begin()
        self.filters.tell_unread(len(feed.unread))
        feed.load()

    def _connect(self) -> None:
        self.filters.changed.connect(self.refilter)
        self.filters.read.connect(lambda: self._feed.mark_read(tuple(self._feed.unread)))
        self.view.moved.connect(self._moved)
        self.view.entered.connect(self._enter_row)
        self.view.copied.connect(self._copy)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.doubleClicked.connect(lambda index: self._jump(self.model.line(index)))
        self.view.selectionModel().currentChanged.connect(lambda now, _: self._was_read(now))
        self.model.filled.connect(self.view.scheduleDelayedItemsLayout)
        self.model.filled.connect(self._arranging.start)
        self.setFocusProxy(self.view)

    # -- the feed's listener: told at any rate, drawn twenty times a second ------------------------

    def entry_changed(self, entry: ActivityEntry) -> None:
        """See ``Listener``."""
        self._changed[entry.id] = entry
        self._updates.soon()

    def all_changed(self) -> None:
        """See ``Listener``."""
        self._all_changed = True
        self._updates.soon()

    def possibilities_changed(self) -> None:
        """See ``Listener``."""
        self._updates.soon()

    def read_changed(self) -> None:
        """See ``Listener``."""
        self._read_changed = True
        self._updates.soon()

    def _update(self) -> None:
        changed, self._changed = self._changed, {}
        read, self._read_changed = self._read_changed, False
        if self._all_changed:
            self._begin()
        elif changed:
            self._apply(changed)
        if read:
            self.view.doItemsLayout()  # what is not bold may need less room
            self._arranging.start()
        self.filters.tell_unread(len(self._feed.unread))
        self._buttons.refresh()

    def _apply(self, changed: dict[str, ActivityEntry]) -> None:
        new = [entry for entry in changed.values() if entry.id not in self._known]
        old = [entry for entry in changed.values() if entry.id in self._known]
        self._known.update(entry.id for entry in new)
        for entry in changed.values():
            if entry.kind in _NEW_CONTENT:
                self._thumbnails.forget(entry.part_number)
        bar, before = self.view.verticalScrollBar(), self.model.rowCount()
        if len(new) > AT_ONCE and not bar.value():
            self._begin()
            return
        if (
            self.model.wanted.unread is not None
        ):  # what was read stays in sight, what is new comes in
            self.model.wanted = self.filters.wanted(
                {*self.model.wanted.unread, *(entry.id for entry in new)}
            )
        self.model.add(new[::-1])
        for entry in old:
            self.model.change(entry, tell=len(old) <= TELL_EACH)
        if old:
            self.view.doItemsLayout()
        if bar.value() and self.model.rowCount() > before:  # what is read stays where it is
            bar.setValue(bar.value() + self.model.rowCount() - before)
        self.filters.learn(changed.values())
        self._arranging.start()

    def _begin(self) -> None:
        """With all that there is."""
        self._all_changed = False
        entries = tuple(self._feed)
        self._known = {entry.id for entry in entries}
        self.filters.learn(entries)
        self.view.empty_text = (
            translate("SiloActivity", "Nothing of this kind has happened.")
            if entries
            else translate("SiloActivity", "Nothing has happened yet.")
        )
        self.refilter()

    def refilter(self) -> None:
        """Show what the filters want."""
        if self._changed:
            self._updates.stop()
            self._update()
        self.model.begin(self.filters.wanted(self._feed.unread))
        self._arranging.start()

    def _moved(self) -> None:
        """Other rows are in sight: they need their buttons, and soon there must be more of them."""
        bar = self.view.verticalScrollBar()
        if bar.value() > bar.maximum() - AHEAD:
            self.model.more()
        self._arranging.start()

    # -- buttons -----------------------------------------------------------------------------------

    def _make_buttons(self, entry: ActivityEntry, parent: QWidget) -> ButtonRow:
        row = ButtonRow(entry, TEXT_LEFT, PADDING, parent)
        row.pressed.connect(self.press)
        row.left_by_key.connect(self.view.setFocus)
        return row

    def problem(self, entry: ActivityEntry, action: str) -> str:
        """Why an action is not possible; empty if it is."""
        found = self._services.hooks.action_problem(entry, action)
        return translate("SiloActivity", "Its plugin is not in use") if found is None else found

    def press(self, entry: ActivityEntry, action: str) -> None:
        """Carry an action out, if it still is possible."""
        if self.problem(entry, action):
            self._buttons.refresh()
            return
        self.view.setFocus()  # the buttons go
        self._services.choose(entry, action)
        self._feed.mark_read([entry.id])

    def _enter_row(self) -> None:
        """To the buttons of the row; without such, to its object."""
        index = self.view.currentIndex()
        row = self._buttons.at(QPersistentModelIndex(index))
        if row is None or not row.take_keyboard():
            self._jump(self.model.line(index))

    # -- what can be done with a row -----------------------------------------------------------------

    def menu_for(self, index: QModelIndex) -> QMenu | None:
        """All that can be done with a row."""
        line = self.model.line(index)
        if line is None:
            return None
        menu, entry = QMenu(self), line.entry
        for action in entry.actions if line.has_buttons else ():
            why = self.problem(entry, action.name)
            text = f"{said(action)} ({why})" if why else said(action)
            item = menu.addAction(text.replace("&", "&&"))
            item.setEnabled(not why)
            item.triggered.connect(lambda _=False, name=action.name: self.press(entry, name))
        menu.addSeparator()
        show = menu.addAction(translate("SiloActivity", "Show in Tree"))
        show.setEnabled(self._document_of(entry) is not None)
        show.triggered.connect(lambda: self._jump(line))
        menu.addAction(translate("SiloActivity", "Copy")).triggered.connect(self._copy)
        read = menu.addAction(translate("SiloActivity", "Mark as Read"))
        read.setEnabled(self.model.is_unread(line))
        read.triggered.connect(lambda: self._feed.mark_read([e.id for e in line.entries]))
        return menu

    def _open_menu(self, position: QPoint) -> None:
        index = self.view.indexAt(position)
        if not index.isValid():
            index = self.view.currentIndex()
        menu = self.menu_for(index)
        if menu:
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.view.viewport().mapToGlobal(position))

    def _jump(self, line: Line | None) -> None:
        """Show the object in the editor's tree, where its part is open."""
        key = self._document_of(line.entry) if line else None
        host = self._services.host
        if line and key and isinstance(host, CanSelect):
            host.select(key, line.entry.object_id)

    def _document_of(self, entry: ActivityEntry) -> str | None:
        if not entry.object_id or not isinstance(self._services.host, CanSelect):
            return None
        for document in self._services.host.documents():
            if document.part_number == entry.part_number:
                return document.key
        return None

    def _copy(self) -> None:
        line = self.model.line(self.view.currentIndex())
        if line:
            lines = (line.text,) if line.detail else (line.text, *line.entry.details)
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _was_read(self, index: QModelIndex) -> None:
        line = self.model.line(index)
        if line:
            self._feed.mark_read([entry.id for entry in line.entries])

    def _repaint_soon(self) -> None:
        self._repaints.soon()


def _closing(stop: Callable[[], None], thumbnails: Thumbnails) -> Callable[[], None]:
    """Without the pane: it is called when that is gone."""

    def close() -> None:
        stop()
        thumbnails.close()

    return close
