"""What the subscriptions plugin says. Pure."""

from __future__ import annotations

from silo_core.model.event import Event


def headline(event: Event) -> str | None:
    """The line for an event about a subscribed item; None for any other event."""
    data = event.data
    if event.type == "subscription.checkpoint":
        objects = data.get("object_ids") or ()
        what = (
            f" finished editing {', '.join(map(str, objects))}" if objects else " made a checkpoint"
        )
        return f"Updated: {event.part_number} — {data.get('checkpoint_user', 'somebody')}{what}"
    if event.type == "subscription.revision":
        return (
            f"Released: {event.part_number} rev {data.get('previous_revision')} → "
            f"rev {data.get('revision_number')} by {data.get('user', 'somebody')}"
        )
    return None
