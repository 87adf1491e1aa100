"""Items, their history and what counts as their newest content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from silo_core.model.item import Version, VersionKind
from silo_core.ports.wire import to_wire
from silo_server.storage.ports import Blob, GroupQuery, ItemQuery, Reader, Transaction
from silo_server.storage.records import ItemRecord, VersionRecord
from silo_server.work.desk import Caller, Desk, new_id
from silo_server.work.names import checked_file_name, checked_part_number
from silo_server.work.refusal import Refusal, not_found
from silo_server.work.subscribers import tell_subscribers
from silo_server.work.workstations import own_workstation


def item_of(reader: Reader, part_number: str) -> ItemRecord:
    """The item under that part number.

    Raises:
        Refusal: 404, there is none; 422, it cannot be a part number.
    """
    found = reader.find(ItemRecord, part_number=checked_part_number(part_number))
    if not found:
        raise not_found(f"There is no item {part_number}.")
    return found[0]


def version_of(reader: Reader, part_number: str, version_id: str) -> VersionRecord:
    """One version of an item.

    Raises:
        Refusal: 404, the item has no such version.
    """
    found = reader.get(VersionRecord, version_id)
    if found is None or found.part_number != part_number:
        raise not_found(f"{part_number} has no version {version_id[:80]}.")
    return found


def known_of(reader: Reader, named: Iterable[tuple[str, str]]) -> list[VersionRecord]:
    """Those of the versions (part number, id) that there are, each once, in their order."""
    found = ((number, reader.get(VersionRecord, name)) for number, name in dict.fromkeys(named))
    return [record for number, record in found if record and record.part_number == number]


def revision_of(reader: Reader, part_number: str, number: int) -> VersionRecord:
    """A formal revision of an item.

    Raises:
        Refusal: 404, the item has no such revision.
    """
    found = reader.find(VersionRecord, part_number=part_number, revision_number=number)
    if not found:
        raise not_found(f"{part_number} has no revision {number}.")
    return found[0]


def head_of(reader: Reader, item: ItemRecord) -> Version | None:
    """The newest content of an item, None if it has none yet."""
    record = item.head and reader.get(VersionRecord, item.head)
    return record.public() if record else None


def shown(reader: Reader, item: ItemRecord) -> dict[str, Any]:
    """The item as the protocol shows it. Its picture has another address with every content, so that
    it can be kept for good."""
    head = head_of(reader, item)
    picture = f"/api/items/{item.part_number}/thumbnail?version={head.id}" if head else None
    body: dict[str, Any] = to_wire(replace(item.public(head), thumbnail_url=picture))
    return body


def list_items(reader: Reader, query: ItemQuery) -> dict[str, Any]:
    """One page of items."""
    found = reader.items(replace(query, limit=query.limit + 1))
    page = found[: query.limit]
    return {
        "items": [shown(reader, item) for item in page],
        "next_cursor": page[-1].part_number if len(found) > len(page) else None,
    }


def list_groups(reader: Reader, query: GroupQuery) -> dict[str, Any]:
    """One page of projects or categories."""
    found = reader.groups(replace(query, limit=query.limit + 1))
    page = found[: query.limit]
    return {
        "categories" if query.categories else "projects": to_wire(page),
        "next_cursor": page[-1].name if len(found) > len(page) else None,
    }


def list_versions(reader: Reader, part_number: str, before: str, limit: int) -> dict[str, Any]:
    """One page of an item's history, newest first."""
    item_of(reader, part_number)
    if before:
        version_of(reader, part_number, before)
    found = reader.versions(part_number, before, limit + 1)
    page = found[:limit]
    return {
        "versions": [to_wire(version.public()) for version in page],
        "next_cursor": page[-1].id if len(found) > len(page) else None,
    }


def list_revisions(reader: Reader, part_number: str) -> dict[str, Any]:
    """The formal revisions of an item, oldest first."""
    item_of(reader, part_number)
    found = reader.find(VersionRecord, part_number=part_number, kind=VersionKind.REVISION)
    found.sort(key=lambda version: version.revision_number or 0)
    return {"revisions": [to_wire(version.public()) for version in found]}


