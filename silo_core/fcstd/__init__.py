"""FCStd files: what they hold and how their objects depend on each other. Pure: files come in as
open file objects, and nothing is written."""

from __future__ import annotations

from silo_core.fcstd.change import Change, ChangeKind, significant, summarise
from silo_core.fcstd.compare import compare
from silo_core.fcstd.contents import Contents, read_contents
from silo_core.fcstd.dag import to_dag
from silo_core.fcstd.digest import content_digest, digest_of, same_content
from silo_core.fcstd.limits import DEFAULT_LIMITS, Limits
from silo_core.fcstd.links import linked_files
from silo_core.fcstd.part import PartDocument, PartObject
from silo_core.fcstd.reader import read_document
from silo_core.fcstd.thumbnail import MAX_BYTES as MAX_THUMBNAIL
from silo_core.fcstd.thumbnail import read_thumbnail, safe_png

__all__ = [
    "DEFAULT_LIMITS",
    "MAX_THUMBNAIL",
    "Change",
    "ChangeKind",
    "Contents",
    "Limits",
    "PartDocument",
    "PartObject",
    "compare",
    "content_digest",
    "digest_of",
    "linked_files",
    "read_contents",
    "read_document",
    "read_thumbnail",
    "safe_png",
    "same_content",
    "significant",
    "summarise",
    "to_dag",
]
