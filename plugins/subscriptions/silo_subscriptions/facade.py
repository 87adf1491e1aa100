"""What the windows and commands of this plugin see of its engine: ``Subscriptions.sync`` of
``silo_subscriptions.plugin``, None before the workbench has started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from silo_core.model.exchange import Transfer
from silo_core.model.sync import ItemStatus, SyncChoice


class Sync(Protocol):
    """Keeps the copies of subscribed items in step with the server. Main thread only; nothing here
    waits for network or disk: what is asked for happens in the background, and ``listeners`` are
    called when something has become of it."""

    @property
    def listeners(self) -> list[Callable[[], None]]:
        """Called on the main thread after ``statuses`` or ``transfers`` have changed: once for many
        changes, a few times a second at most. Append to it, and remove what was appended."""

    @property
    def transfers(self) -> Mapping[str, Transfer]:
        """The downloads that last longer than a second and run now, by part number."""

    @property
    def busy(self) -> bool:
        """Whether a comparison with the server or a download is under way or about to begin."""

    def statuses(self) -> tuple[ItemStatus, ...]:
        """All items that this workstation is subscribed to, by part number."""

    def look(self) -> None:
        """Compare with the server; fetch what ``subscription_auto_sync`` allows."""

    def sync_now(self) -> None:
        """Compare with the server, and fetch what is pending, whatever ``subscription_auto_sync``
        says. Offline it happens once the server is back."""

    def retry(self, part_number: str) -> None:
        """Fetch one item, also if it failed, was cancelled or waits for the user to ask for it."""

    def cancel(self, part_number: str) -> None:
        """Stop the download of one item; it stays pending until it is retried. Harmless where none
        is under way."""

    def resolve(self, part_number: str, choice: SyncChoice) -> None:
        """Decide about one item. Does nothing where ``choice`` is not among its ``choices`` any more."""
