"""FCStd files: what they hold and how their objects depend on each other. Pure: files come in as
open file objects, and nothing is written."""

from __future__ import annotations

from silo_core.fcstd.dag import to_dag
from silo_core.fcstd.limits import DEFAULT_LIMITS, Limits
from silo_core.fcstd.part import PartDocument, PartObject
from silo_core.fcstd.reader import read_document

__all__ = ["DEFAULT_LIMITS", "Limits", "PartDocument", "PartObject", "read_document", "to_dag"]
