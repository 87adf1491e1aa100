"""Calls about subscriptions and what a workstation should have."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from silo_core.model.errors import NotFoundError
from silo_core.model.subscription import (
    Policy,
    Proposal,
    Subscription,
    SyncDiff,
    SyncPreview,
    TargetType,
)
from silo_core.ports.client.base import Calls, listed, members
from silo_core.ports.wire import from_wire, to_wire

logger = logging.getLogger(__name__)

_MOST_ACKS = 500
_Acks = list[tuple[str, tuple[str | None, bool]]]


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

    def get_sync_diff(self, workstation_id: str, part_numbers: Iterable[str] = ()) -> SyncDiff:
        """What the workstation should have and has not acknowledged; of these items only, where the
        server can tell that (``partial`` says whether it did)."""
        query = {"part_numbers": ",".join(part_numbers) or None}
        path = ("workstations", workstation_id, "sync", "diff")
        answer = self._transport.call("GET", *path, query=query)
        return from_wire(SyncDiff, answer)

    @property
    def previews_subscriptions(self) -> bool:
        """Whether :meth:`preview_sync` has an answer. Asks the server what it has, unless that is
        known."""
        return self._extensions().previews_subscriptions

    def preview_sync(
        self,
        workstation_id: str,
        proposals: Iterable[Proposal] = (),
        *,
        remove: Iterable[str] = (),
    ) -> SyncPreview | None:
        """What would come of these subscriptions, and of ending those of the ids ``remove``; nothing
        is changed. None from a server that does not tell."""
        if not self.previews_subscriptions:
            return None
        body = {"subscriptions": to_wire(tuple(proposals)), "remove": list(remove)}
        path = ("workstations", workstation_id, "sync", "preview")
        return from_wire(SyncPreview, self._transport.call("POST", *path, body=body))

    def ack_sync(
        self, workstation_id: str, part_number: str, version: str | None, *, is_checkpoint: bool
    ) -> None:
        """Say that the workstation now has the version of that id; None: it gave the item up."""
        body = {"part_number": part_number, "version": version, "is_checkpoint": is_checkpoint}
        self._transport.send(
            "POST", "workstations", workstation_id, "sync", "ack", body=body, concerns=part_number
        )

    def ack_syncs(
        self, workstation_id: str, versions: Mapping[str, tuple[str | None, bool]]
    ) -> None:
        """``ack_sync`` for many: version id and whether it is a checkpoint, by part number. What the
        server does not have (any more) is passed over, and named in the log."""
        most = _MOST_ACKS if self._extensions().takes_many_acks else 1
        named = list(versions.items())
        for start in range(0, len(named), most):
            self._ack(workstation_id, named[start : start + most])

    def _ack(self, workstation_id: str, named: _Acks) -> None:
        """All of them in one request; where one of them keeps that from being taken, without it."""
        try:
            if len(named) == 1:
                part_number, (version, is_checkpoint) = named[0]
                self.ack_sync(workstation_id, part_number, version, is_checkpoint=is_checkpoint)
            else:
                self._ack_at_once(workstation_id, named)
        except NotFoundError as error:
            if len(named) == 1:
                logger.warning(
                    "%s need not know what is here of it: %s", named[0][0], error.message
                )
                return
            half = len(named) // 2
            self._ack(workstation_id, named[:half])
            self._ack(workstation_id, named[half:])

    def _ack_at_once(self, workstation_id: str, named: _Acks) -> None:
        acks = [
            {"part_number": part_number, "version": version, "is_checkpoint": is_checkpoint}
            for part_number, (version, is_checkpoint) in named
        ]
        path = ("workstations", workstation_id, "sync", "acks")
        self._transport.send("POST", *path, body={"acks": acks})


def _subscription(answer: Any) -> Subscription:
    data = members(answer, "a subscription")
    return from_wire(Subscription, data.get("subscription") or data)
