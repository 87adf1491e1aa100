"""What a status bar says of Silo: how things stand with the server, and who else is in the part."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from silo_core.model.exchange import Connection, ConnectionState
from silo_core.model.language import translate
from silo_core.ports.services import Services
from silo_core.surfaces.qt import text

_SIGNS = {
    ConnectionState.ONLINE: "●",
    ConnectionState.CONNECTING: "◌",
    ConnectionState.OFFLINE: "○",
    ConnectionState.REFUSED: "⚠",
    ConnectionState.UNCONFIGURED: "⚠",
}
"""Told apart by their shape; the word stands beside them."""

NAMED = 2
"""People who are named; of more it is said how many they are."""


class StatusButton(QToolButton):
    """One line for the status bar; the tooltip says what is behind it."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.setObjectName("SiloStatus")
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_state(self, part_number: str | None) -> None:
        """Say how things stand now, for who has the document of ``part_number`` in front."""
        connection = self._services.connection
        words = [_state(connection)]
        people = self._people(part_number) if part_number else {}
        if part_number and connection.state is ConnectionState.ONLINE:
            words.append(_others(list(people)))
        shown = f"{_SIGNS[connection.state]} Silo: {' · '.join(filter(None, words))}"
        tip = [connection.reason or _state_sentence(connection, self._services)]
        tip += [f"{user}: {what}" for user, what in people.items()]
        self._set(self.setText, self.text(), shown.replace("&", "&&"))
        self._set(self.setToolTip, self.toolTip(), text.tip("\n".join(tip)))
        self._set(self.setAccessibleName, self.accessibleName(), f"{shown}. {' '.join(tip)}")

    @staticmethod
    def _set(setter: Callable[[str], None], now: str, value: str) -> None:
        if now != value:
            setter(value)

    def _people(self, part_number: str) -> dict[str, str]:
        """What each other user does with the part; who edits before who only looks."""
        presence, own = self._services.presence, self._services.workstation_id or ""
        found: dict[str, list[str]] = {}
        for session in presence.sessions_of_others(part_number, own):
            found.setdefault(session.user, []).append(session.object_id)
        people = {
            user: translate("SiloStatus", "edits {objects}").format(
                objects=", ".join(dict.fromkeys(objects))
            )
            for user, objects in found.items()
        }
        for viewer in presence.other_viewers(part_number, own):
            people.setdefault(viewer.user, translate("SiloStatus", "has it open"))
        return people


def _state(connection: Connection) -> str:
    return {
        ConnectionState.ONLINE: translate("SiloStatus", "online"),
        ConnectionState.CONNECTING: translate("SiloStatus", "connecting"),
        ConnectionState.OFFLINE: translate("SiloStatus", "offline"),
        ConnectionState.REFUSED: translate("SiloStatus", "not signed in"),
        ConnectionState.UNCONFIGURED: translate("SiloStatus", "not signed in"),
    }[connection.state]


def _state_sentence(connection: Connection, services: Services) -> str:
    if connection.state is ConnectionState.ONLINE:
        return translate("SiloStatus", "Signed in as {user} at {server}").format(
            user=services.user or "?", server=services.settings.server_url
        )
    return _state(connection)


def _others(users: list[str]) -> str:
    if not users:
        return translate("SiloStatus", "nobody else here")
    if len(users) > NAMED:
        return translate("SiloStatus", "{users} and {count} more here").format(
            users=", ".join(users[:NAMED]), count=len(users) - NAMED
        )
    return translate("SiloStatus", "{users} here").format(users=", ".join(users))
