"""What to send or to fetch, and as a difference from what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from silo_core.chunks.manifest import Chunk


@dataclass(frozen=True, slots=True)
class Upload:
    """One chunk to send: the one at ``index`` in its file. ``dictionary`` is the SHA-256 of the
    base's chunk that it is likely like, None where there is none."""

    index: int
    chunk: Chunk
    dictionary: str | None


def plan_uploads(
    chunks: Sequence[Chunk],
    names: Sequence[str],
    lacking: Collection[str],
    base: Mapping[str, Chunk],
) -> list[Upload]:
    """The chunks whose SHA-256 is in ``lacking``, each once, in the order of the file.

    ``names`` are those of ``chunks`` (:func:`silo_core.chunks.names_of`), ``base`` the chunks of the
    version that both ends hold, by their names there.
    """
    seen: set[str] = set()
    uploads = []
    for index, (chunk, name) in enumerate(zip(chunks, names, strict=True)):
        if chunk.sha256 not in lacking or chunk.sha256 in seen:
            continue
        seen.add(chunk.sha256)
        like = base.get(name)
        # An empty one says nothing, and one that is lacking too cannot be built on.
        usable = like is not None and like.size and like.sha256 not in lacking
        uploads.append(Upload(index, chunk, like.sha256 if like and usable else None))
    return uploads


def likely_alike(
    chunks: Sequence[Chunk], base: Sequence[Chunk]
) -> Iterator[tuple[Chunk, Chunk | None]]:
    """The chunks that ``base`` has not, each once, in the order of the file, with the one of ``base``
    that it is likely like: the one behind that which the chunk before it is, or is like."""
    places: dict[str, int] = {}
    for place, chunk in enumerate(base):
        places.setdefault(chunk.sha256, place)
    at, seen = 0, set(places)
    for chunk in chunks:
        if chunk.sha256 in places:
            if at >= len(base) or base[at].sha256 != chunk.sha256:
                at = places[chunk.sha256]
        elif chunk.sha256 not in seen:
            seen.add(chunk.sha256)
            like = base[at] if at < len(base) else None
            yield chunk, like if like and like.size else None
        at += 1
