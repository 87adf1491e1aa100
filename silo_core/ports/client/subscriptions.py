"""Calls about subscriptions and what a workstation should have."""

from __future__ import annotations

from typing import Any

from silo_core.model.subscription import Policy, Subscription, SyncDiff, TargetType
from silo_core.ports.client.base import Calls, listed, members
from silo_core.ports.wire import from_wire


class SubscriptionCalls(Calls):
    """Subscriptions and sync. All raise ServerError."""

    def list_subscriptions(self, workstation_id: str) -> tuple[Subscription, ...]:
        """The subscriptions of a workstation."""
        query = {"workstation_id": workstation_id}
        answer = self._transport.call("GET", "subscriptions", query=query)
        return listed(Subscription, answer, "subscriptions")

    def create_subscription(
        self,
        workstation_id: str,
        target_type: TargetType,
        target: str,
        policy: Policy = Policy.LATEST,
        *,
        revision: int | None = None,
    ) -> Subscription:
        """Subscribe to an item, a project or a category; ``revision`` goes with PINNED."""
        body = {
            "workstation_id": workstation_id,
            "target_type": target_type,
            "target": target,
            "policy": policy,
            "revision": revision,
        }
        answer = self._transport.call("POST", "subscriptions", body=body, concerns=target)
        return _subscription(answer)

    def update_subscription(
        self,
        subscription_id: str,
        *,
        policy: Policy | None = None,
        revision: int | None = None,
        paused: bool | None = None,
    ) -> Subscription:
        """Change what is given; the rest stays as it is."""
        changes = {"policy": policy, "revision": revision, "paused": paused}
        body = {name: value for name, value in changes.items() if value is not None}
        answer = self._transport.call(
            "PATCH", "subscriptions", subscription_id, body=body, concerns="this subscription"
        )
        return _subscription(answer)

    def delete_subscription(self, subscription_id: str) -> None:
        """End a subscription."""
        self._transport.send(
            "DELETE", "subscriptions", subscription_id, concerns="this subscription"
        )

    def get_sync_diff(self, workstation_id: str) -> SyncDiff:
        """What the workstation should have and has not acknowledged."""
        answer = self._transport.call("GET", "workstations", workstation_id, "sync", "diff")
        return from_wire(SyncDiff, answer)

    def ack_sync(
        self, workstation_id: str, part_number: str, version: str | None, *, is_checkpoint: bool
    ) -> None:
        """Say that the workstation now has the version of that id; None: it gave the item up."""
        body = {"part_number": part_number, "version": version, "is_checkpoint": is_checkpoint}
        self._transport.send(
            "POST", "workstations", workstation_id, "sync", "ack", body=body, concerns=part_number
        )


def _subscription(answer: Any) -> Subscription:
    data = members(answer, "a subscription")
    return from_wire(Subscription, data.get("subscription") or data)
