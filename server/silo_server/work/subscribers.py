"""Which workstation should have which content of which item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from silo_core.model.item import VersionKind
from silo_core.model.subscription import Policy, Subscription, TargetType
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import ItemRecord, VersionRecord

_PRECEDENCE = [TargetType.CATEGORY, TargetType.PROJECT, TargetType.ITEM]


def ruling(subscriptions: list[Subscription]) -> Subscription:
    """Which of several subscriptions of one workstation to one item counts: the most specific (item,
    then project, then category), among equals the newest."""
    return max(
        enumerate(subscriptions),
        key=lambda numbered: (_PRECEDENCE.index(numbered[1].target_type), numbered[0]),
    )[1]


def subscriptions_to(reader: Reader, item: ItemRecord) -> dict[str, Subscription]:
    """The subscription that counts for this item, of every workstation that has one."""
    targets = [(TargetType.ITEM, item.part_number)]
    targets += [(TargetType.PROJECT, project) for project in item.projects]
    targets += [(TargetType.CATEGORY, item.category)] if item.category else []
    by_workstation: dict[str, list[Subscription]] = {}
    for kind, target in targets:
        for found in reader.find(Subscription, target_type=kind, target=target):
            by_workstation.setdefault(found.workstation_id, []).append(found)
    return {key: ruling(found) for key, found in by_workstation.items()}


def wanted_version(reader: Reader, item: ItemRecord, subscription: Subscription) -> str | None:
    """Id of the version that a subscription asks for, None while there is none."""
    if subscription.policy is Policy.LATEST:
        return item.head
    number = item.revision_number
    if subscription.policy is Policy.PINNED:
        number = subscription.revision or 0
    found = reader.find(VersionRecord, part_number=item.part_number, revision_number=number)
    return found[0].id if found else None


def tell_subscribers(
    tx: Transaction, item: ItemRecord, version: VersionRecord, event: str, data: Mapping[str, Any]
) -> int:
    """Log ``event`` for the workstations that should now have ``version``; answers how many.

    A rescue is for nobody; a paused subscription hears nothing.
    """
    if version.kind is VersionKind.RESCUE:
        return 0
    audience = [
        workstation
        for workstation, subscription in subscriptions_to(tx, item).items()
        if not subscription.paused and wanted_version(tx, item, subscription) == version.id
    ]
    if audience:
        tx.append(event, data, audience)
    return len(audience)
