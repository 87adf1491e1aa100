"""The calls of [chunks] about single chunks."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from silo_core.chunks import (
    Chunk,
    ChunkError,
    Coding,
    Encoded,
    Manifest,
    decode,
    manifest_from_wire,
)
from silo_core.chunks.limits import MAX_CHUNK
from silo_core.model.errors import ProtocolError
from silo_core.ports.client.base import values_of
from silo_core.ports.client.progress import pieces
from silo_core.ports.client.transport import Transport

BYTES = "application/octet-stream"

Told = Callable[[float], None]
"""Is given the share of one chunk that has passed, 0 to 1."""


class Dictionary(NamedTuple):
    """A chunk that both ends hold: its SHA-256 and its plain bytes."""

    sha256: str
    plain: bytes


class ChunkCalls:
    """Those about one item. All raise ServerError."""

    def __init__(self, transport: Transport, part_number: str) -> None:
        self._transport = transport
        self._part_number = part_number

    def missing(self, names: Iterable[str], patience: float) -> set[str]:
        """Those of the named chunks that the server does not hold. ``patience``: seconds that it may
        take longer than usual."""
        answer = self._transport.call(
            "POST",
            *("items", self._part_number, "chunks", "missing"),
            body={"sha256": sorted(names)},
            read_timeout=self._transport.timeout + patience,
            concerns=self._part_number,
        )
        return {str(name) for name in values_of(answer, "missing")}

    def put(self, sha256: str, encoded: Encoded, like: Dictionary | None, told: Told) -> None:
        """Send a chunk; ``like`` is what it was encoded with."""
        headers = {"Content-Type": BYTES, "Content-Length": str(len(encoded.body))}
        if encoded.coding is not Coding.IDENTITY:
            headers["Content-Encoding"] = encoded.coding
        if like and encoded.coding is Coding.DCZ:
            headers["Available-Dictionary"] = _named(like)
        self._transport.send(
            "PUT",
            *("items", self._part_number, "chunks", sha256),
            content=pieces(encoded.body, told),
            headers=headers,
            concerns=self._part_number,
        )

    def get(self, chunk: Chunk, like: Dictionary | None, told: Told) -> bytes:
        """The plain bytes of a chunk.

        Raises:
            ChunkError: other bytes came.
        """
        headers = {"Accept-Encoding": str(Coding.ZSTD)}
        if like:
            headers["Accept-Encoding"] = f"{Coding.DCZ}, {Coding.ZSTD}"
            headers["Available-Dictionary"] = _named(like)
        body = bytearray()
        with self._transport.exchange(
            "GET",
            *("items", self._part_number, "chunks", chunk.sha256),
            headers=headers,
            concerns=self._part_number,
        ) as response:
            coding = response.headers.get("Content-Encoding", Coding.IDENTITY)
            for piece in response.iter_raw():
                body += piece
                if len(body) > MAX_CHUNK:
                    raise ProtocolError(
                        "The server sent more than was asked for.", concerns=self._part_number
                    )
                told(min(len(body) / max(chunk.size, 1), 1.0))
        plain = decode(coding.strip().lower(), bytes(body), chunk.size, like and like.plain)
        if hashlib.sha256(plain).hexdigest() != chunk.sha256:
            raise ChunkError("The server sent another chunk than was asked for. Try again.")
        return plain

    def manifest(self, path: tuple[str, ...], patience: float) -> Manifest:
        """What the version whose manifest is at ``path`` consists of.

        Raises:
            ChunkError: it says nothing that can be.
        """
        return manifest_from_wire(
            self._transport.call(
                "GET",
                *path,
                read_timeout=self._transport.timeout + patience,
                concerns=self._part_number,
            )
        )


def _named(like: Dictionary) -> str:
    return f":{base64.b64encode(bytes.fromhex(like.sha256)).decode()}:"
