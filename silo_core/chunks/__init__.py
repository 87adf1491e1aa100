"""Files as chunks: split, told apart from a base, encoded, put together again bit for bit. Pure: files
come in as open file objects, chunks through functions that are handed in, and nothing is written."""

from __future__ import annotations

from silo_core.chunks.codec import Coding, Encoded, available, decode, dictionary_of, encode
from silo_core.chunks.compact import Compact, compact, from_compact, inlined_of
from silo_core.chunks.errors import ChunkError, DeflateDiffersError
from silo_core.chunks.manifest import Chunk, Manifest, manifest_from_wire, manifest_to_wire
from silo_core.chunks.naming import names_of
from silo_core.chunks.pack import Unpacked, packed, unpacked
from silo_core.chunks.plan import Upload, likely_alike, plan_uploads
from silo_core.chunks.rebuild import rebuilt
from silo_core.chunks.split import Part, Split, read_part, split

__all__ = [
    "Chunk",
    "ChunkError",
    "Coding",
    "Compact",
    "DeflateDiffersError",
    "Encoded",
    "Manifest",
    "Part",
    "Split",
    "Unpacked",
    "Upload",
    "available",
    "compact",
    "decode",
    "dictionary_of",
    "encode",
    "from_compact",
    "inlined_of",
    "likely_alike",
    "manifest_from_wire",
    "manifest_to_wire",
    "names_of",
    "packed",
    "plan_uploads",
    "read_part",
    "rebuilt",
    "split",
    "unpacked",
]
