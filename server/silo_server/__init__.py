"""The reference Silo server: an ASGI application over a metadata store and a blob store."""

from __future__ import annotations

__version__ = "0.1.0"
