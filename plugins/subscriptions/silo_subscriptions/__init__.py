"""Phase C: subscriptions. So far it tells what subscribed items have become; fetching them in the
background is to come."""

from silo_subscriptions.plugin import Subscriptions

__all__ = ["Subscriptions"]
__version__ = "0.1.0"
