"""The local stores that a command reads, also beside a running editor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from silo_core.model.errors import SettingError
from silo_core.surfaces.cli.server import read_settings

if TYPE_CHECKING:
    from silo_core.ports.store import Store


@contextmanager
def stores() -> Iterator[list[Store]]:
    """Those of this user's editors, of the server that is set.

    Raises:
        SettingError: no server is set.
        StoreError, FileError: one cannot be used.
    """
    from silo_core.ports.installation import data_folder
    from silo_core.ports.store import Store, store_path

    url = read_settings().text("server_url")
    if not url:
        raise SettingError(
            "No server is set; sign in with `silo login URL`.", concerns="server_url"
        )
    data = data_folder()
    paths = [store_path(folder, url) for folder in (data, *sorted(data.glob("editor-*")))]
    with ExitStack() as stack:
        opened = [Store.open(path) for path in paths if path.exists()]
        for store in opened:
            stack.callback(store.close)
        yield opened
