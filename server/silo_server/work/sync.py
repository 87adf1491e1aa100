"""Subscriptions, and what a workstation has not got yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from silo_core.model.item import VersionKind
from silo_core.model.subscription import Policy, Proposal, Subscription, TargetType
from silo_core.ports.wire import to_wire
from silo_server.storage.ports import ItemQuery, Reader, Transaction
from silo_server.storage.records import Ack, ItemRecord, VersionRecord, ack_id
from silo_server.work.desk import Caller, Desk, new_id
from silo_server.work.items import item_of, version_of
from silo_server.work.refusal import Refusal, invalid, not_found
from silo_server.work.subscribers import ruling, subscriptions_to, wanted_version
from silo_server.work.workstations import own_workstation

_EVERYTHING = 1 << 40

PREVIEWED = 100
"""How many entries a preview lists; it counts all."""


def subscribe(
    tx: Transaction,
    desk: Desk,
    caller: Caller,
    workstation_id: str,
    target_type: TargetType,
    target: str,
    policy: Policy,
    revision: int | None,
    paused: bool,
) -> dict[str, Any]:
    """A new subscription of one of the caller's workstations.

    Raises:
        Refusal: 409 ``subscription_exists``; 404 for an item that is not there.
    """
    own_workstation(tx, caller, workstation_id)
    if target_type is TargetType.ITEM:
        item_of(tx, target)
    known = {"workstation_id": workstation_id, "target_type": target_type, "target": target}
    if tx.find(Subscription, **known):
        raise Refusal(
            409, "subscription_exists", f"This workstation is subscribed to {target} already."
        )
    made = Subscription(
        id=new_id("sub"),
        workstation_id=workstation_id,
        target_type=target_type,
        target=target,
        policy=policy,
        revision=_checked_revision(policy, revision),
        paused=paused,
        created_at=desk.clock(),
    )
    tx.add(made)
    return _updated(tx, made, "made")


def change(
    tx: Transaction, caller: Caller, subscription_id: str, members: Mapping[str, Any]
) -> dict[str, Any]:
    """Change ``policy``, ``revision`` or ``paused``; what is not named stays."""
    changed = replace(_own(tx, caller, subscription_id), **members)
    revision = _checked_revision(changed.policy, changed.revision)
    changed = replace(changed, revision=revision)
    tx.change(changed)
    return _updated(tx, changed, "changed")


def unsubscribe(tx: Transaction, caller: Caller, subscription_id: str) -> None:
    """End a subscription; its files are then listed as removed until that is acknowledged."""
    found = _own(tx, caller, subscription_id)
    tx.remove(found)
    _updated(tx, found, "removed")


def list_subscriptions(
    reader: Reader, caller: Caller, workstation_id: str
) -> dict[str, list[dict[str, Any]]]:
    """The subscriptions of one of the caller's workstations."""
    own_workstation(reader, caller, workstation_id)
    found = reader.find(Subscription, workstation_id=workstation_id)
    return {"subscriptions": to_wire(found)}


def diff(
    reader: Reader, caller: Caller, workstation_id: str, part_numbers: Collection[str] = ()
) -> dict[str, Any]:
    """What a workstation should have and has not acknowledged, and what no subscription of it
    covers any more. A paused subscription asks for nothing and gives nothing up. With
    ``part_numbers`` only those are looked at: what an event told of is soon asked."""
    own_workstation(reader, caller, workstation_id)
    if part_numbers:
        asked = [
            (number, reader.get(Ack, ack_id(workstation_id, number))) for number in part_numbers
        ]
        has = {number: ack for number, ack in asked if ack}
        covered = _covering(reader, workstation_id, part_numbers)
    else:
        has = {ack.part_number: ack for ack in reader.find(Ack, workstation_id=workstation_id)}
        covered = _covered(reader, reader.find(Subscription, workstation_id=workstation_id))
    entries = [
        entry
        for item, subscription in covered
        if (entry := _entry(reader, item, subscription, has.get(item.part_number)))
    ]
    kept = {item.part_number for item, _ in covered}
    return {
        "entries": entries,
        "removed": sorted(set(has) - kept),
        "paused": [item.part_number for item, subscription in covered if subscription.paused],
        "partial": bool(part_numbers),
    }


def preview(
    reader: Reader,
    desk: Desk,
    caller: Caller,
    workstation_id: str,
    proposals: Sequence[Proposal],
    removed: Collection[str],
) -> dict[str, Any]:
    """What ``diff`` would hold if these subscriptions were made, or changed to this, and those of the
    ids ``removed`` ended. Nothing is changed.

    Raises:
        Refusal: 404 for an item or a subscription that is not there, 422 for a bad revision.
    """
    own_workstation(reader, caller, workstation_id)
    has = {ack.part_number: ack for ack in reader.find(Ack, workstation_id=workstation_id)}
    gone = [_own(reader, caller, key) for key in removed]
    proposed = {
        (proposal.target_type, proposal.target): _proposed(reader, desk, workstation_id, proposal)
        for proposal in proposals
    }
    after = {
        _target(found): found for found in reader.find(Subscription, workstation_id=workstation_id)
    }
    for ended in gone:
        after.pop(_target(ended), None)
    after |= proposed
    covered = _covered(reader, list(after.values()))
    concerned = {item.part_number for item, _ in _covered(reader, [*proposed.values(), *gone])}
    ruled = [(item, by) for item, by in covered if item.part_number in concerned]
    ours = [(item, by) for item, by in ruled if _target(by) in proposed]
    entries = [
        entry for item, by in ours if (entry := _entry(reader, item, by, has.get(item.part_number)))
    ]
    wanted = [wanted_version(reader, item, by) for item, by in ours]
    kept = {item.part_number for item, _ in covered}
    return {
        "items": len(concerned),
        "updates": len(entries),
        "size": sum(entry["version"]["size"] for entry in entries),
        "without_content": wanted.count(None),
        "ruled_elsewhere": len(ruled) - len(ours),
        "given_up": len(concerned & set(has) - kept),
        "entries": entries[:PREVIEWED],
    }


