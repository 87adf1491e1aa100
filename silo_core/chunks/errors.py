"""What can be wrong with chunks. One error for all that is not what it says it is, and a kind of it
for what the caller can get around."""

from __future__ import annotations

from silo_core.model.errors import SiloError


class ChunkError(SiloError):
    """A manifest, a chunk or its encoding is not what it should be; nothing of it was used."""

    title = "Damaged transfer"


class DeflateDiffersError(ChunkError):
    """Every chunk is right and the file made of them is not: the zlib of this end deflates to other
    bytes. The same file split with ``inflate=False``, or sent whole, gets through."""

    title = "Different compression"


def damaged(what: str) -> ChunkError:
    """The error for data that says ``what`` of itself, which is wrong."""
    return ChunkError(f"The transfer arrived damaged ({what}); nothing was changed. Try again.")
