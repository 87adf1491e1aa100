"""Phase C: subscriptions and background sync."""

from __future__ import annotations
