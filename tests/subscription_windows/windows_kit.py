"""A workstation whose windows are open, and the means to use them as a user does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication

from silo_core.ports.client import SiloClient
from silo_server.storage.folder import open_store
from silo_server.storage.ports import Transaction
from silo_server.storage.records import ItemRecord
from silo_subscriptions.qt.dialog import Dialog
from silo_subscriptions.qt.rows import ROW, Row
from tests.subscriptions.team import Desk
from tests.workbench.kit import until

D = TypeVar("D", bound=Dialog)


def turn(desk: Desk) -> None:
    """Let editor and windows go on a little."""
    desk.player.pump()
    QApplication.processEvents()


def wait(desk: Desk, holds: Callable[[], bool], timeout: float = 20) -> None:
    """Let everything go on until ``holds``."""

    def held() -> bool:
        QApplication.processEvents()
        return holds()

    assert until(held, desk.player, timeout=timeout)


def settle(desk: Desk, seconds: float = 0.5) -> None:
    """Let what is under way arrive, to see that something did not happen."""
    until(lambda: (QApplication.processEvents(), False)[1], desk.player, timeout=seconds)


def opened(desk: Desk, name: str, kind: type[D]) -> D:
    """The window as an editor's menu opens it."""
    (window,) = [one for one in desk.player.workbench.hooks.windows() if one.name == name]
    dialog = window.make(None)
    assert isinstance(dialog, kind)
    dialog.show()
    return dialog


def closed(dialog: Dialog) -> None:
    """Close it as its button does, and let Qt delete it."""
    dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def row_of(model: Any, name: str) -> int:
    """Where a target stands; -1 where it does not."""
    names = [model.index(row).data(Qt.ItemDataRole.DisplayRole) for row in range(model.rowCount())]
    return names.index(name) if name in names else -1


def shown(model: Any, name: str) -> Row:
    """What the row of a target shows."""
    row = row_of(model, name)
    assert row >= 0, f"{name} is not in the list"
    return cast(Row, model.index(row).data(ROW))


def index_of(model: Any, name: str) -> QModelIndex | QPersistentModelIndex:
    return cast(QModelIndex, model.index(row_of(model, name)))


class Held:
    """Calls of one method of the client, held back until the test lets them go."""

    def __init__(self, monkeypatch: Any, method: str, when: Callable[..., bool]) -> None:
        self.begun, self._go = threading.Event(), threading.Event()
        call = getattr(SiloClient, method)

        def waiting(client: SiloClient, *args: Any, **more: Any) -> Any:
            if when(*args, **more):
                self.begun.set()
                assert self._go.wait(30)
            return call(client, *args, **more)

        monkeypatch.setattr(SiloClient, method, waiting)

    def release(self) -> None:
        self._go.set()


def fill_with_items(folder: Path, count: int) -> None:
    """Items as they stand in the database; making them one by one takes minutes."""

    def add(tx: Transaction) -> None:
        for number in range(count):
            tx.add(
                ItemRecord(
                    id=f"item-{number}",
                    part_number=f"M-{number:05}",
                    description=f"screw {number}",
                    item_type="part",
                    category="screws",
                    projects=(f"project {number // 10:03}",),
                    file_name="",
                    revision_number=0,
                    head=None,
                    created_at=datetime(2026, 1, 1, tzinfo=UTC),
                )
            )

    with open_store(folder) as store:
        store.write(add).result()
