"""Who edits and who views the items of a list."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from silo_core.model.language import translate
from silo_core.model.session import EditSession
from silo_core.rules.presence import Presence
from silo_subscriptions.qt.background import Newest
from silo_subscriptions.windows import Windows


class Dot(Enum):
    """The mark beside an item: filled, hollow, none. Words stand beside it."""

    EDITED = "edited"
    VIEWED = "viewed"
    NONE = "none"


class People(QObject):
    """One listing of all sessions when the window opens; from then on, what ``heard`` is told.
    ``changed`` is emitted with the part numbers, or none for all of them."""

    changed = Signal(object)

    def __init__(self, windows: Windows, parent: QObject) -> None:
        super().__init__(parent)
        self._services = windows.services
        self._listed: dict[str, tuple[EditSession, ...]] = {}
        self._newest = Newest(self._services, self)

    def refresh(self) -> None:
        """Ask the server who edits what; if it does not say, the marks are left out."""
        self._newest.ask(
            lambda client: client.list_edit_sessions(of_all=True), self._came, lambda _: None
        )

    def mark(self, part_number: str) -> tuple[Dot, str]:
        """The mark of an item, and in words what it means: empty for none."""
        own = self._services.workstation_id or ""
        editors = self._editors(part_number)
        if editors:
            return Dot.EDITED, _said(
                editors,
                translate("SiloSubscriptions", "{who} edits"),
                translate("SiloSubscriptions", "{who} edit"),
            )
        presence: Presence = self._services.presence
        watching = presence.viewing.get(part_number, frozenset())
        viewers = sorted({one.user for one in watching if one.workstation_id != own})
        if viewers:
            return Dot.VIEWED, _said(
                viewers,
                translate("SiloSubscriptions", "{who} views"),
                translate("SiloSubscriptions", "{who} view"),
            )
        return Dot.NONE, ""

    def _editors(self, part_number: str) -> list[str]:
        presence: Presence = self._services.presence
        known = presence.sessions_on(part_number)
        known = (*known, *self._listed.get(part_number, ()))
        own = self._services.workstation_id
        return sorted({_you(one.user, one.workstation_id == own) for one in known})

    def _came(self, sessions: Iterable[EditSession]) -> None:
        self._listed = {}
        for session in sessions:
            before = self._listed.get(session.part_number, ())
            self._listed[session.part_number] = (*before, session)
        self.changed.emit(frozenset())

    def heard(self, part_numbers: frozenset[str]) -> None:
        """Somebody came or went. What the listing knew of the item is old news then, and the workbench,
        which may not know of those who were there before, is asked about them."""
        for number in part_numbers:
            if number in self._listed:
                self._services.refresh_presence(number, partial(self._asked, number))
        self.changed.emit(part_numbers)

    def _asked(self, part_number: str) -> None:
        if isValid(self):
            self._listed.pop(part_number, None)
            self.changed.emit(frozenset({part_number}))


def _you(user: str, is_here: bool) -> str:
    return translate("SiloSubscriptions", "you") if is_here else user


def _said(who: list[str], one: str, many: str) -> str:
    shown = ", ".join(who[:2])
    if len(who) > 2:
        shown = translate("SiloSubscriptions", "{who} and {count} more").format(
            who=shown, count=len(who) - 2
        )
    if who == [translate("SiloSubscriptions", "you")]:
        return many.format(who=shown)
    return (one if len(who) == 1 else many).format(who=shown)
