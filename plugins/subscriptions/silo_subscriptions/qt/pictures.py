"""The pictures of parts, fetched for the rows that are seen."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from shiboken6 import isValid

from silo_core.model.item import Item
from silo_core.ports.services import Services

SIDE = 48
"""Pixels of a picture, for a screen of normal density."""

KEPT = 400
"""Pictures that are kept at most, those that were seen last."""

AT_ONCE = 2
WAITING = 40
"""Pictures that wait at most: of those that were scrolled past, nobody needs one any more."""


class Pictures(QObject):
    """``arrived`` is emitted with the part number of each picture that came. Main thread."""

    arrived = Signal(str)

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._kept: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._waiting: OrderedDict[str, Item] = OrderedDict()
        self._running: set[str] = set()

    def of(self, item: Item, density: float) -> QPixmap | None:
        """The picture of an item's newest content, for a screen of this density; None if there is
        none, or not yet: then it is fetched."""
        if item.head is None or item.thumbnail_url is None:
            return None
        key = item.head.id
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._running:
            self._waiting[key] = item
            self._waiting.move_to_end(key)
            if len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
            self._go_on(density)
        return None

    def _go_on(self, density: float) -> None:
        client = self._services.client
        while client and self._waiting and len(self._running) < AT_ONCE:
            key, item = self._waiting.popitem()  # the newest: that is where the user is now
            self._running.add(key)
            self._fetch(key, item, density)

    def _fetch(self, key: str, item: Item, density: float) -> None:
        client = self._services.client
        future = self._services.submit(lambda: client.get_thumbnail(item) if client else None)

        def done(answer: Future[bytes | None]) -> None:
            self._services.post(lambda: self._came(key, item, density, answer))

        future.add_done_callback(done)

    def _came(self, key: str, item: Item, density: float, answer: Future[bytes | None]) -> None:
        if not isValid(self):
            return
        self._running.discard(key)
        failed = answer.cancelled() or answer.exception() is not None
        self._keep(key, None if failed else _pixmap(answer.result(), density))
        self.arrived.emit(item.part_number)
        self._go_on(density)

    def _keep(self, key: str, picture: QPixmap | None) -> None:
        self._kept[key] = picture
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def _pixmap(data: bytes | None, density: float) -> QPixmap | None:
    image = QImage.fromData(data, "PNG") if data else QImage()  # type: ignore[arg-type] # bytes do
    if image.isNull():
        return None
    side = round(SIDE * density)
    scaled = image.scaled(
        side,
        side,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    picture = QPixmap.fromImage(scaled)
    picture.setDevicePixelRatio(density)
    return picture
