"""Phase A: edit sessions, from the entry gate to handoff and leases."""

from __future__ import annotations
