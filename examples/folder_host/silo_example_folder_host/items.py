"""Which files of the folder are items. The server is asked on workers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path

from silo_core.model.context import CheckpointContext
from silo_core.model.errors import ConflictError, NotFoundError, OfflineError, SiloError
from silo_core.model.item import PART_NUMBER
from silo_core.model.subscription import TargetType
from silo_core.ports.client import SiloClient
from silo_core.ports.fetching import remember
from silo_core.ports.services import Services

Show = Callable[[str, tuple[str, ...]], None]


class Items:
    """Remembers what the server said. Main thread, but for what is submitted."""

    def __init__(self, services: Services, show: Show, *, create: bool) -> None:
        self._services = services
        self._show = show
        self._create = create
        self._known: dict[Path, str | None] = {}
        self._asked: set[Path] = set()

    def number_of(self, path: Path) -> str | None:
        """The part number of a file, None where it has none, or none yet."""
        if path in self._known:
            return self._known[path]
        if path in self._asked:
            return None
        self._asked.add(path)
        for tracked in self._services.store.tracked.all():
            if tracked.path == path:
                self._known[path] = tracked.part_number
                return tracked.part_number
        self._ask(path)
        return None

    def settled(self, path: Path) -> str | None:
        """What the server and this folder last agreed on."""
        number = self._known.get(path)
        tracked = self._services.store.tracked.get(number) if number else None
        return tracked.sha256 if tracked and tracked.path == path else None

    def ask_again(self) -> None:
        """Connected: what could not be asked can be now."""
        self._asked.clear()

    def subscribe(self, kind: TargetType, target: str) -> None:
        """Bring in what the target stands for; a failure is shown."""
        client, workstation = self._services.client, self._services.workstation_id
        if client and workstation:
            done = self._services.submit(partial(_subscribe, client, workstation, kind, target))
            done.add_done_callback(
                lambda future: self._services.post(lambda: self._complain(future.exception()))
            )

    def _complain(self, error: BaseException | None) -> None:
        if isinstance(error, SiloError):
            self._show(error.message, ())

    def _ask(self, path: Path) -> None:
        client, workstation = self._services.client, self._services.workstation_id
        if client is None or workstation is None:
            return  # asked again once it is connected
        if not PART_NUMBER.fullmatch(path.stem):
            self._known[path] = None
            self._show(f"{path.name} is left alone: {path.stem} cannot be a part number", ())
            return
        found = self._services.submit(partial(self._find, client, workstation, path))
        found.add_done_callback(
            lambda future: self._services.post(partial(self._answered, path, future))
        )

    def _find(self, client: SiloClient, workstation: str, path: Path) -> str | None:
        """Worker. None: the file is no item's. Raises SiloError."""
        number = path.stem
        try:
            item = client.get_item(number)
        except NotFoundError:
            if not self._create:
                return None
            item = client.create_item(number, item_type="document", file_name=path.name)
        if item.file_name and item.file_name != path.name:
            raise SiloError(f"{path.name} is left alone: the file of {number} is {item.file_name}")
        if item.head is None and path.stat().st_size:
            pushed = client.push_checkpoint(
                number, path, CheckpointContext.MANUAL, None, None, workstation_id=workstation
            )
            remember(self._services.store, number, path, pushed.version, pushed.version.sha256)
        _subscribe(client, workstation, TargetType.ITEM, number)
        return number

    def _answered(self, path: Path, found: Future[str | None]) -> None:
        error = found.exception()
        if isinstance(error, OfflineError):
            return  # asked again once it is back
        number = None if error else found.result()
        self._known[path] = number
        if isinstance(error, SiloError):
            self._show(error.message, ())
        elif number is None:
            text = f"{path.name} is left alone: {path.stem} is no item of the server"
            self._show(text, ("--create puts such files there.",))


def _subscribe(client: SiloClient, workstation: str, kind: TargetType, target: str) -> None:
    """Raises ServerError."""
    with suppress(ConflictError):  # it was already
        client.create_subscription(workstation, kind, target)
