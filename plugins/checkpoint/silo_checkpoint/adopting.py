"""Finding out which version of an item a file is."""

from __future__ import annotations

from pathlib import Path

from silo_core.model.context import Document
from silo_core.model.item import Version, VersionKind
from silo_core.ports.client import SiloClient
from silo_core.ports.client.files import reading, sha256_of
from silo_core.ports.store import Store, TrackedFile


def track(store: Store, document: Document) -> None:
    """Track an opened file that is not tracked yet. Done as it is opened, on the main thread: later its
    content may have been changed, and would pass for what it was made from. It is read once for each
    file, right after the editor has read it.

    Raises:
        FileError: it cannot be read.
    """
    part_number, path = document.part_number, document.path
    if part_number is None or path is None:
        return
    known = store.tracked.get(part_number)
    if known and known.path == path:
        return
    # one item, one tracked file: the copy that is open is the one whose base matters now
    with reading(path) as file:
        sha256, stat = sha256_of(file), path.stat()
    store.tracked.put(
        TrackedFile(
            part_number=part_number,
            path=path,
            base_version=None,
            base_revision=None,
            sha256=sha256,
            size=stat.st_size,
            mtime_ns=stat.st_mtime_ns,
        )
    )


def find_base(store: Store, client: SiloClient, part_number: str, path: Path) -> str | None:
    """The version that the tracked content is, recorded as its base; None if it is none of them, or if
    another copy than the one at ``path`` is tracked. Worker thread.

    Raises:
        ServerError: the server cannot be asked.
    """
    tracked = store.tracked.get(part_number)
    if tracked is None or tracked.path != path:
        return None
    if tracked.base_version is not None:
        return tracked.base_version
    version = _with_content(client, part_number, tracked.sha256)
    if version is None:
        return None
    store.tracked.set_base(part_number, tracked.sha256, version.id, version.revision_number)
    return version.id


def _with_content(client: SiloClient, part_number: str, sha256: str) -> Version | None:
    """The newest version, rescues aside, whose content is ``sha256``."""
    cursor: str | None = None
    while True:
        page = client.list_versions(part_number, cursor=cursor)
        for version in page.versions:
            if version.sha256 == sha256 and version.kind is not VersionKind.RESCUE:
                return version
        cursor = page.next_cursor
        if cursor is None:
            return None
