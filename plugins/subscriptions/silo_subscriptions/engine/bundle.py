"""Several downloads on one thread: what is small comes in one answer, and the rest, or what did not come
that way, one by one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future

from silo_core.model.errors import SiloError
from silo_core.ports.bases import Bases
from silo_core.ports.client import SiloClient
from silo_core.ports.client.bundles import BundleProgress, Small
from silo_core.ports.services import Services
from silo_subscriptions.engine.download import CancelledError, Download, Fetched

logger = logging.getLogger(__name__)


class Together:
    """Downloads, and a future for each."""

    def __init__(self, downloads: Sequence[Download]) -> None:
        self.futures = {download: Future[Fetched]() for download in downloads}
        self._left = list(downloads)

    def run(self, client: SiloClient, services: Services, bases: Bases) -> None:
        """Fetch all. What becomes of each is in its future, as soon as that is known."""
        small = {one: download for download in self._left if (one := download.small)}
        if len(small) > 1:
            try:
                for one in client.download_bundle(small, self._progress(small)):
                    small[one].has_come()
                    self._finish(small[one], client, services, bases)
            except SiloError as error:
                logger.info("the rest is fetched one by one: %s", error.message)
        for download in tuple(self._left):
            self._finish(download, client, services, bases)

    def _progress(self, small: dict[Small, Download]) -> BundleProgress:
        def told(one: Small, done: int) -> None:
            if all(download.is_stopped for download in self._left):
                raise CancelledError("All of them were stopped.")
            if not small[one].is_stopped:
                small[one](done, one.version.size)

        return told

    def _finish(
        self, download: Download, client: SiloClient, services: Services, bases: Bases
    ) -> None:
        self._left.remove(download)
        try:
            fetched = download.run(client, services, bases)
        except BaseException as error:  # noqa: BLE001 - whoever asked is told
            self.futures[download].set_exception(error)
        else:
            self.futures[download].set_result(fetched)
