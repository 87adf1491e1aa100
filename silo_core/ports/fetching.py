"""Getting the file of an item for the first time. Worker thread."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from silo_core.fcstd import linked_files
from silo_core.model.errors import FileError, SiloError
from silo_core.model.item import Item, Version
from silo_core.ports.client import SiloClient
from silo_core.ports.client.files import reading, sha256_of
from silo_core.ports.client.progress import Progress, untold
from silo_core.ports.durable import explaining_write
from silo_core.ports.files import opened
from silo_core.ports.store import Store, TrackedFile
from silo_core.rules.names import file_name_problem

logger = logging.getLogger(__name__)

SUFFIX = ".FCStd"
MOST = 1000
"""Files that are looked at for links."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """``path`` is the user's copy; ``missing`` the names of files that it links to and that neither are
    beside it nor could be fetched."""

    path: Path
    missing: tuple[str, ...] = ()


def fetch(
    store: Store,
    client: SiloClient,
    part_number: str,
    workspace: Path,
    progress: Progress = untold,
) -> Fetched:
    """The user's copy of an item, fetched into ``workspace`` where there is none yet, and with it the
    parts that it links to, as an assembly does.

    Raises:
        ServerError: the server cannot be asked, or does not have it.
        FileError: it cannot be written, or another file has its name; nothing is replaced.
        SiloError: the item has no content yet.
    """
    path = _fetch_one(store, client, part_number, workspace, progress)
    missing, open_, seen = [], [path], {path}
    while open_ and len(seen) < MOST:
        for linked in _links_of(open_.pop()):
            if linked in seen:
                continue
            seen.add(linked)
            if linked.exists() or _fetch_linked(store, client, linked, workspace, progress):
                open_.append(linked)
            else:
                missing.append(linked.name)
    return Fetched(path, tuple(missing))


def _links_of(path: Path) -> list[Path]:
    """The files beside ``path`` that it links to; what it says of other places is not followed."""
    try:
        with opened(path) as source:
            names = linked_files(source, name=path.name)
    except FileError:
        return []
    return [path.parent / name for name in names if not file_name_problem(name)]


def _fetch_linked(
    store: Store, client: SiloClient, linked: Path, workspace: Path, progress: Progress
) -> bool:
    """Fetch the item whose file has that name, to where the link leads."""
    if linked.parent != workspace:
        return False
    try:
        page = client.list_items(linked.name)
        item = next((item for item in page.items if item.file_name == linked.name), None)
        if item is None:
            return False
        return _fetch_one(store, client, item.part_number, workspace, progress) == linked
    except SiloError as error:  # the assembly opens all the same, and says what is missing
        logger.info("%s", error.message)
        return False


def _fetch_one(
    store: Store, client: SiloClient, part_number: str, workspace: Path, progress: Progress
) -> Path:
    tracked = store.tracked.get(part_number)
    if tracked and tracked.path.exists():
        return tracked.path
    item = client.get_item(part_number)
    if item.head is None:
        raise SiloError(
            f"{part_number} has no content yet: somebody has to put a document under it first."
        )
    target = _place(item, workspace)
    sha256 = item.head.sha256
    if not os.path.lexists(target):
        sha256 = client.download_version(part_number, item.head, target, progress=progress)
    elif (found := _sha256(target)) != sha256:
        raise _in_the_way(part_number, target)
    else:
        sha256 = found
    remember(store, part_number, target, item.head, sha256)
    return target


def remember(store: Store, part_number: str, path: Path, version: Version, sha256: str) -> None:
    """From now on the file at ``path``, which holds ``sha256``, counts as made from ``version``.

    Raises:
        FileError, StoreError: it cannot be looked at, or not be recorded.
    """
    with reading(path) as file:
        found = os.fstat(file.fileno())
    store.tracked.put(
        TrackedFile(
            part_number=part_number,
            path=path,
            base_version=version.id,
            base_revision=version.revision_number,
            sha256=sha256,
            size=found.st_size,
            mtime_ns=found.st_mtime_ns,
        )
    )


def _place(item: Item, workspace: Path) -> Path:
    """Where a new copy goes. A name that leads elsewhere, or that a system cannot have, is not used."""
    name = item.file_name
    if file_name_problem(name) or not name.lower().endswith((".fcstd", ".kc")):
        name = f"{item.part_number}{SUFFIX}"
    with explaining_write(workspace):
        workspace.mkdir(parents=True, exist_ok=True)
    return workspace / name


def _sha256(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    with reading(path) as file:
        return sha256_of(file)


def _in_the_way(part_number: str, target: Path) -> FileError:
    return FileError(
        f"{target} is there already and is not what the server has of {part_number}; open that file "
        "with File > Open, or move it away and open the part again.",
        concerns=str(target),
    )
