"""Putting a file on the server under a part number of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from silo_core.fcstd import to_dag
from silo_core.model.errors import ConflictError, FileError, ServerError
from silo_core.model.item import Version
from silo_core.ports.client import SiloClient
from silo_core.ports.files import is_part_file, read_file

logger = logging.getLogger(__name__)


def make_item(
    client: SiloClient,
    part_number: str,
    file_name: str,
    *,
    description: str = "",
    item_type: str = "part",
    category: str = "",
    projects: Iterable[str] = (),
) -> None:
    """Make the item that a file is to become the first version of. One that was made but got no
    content, as when the connection broke in between, is taken up again.

    Raises:
        ServerError; ConflictError where a part that has content has the number.
    """
    try:
        client.create_item(
            part_number,
            description=description,
            item_type=item_type,
            category=category,
            projects=projects,
            file_name=file_name,
        )
    except ConflictError as error:
        _need_empty(client, part_number, error)


def upload_first(client: SiloClient, part_number: str, path: Path, comment: str = "") -> Version:
    """Make a file the first version of an item that ``make_item`` made, and send a part's feature graph
    along: the rules need it before the first checkpoint.

    Raises:
        FileError: it cannot be read.
        ServerError; ConflictError where somebody else gave the item content meanwhile.
    """
    _need_empty(client, part_number)
    version = client.upload_file(part_number, path, comment)
    if is_part_file(path.name):
        try:
            client.push_dag(part_number, to_dag(read_file(path)))
        except (
            FileError,
            ServerError,
        ) as error:  # the file is there; a checkpoint brings the graph
            logger.warning("no feature graph of %s was sent: %s", part_number, error.message)
    return version


def _need_empty(client: SiloClient, part_number: str, cause: ConflictError | None = None) -> None:
    """Raises ConflictError where the item has content."""
    # a server without [base] names no head
    if client.get_item(part_number).head is None and not client.list_revisions(part_number):
        return
    raise ConflictError(
        f"There is an item {part_number} already, with content; choose another part number, or, to "
        "change that part, get it in FreeCAD with Silo > Open from Silo.",
        concerns=part_number,
        status=cause.status if cause else None,
    ) from cause
