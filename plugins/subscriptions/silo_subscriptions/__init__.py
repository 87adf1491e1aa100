"""Phase C: subscriptions. Copies of subscribed items are kept in step in the background (``engine``),
and what becomes of them is told."""

from silo_subscriptions.plugin import Subscriptions

__all__ = ["Subscriptions"]
__version__ = "0.1.0"
