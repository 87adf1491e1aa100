"""The transfers that are under way, as the pane shows them."""

from __future__ import annotations

from collections.abc import Callable

from silo_core.model.exchange import Transfer, TransferState


class Transfers:
    """What is being sent and fetched, oldest first. Main thread."""

    def __init__(self) -> None:
        self._running: dict[str, Transfer] = {}
        self._listeners: list[Callable[[], None]] = []

    def told(self, transfer: Transfer) -> None:
        """How far a transfer has come, or that it has ended."""
        if transfer.state is TransferState.RUNNING:
            self._running[transfer.id] = transfer
        else:
            self._running.pop(transfer.id, None)
        for listener in tuple(self._listeners):
            listener()

    def running(self) -> tuple[Transfer, ...]:
        """Those that have not ended."""
        return tuple(self._running.values())

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after each change; what comes back ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None
