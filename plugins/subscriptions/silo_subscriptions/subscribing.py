"""Making and changing subscriptions, several at once. On a worker, or in a command."""

from __future__ import annotations

from collections.abc import Iterable

from silo_core.model.subscription import Proposal, Subscription
from silo_core.ports.client import SiloClient

Followed = tuple[str, Subscription]


def follow(
    client: SiloClient, workstation_id: str, proposals: Iterable[Proposal]
) -> list[Followed]:
    """Subscribe, or give what is subscribed to already the policy that is proposed. Answers what became
    of each, ``made``, ``changed`` or ``unchanged``, and the subscription it is now.

    Raises:
        ServerError: one could not be made; those before it were.
    """
    known = {
        (found.target_type, found.target): found
        for found in client.list_subscriptions(workstation_id)
    }
    rows = []
    for proposal in proposals:
        kind, target = proposal.target_type, proposal.target
        policy, revision = proposal.policy, proposal.revision
        before = known.get((kind, target))
        if before is None:
            made = client.create_subscription(
                workstation_id, kind, target, policy, revision=revision
            )
            rows.append(("made", made))
        elif (before.policy, before.revision) == (policy, revision):
            rows.append(("unchanged", before))
        else:
            changed = client.update_subscription(before.id, policy=policy, revision=revision)
            rows.append(("changed", changed))
    return rows