def create_item(
    tx: Transaction,
    desk: Desk,
    part_number: str,
    *,
    description: str,
    item_type: str,
    category: str,
    projects: Sequence[str],
    file_name: str,
) -> dict[str, Any]:
    """A new item without content.

    Raises:
        Refusal: 409 ``item_exists``; 422 for a bad part number or file name.
    """
    if tx.find(ItemRecord, part_number=checked_part_number(part_number)):
        raise Refusal(409, "item_exists", f"There is an item {part_number} already.")
    item = ItemRecord(
        id=new_id("item"),
        part_number=part_number,
        description=description,
        item_type=item_type,
        category=category,
        projects=tuple(dict.fromkeys(projects)),
        file_name=checked_file_name(file_name),
        revision_number=0,
        head=None,
        created_at=desk.clock(),
    )
    tx.add(item)
    body = shown(tx, item)
    tx.append("item.created", body)
    return body


def add_revision(
    tx: Transaction,
    desk: Desk,
    caller: Caller,
    part_number: str,
    blob: Blob,
    *,
    comment: str,
    file_name: str,
    workstation_id: str | None,
) -> dict[str, Any]:
    """New content as the next formal revision; it becomes head."""
    item = item_of(tx, part_number)
    if workstation_id is not None:
        own_workstation(tx, caller, workstation_id)
    version = VersionRecord(
        id=new_id("v"),
        part_number=part_number,
        kind=VersionKind.REVISION,
        revision_number=item.revision_number + 1,
        sha256=blob.sha256,
        size=blob.size,
        user=caller.user,
        workstation_id=workstation_id,
        context=None,
        comment=comment,
        created_at=desk.clock(),
        parent=item.head,
    )
    tx.add(version)
    # an item without content may have been meant for a file of another kind, that never came
    is_meant = bool(item.head) or PurePath(item.file_name).suffix == PurePath(file_name).suffix
    kept = item.file_name if is_meant else ""
    changed = replace(item, head=version.id, file_name=kept or file_name or item.file_name)
    return _released(tx, caller, changed, version, workstation_id)


def release_version(
    tx: Transaction,
    caller: Caller,
    part_number: str,
    version_id: str,
    comment: str,
    workstation_id: str | None,
) -> dict[str, Any]:
    """Make a checkpoint the next formal revision. It stays the same version under the same id, so
    that nobody's copy turns old by it.

    Raises:
        Refusal: 409 ``not_a_checkpoint``; 404 for an unknown item or version.
    """
    item = item_of(tx, part_number)
    if workstation_id is not None:
        own_workstation(tx, caller, workstation_id)
    found = version_of(tx, part_number, version_id)
    if found.kind is not VersionKind.CHECKPOINT:
        raise Refusal(
            409, "not_a_checkpoint", f"Only a checkpoint can be released; this is a {found.kind}."
        )
    version = replace(
        found,
        kind=VersionKind.REVISION,
        revision_number=item.revision_number + 1,
        comment=comment or found.comment,
    )
    tx.change(version)
    return _released(tx, caller, item, version, workstation_id)


def _released(
    tx: Transaction,
    caller: Caller,
    item: ItemRecord,
    version: VersionRecord,
    workstation_id: str | None,
) -> dict[str, Any]:
    """Record ``version`` as the item's newest revision and say so."""
    previous = item.revision_number
    item = replace(item, revision_number=previous + 1)
    tx.change(item)
    body: dict[str, Any] = to_wire(version.public())
    data = {
        "part_number": item.part_number,
        "version": body,
        "revision_number": item.revision_number,
        "previous_revision": previous or None,
        "user": caller.user,
        "workstation_id": workstation_id,
        "comment": version.comment,
    }
    tx.append("revision.created", data)
    tx.append("item.updated", shown(tx, item))
    tell_subscribers(tx, item, version, "subscription.revision", data)
    return body