def acknowledge(
    tx: Transaction, caller: Caller, workstation_id: str, part_number: str, version: str | None
) -> None:
    """A workstation has this version now; with None it has given the item up."""
    acknowledge_all(tx, caller, workstation_id, {part_number: version})


def acknowledge_all(
    tx: Transaction, caller: Caller, workstation_id: str, versions: Mapping[str, str | None]
) -> None:
    """A workstation has these versions now, by part number."""
    own_workstation(tx, caller, workstation_id)
    for part_number, version in versions.items():
        _acknowledge(tx, workstation_id, part_number, version)


def _acknowledge(
    tx: Transaction, workstation_id: str, part_number: str, version: str | None
) -> None:
    item_of(tx, part_number)
    before = tx.get(Ack, ack_id(workstation_id, part_number))
    if version is None:
        if before:
            tx.remove(before)
        return
    version_of(tx, part_number, version)
    ack = Ack(ack_id(workstation_id, part_number), workstation_id, part_number, version)
    if before:
        tx.change(ack)
    else:
        tx.add(ack)


def _proposed(reader: Reader, desk: Desk, workstation_id: str, proposal: Proposal) -> Subscription:
    if proposal.target_type is TargetType.ITEM:
        item_of(reader, proposal.target)
    return Subscription(
        id="",
        workstation_id=workstation_id,
        target_type=proposal.target_type,
        target=proposal.target,
        policy=proposal.policy,
        revision=_checked_revision(proposal.policy, proposal.revision),
        paused=proposal.paused,
        created_at=desk.clock(),
    )


def _target(subscription: Subscription) -> tuple[TargetType, str]:
    """What a workstation has one subscription of at most."""
    return subscription.target_type, subscription.target


def _covered(
    reader: Reader, subscriptions: list[Subscription]
) -> list[tuple[ItemRecord, Subscription]]:
    """Every item that the subscriptions reach, with the one that counts for it."""
    items: dict[str, ItemRecord] = {}
    by_item: dict[str, list[Subscription]] = {}
    for subscription in subscriptions:
        for item in _targets(reader, subscription):
            items[item.part_number] = item
            by_item.setdefault(item.part_number, []).append(subscription)
    return [(items[key], ruling(by_item[key])) for key in sorted(items)]


def _covering(
    reader: Reader, workstation_id: str, part_numbers: Collection[str]
) -> list[tuple[ItemRecord, Subscription]]:
    """The same, of these items only."""
    found = []
    for number in sorted(set(part_numbers)):
        for item in reader.find(ItemRecord, part_number=number):
            if subscription := subscriptions_to(reader, item).get(workstation_id):
                found.append((item, subscription))
    return found


def _targets(reader: Reader, subscription: Subscription) -> list[ItemRecord]:
    target = subscription.target
    if subscription.target_type is TargetType.ITEM:
        return reader.find(ItemRecord, part_number=target)
    if subscription.target_type is TargetType.PROJECT:
        return reader.items(ItemQuery(project=target, limit=_EVERYTHING))
    return reader.items(ItemQuery(category=target, limit=_EVERYTHING))


def _entry(
    reader: Reader, item: ItemRecord, subscription: Subscription, ack: Ack | None
) -> dict[str, Any] | None:
    wanted = None if subscription.paused else wanted_version(reader, item, subscription)
    if wanted is None or (ack and ack.version == wanted):
        return None
    version = reader.get(VersionRecord, wanted)
    if version is None:
        return None
    return {
        "part_number": item.part_number,
        "file_name": item.file_name,
        "version": to_wire(version.public()),
        "is_checkpoint": version.kind is VersionKind.CHECKPOINT,
        "reason": "changed" if ack else "new",
    }


def _own(reader: Reader, caller: Caller, subscription_id: str) -> Subscription:
    found = reader.get(Subscription, subscription_id)
    if found is None:
        raise not_found(f"There is no subscription {subscription_id[:80]}.")
    own_workstation(reader, caller, found.workstation_id)
    return found


def _checked_revision(policy: Policy, revision: int | None) -> int | None:
    if policy is not Policy.PINNED:
        return None
    if revision is None or not 0 < revision < 1 << 62:
        raise invalid("revision", "a pinned subscription names a revision, 1 or greater.")
    return revision


def _updated(tx: Transaction, subscription: Subscription, what: str) -> dict[str, Any]:
    body: dict[str, Any] = to_wire(subscription)
    data = {"subscription": body, "change": what}
    tx.append("subscription.update", data, [subscription.workstation_id])
    return body
