"""Pictures of parts: from the file here, or from the server; read and unpacked by a worker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from silo_core.fcstd import read_thumbnail
from silo_core.model.errors import SiloError
from silo_core.ports.services import Services

SIDE = 72
"""Pixels: what a row shows, on a screen of twice the usual density."""
MOST = 256
"""Pictures that are kept."""


class Thumbnails:
    """``changed`` is called when there is one more. Main thread, but for reading."""

    def __init__(self, services: Services, changed: Callable[[], None]) -> None:
        self._services = services
        self._tell = changed
        self._known: OrderedDict[str, QImage | None] = OrderedDict()
        self._wanted: set[str] = set()
        self._closed = False

    def get(self, part_number: str) -> QImage | None:
        """The picture of a part, if it is at hand; else it is fetched, where there is one."""
        if part_number in self._known:
            self._known.move_to_end(part_number)
            return self._known[part_number]
        if part_number and part_number not in self._wanted and not self._closed:
            self._wanted.add(part_number)
            found = self._services.submit(lambda: self._find(part_number))
            found.add_done_callback(
                lambda done: self._services.post(lambda: self._found(part_number, done))
            )
        return None

    def forget(self, part_number: str) -> None:
        """The part is another now."""
        self._known.pop(part_number, None)

    def close(self) -> None:
        """Nothing is fetched any more."""
        self._closed = True

    def _found(self, part_number: str, done: Future[QImage | None]) -> None:
        self._wanted.discard(part_number)
        if self._closed or done.cancelled():
            return
        self._known[part_number] = None if done.exception() else done.result()
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        self._tell()

    def _find(self, part_number: str) -> QImage | None:
        """Worker thread."""
        tracked = self._services.store.tracked.get(part_number)
        data = _in_file(tracked.path) if tracked else None
        client = self._services.client
        if data is None and client:
            try:
                data = client.get_thumbnail(client.get_item(part_number))
            except SiloError:  # without one the row is still whole
                return None
        if data is None:
            return None
        image = QImage.fromData(data)
        if image.isNull():
            return None
        smooth = Qt.TransformationMode.SmoothTransformation
        return image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, smooth)


def _in_file(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return read_thumbnail(file, name=path.name)
    except (OSError, SiloError):
        return None
