"""Phase B: save, feature graph and durable push when an editing context is left."""

from __future__ import annotations
