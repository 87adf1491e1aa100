"""Which part of a file a chunk is, told from the chunks themselves: so both ends know, and names need
not travel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from silo_core.chunks.limits import INLINE
from silo_core.chunks.manifest import Chunk
from silo_core.chunks.zipmap import name_at_end


def names_of(chunks: Sequence[Chunk], read: Callable[[int], bytes | None]) -> list[str]:
    """A name for each of a file's chunks, in order. Chunks of two versions of a file that have
    the same name are likely alike; no name occurs twice.

    ``read`` answers the plain bytes of the chunk at an index; it is only asked for plain chunks of
    up to ``INLINE`` bytes.
    """
    names: list[str] = []
    taken: dict[str, int] = {}
    anchor, member = "start", ""
    for index, chunk in enumerate(chunks):
        header = None
        if chunk.deflate is None and chunk.size <= INLINE and not member:
            header = name_at_end(read(index) or b"")
        if header is not None:
            member = f" {header.decode('utf-8', 'backslashreplace')}"
            anchor = f"header{member}"
        elif member:
            anchor, member = f"member{member}", ""
        elif index and index == len(chunks) - 1:
            anchor = "end"
        number = taken.get(anchor, 0)
        taken[anchor] = number + 1
        names.append(f"{anchor} {number}")
    return names
