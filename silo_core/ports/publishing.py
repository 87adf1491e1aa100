"""Putting a file on the server under a part number of its own."""

from __future__ import annotations

from collections.abc import Iterable

from silo_core.model.errors import ConflictError
from silo_core.ports.client import SiloClient


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
        ServerError; ConflictError where somebody else's part has the number.
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
    except ConflictError:
        item = client.get_item(part_number)
        if item.head is not None or item.file_name != file_name:
            raise
