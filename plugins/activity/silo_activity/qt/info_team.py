"""Who edits what, in the documents that are open here and everywhere else: a pane of its own, and a
part of the dialog Silo_Info."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from silo_core.model.context import Document
from silo_core.model.exchange import ConnectionState
from silo_core.model.language import translate
from silo_core.model.session import EditSession
from silo_core.ports.host import CanSelect
from silo_core.ports.services import Services
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.moments import ago, since

LOOK_MS = 500
"""How often it is looked whether anything changed, while somebody can see it: two comparisons."""
ASK_AGAIN_S = 2.0
"""The shortest time between two questions to the server."""
WIDTHS = (16, 16, 20)
"""Of the columns behind the first one, in characters."""
NARROW, NARROW_WIDTHS = 72, (14, 0, 16)
"""A panel of fewer characters leaves out where; what a row leaves out, its tooltip says."""
MARGIN = 6
"""Around a pane, which has none of its own."""
PLACE = Qt.ItemDataRole.UserRole
"""Where a row keeps the document's key and the object's internal name."""


class TeamPanel(QWidget):
    """Keeps itself current while it is visible. Main thread."""

    def __init__(
        self, services: Services, parent: QWidget | None = None, margin: int = MARGIN
    ) -> None:
        super().__init__(parent)
        self.setObjectName("SiloTeamPanel")
        self.setWindowTitle(translate("SiloInfo", "Who edits what"))
        self._services = services
        self._everywhere: tuple[EditSession, ...] = ()
        self._seen: object = None
        self._asked_with: object = None
        self._asked_at: datetime | None = None
        self._is_asking = False
        self._is_answered = False
        self.state = text.label("")
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName(self.windowTitle())
        self.tree.setHeaderLabels(
            [
                translate("SiloInfo", "What"),
                translate("SiloInfo", "Who"),
                translate("SiloInfo", "Where"),
                translate("SiloInfo", "When"),
            ]
        )
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._is_narrow = False
        self._character = self.tree.fontMetrics().averageCharWidth()
        for column, characters in enumerate(WIDTHS, 1):
            self.tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.tree.setColumnWidth(column, characters * self._character)
        self.tree.header().setStretchLastSection(False)
        self.tree.itemActivated.connect(self._go_to)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.addWidget(self.state)
        layout.addWidget(self.tree, 1)
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self.look)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to keep current."""
        super().showEvent(event)
        self._clock.start()
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody sees it: no question to the server for nothing."""
        super().hideEvent(event)
        self._clock.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW * self._character
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        for column, characters in enumerate(NARROW_WIDTHS if is_narrow else WIDTHS, 1):
            self.tree.setColumnHidden(column, not characters)
            if characters:
                self.tree.setColumnWidth(column, characters * self._character)

    def look(self) -> None:
        """Say how old it all is, and show what is new."""
        services = self._services
        self.state.setText(contact(services))
        documents = tuple(document.part_number for document in services.host.documents())
        known = (services.presence, services.connection.state)
        now = (*known, documents, self._everywhere)
        if now != self._seen:
            self._seen = now
            self._show()
        # Where a question was just answered: soon, so that many events are one question.
        if known != self._asked_with and self._ask():
            self._asked_with = known

    def _ask(self) -> bool:
        """Ask the server; False where it is too early for that."""
        client, now = self._services.client, self._services.now()
        is_online = self._services.connection.state is ConnectionState.ONLINE
        if not is_online or client is None:
            return True
        asked = self._asked_at
        if self._is_asking or (asked and (now - asked).total_seconds() < ASK_AGAIN_S):
            return False
        self._is_asking, self._asked_at = True, now
        found = self._services.submit(lambda: client.list_edit_sessions(of_all=True))
        found.add_done_callback(lambda ended: self._services.post(lambda: self._answered(ended)))
        return True

    def _answered(self, answer: Future[tuple[EditSession, ...]]) -> None:
        if not isValid(self):
            return
        self._is_asking, self._is_answered = (
            False,
            not answer.cancelled() and not answer.exception(),
        )
        if self._is_answered:
            self._everywhere = answer.result()
        self._seen = self._seen if self._is_answered else None  # another try, when it is time
        self._show()

    # -- the list ----------------------------------------------------------------------------------

    def _show(self) -> None:
        services = self._services
        self.tree.clear()
        here = {document.part_number: document for document in services.host.documents()}
        here.pop(None, None)
        for part_number, document in here.items():
            if part_number:
                self._add_part(part_number, document)
        elsewhere = {one.part_number for one in self._everywhere} | set(services.presence.sessions)
        for part_number in sorted(elsewhere - set(here)):
            self._add_part(part_number, None)
        if not self.tree.topLevelItemCount():
            nobody = self._nobody(translate("SiloInfo", "Nobody edits anything."))
            QTreeWidgetItem(self.tree, [nobody]).setFirstColumnSpanned(True)
        self.tree.expandAll()

    def _nobody(self, known: str) -> str:
        """What stands for what is not there: it is ``known``, asked or unknown."""
        if self._services.connection.state is not ConnectionState.ONLINE:
            return known if self._services.last_contact else translate("SiloInfo", "Not known yet.")
        return known if self._is_answered else translate("SiloInfo", "Asking the server…")

    def _add_part(self, part_number: str, document: Document | None) -> None:
        services = self._services
        title = (
            translate("SiloInfo", "{part} (open here)").format(part=part_number)
            if document
            else part_number
        )
        top = QTreeWidgetItem(self.tree, [title])
        top.setFirstColumnSpanned(True)
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        labels = services.host.labels(document.key) if document else {}
        sessions = self._sessions(part_number)
        for session in sessions:
            label = labels.get(session.object_id, "")
            what = session.object_id
            if label and label != what:
                what = f"{label} ({what})"
            row = QTreeWidgetItem(
                [
                    what,
                    self._who(session.user, session.workstation_id),
                    session.workstation,
                    since(session.acquired_at, services.now()),
                ]
            )
            _tell_all(row)
            if document:
                row.setData(0, PLACE, (document.key, session.object_id))
            top.addChild(row)
        editing = {session.workstation_id for session in sessions}
        for viewer in services.presence.other_viewers(part_number, services.workstation_id or ""):
            if viewer.workstation_id not in editing:
                looks = translate("SiloInfo", "has it open")
                row = QTreeWidgetItem([looks, viewer.user, viewer.workstation, ""])
                _tell_all(row)
                top.addChild(row)
        if not top.childCount():
            nobody = self._nobody(translate("SiloInfo", "Nobody edits it."))
            QTreeWidgetItem(top, [nobody]).setFirstColumnSpanned(True)

    def _sessions(self, part_number: str) -> tuple[EditSession, ...]:
        """What is known of a part: events are newer than the last listing."""
        presence = self._services.presence
        known = {one.id: one for one in self._everywhere if one.part_number == part_number}
        known |= {one.id: one for one in presence.sessions_on(part_number)}
        alive = [one for one in known.values() if one.id not in presence.ended]
        return tuple(sorted(alive, key=lambda one: (one.acquired_at, one.id)))

    def _who(self, user: str, workstation_id: str) -> str:
        is_own = workstation_id == self._services.workstation_id
        return translate("SiloInfo", "{user} (you)").format(user=user) if is_own else user

    def _go_to(self, row: QTreeWidgetItem) -> None:
        """To the object in the editor's tree, where it has one."""
        place, host = row.data(0, PLACE), self._services.host
        if place and isinstance(host, CanSelect):
            host.select(*place)


def _tell_all(row: QTreeWidgetItem) -> None:
    """Have the tooltip of each column say the whole row."""
    said = text.tip(" · ".join(filter(None, (row.text(column) for column in range(4)))))
    for column in range(4):
        row.setToolTip(column, said)


def contact(services: Services) -> str:
    """How fresh all that is: ``Last heard of the server 4 s ago``."""
    heard, now = services.last_contact, services.now()
    age = ago(heard, now) if heard else ""
    if services.connection.state is ConnectionState.ONLINE:
        said = translate("SiloInfo", "Connected. The server was last heard of {age}.")
        return said.format(age=age) if age else translate("SiloInfo", "Connected.")
    if services.connection.state is ConnectionState.UNCONFIGURED:
        return translate("SiloInfo", "No server is set: sign in to see who edits what.")
    if services.connection.state is ConnectionState.CONNECTING:
        return translate("SiloInfo", "Connecting to the server…")
    if not age:
        return translate("SiloInfo", "Who edits what is unknown while offline.")
    said = translate(
        "SiloInfo",
        "Unknown while offline. This is how it was when the server was last heard of, {age}.",
    )
    return said.format(age=age)
