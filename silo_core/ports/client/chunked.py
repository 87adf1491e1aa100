"""Pushing in chunks [chunks]: only what the server lacks travels, as its difference from the base."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from silo_core.chunks import (
    Split,
    Upload,
    compact,
    encode,
    inlined_of,
    manifest_to_wire,
    packed,
    plan_uploads,
    read_part,
    split,
)
from silo_core.ports.client.chunk_calls import BYTES, ChunkCalls, Dictionary
from silo_core.ports.client.progress import Counted, Progress
from silo_core.ports.client.transport import Transport
from silo_core.ports.graphs import graph_bytes

DIRECT = 4 << 20
"""Bytes. What is larger is sent a chunk at a time, so that a cut costs no more than one."""
BIG = 64 << 10
"""Bytes. A chunk of less is not worth a request of its own."""
REQUEST = 4 << 10
"""Bytes that could be sent in the time that a request of its own for a chunk costs."""
_SLOWEST = 2e6
"""Bytes per second. A slow server deflates some 10 MB in one."""


class SplitFile:
    """A file, taken apart."""

    def __init__(self, source: BinaryIO, *, inflate: bool = True) -> None:
        """``source`` stays open as long as this is used. Raises OSError."""
        self._source = source
        self.split: Split = split(source, inflate=inflate)
        self.by_name = {part.name: part.chunk for part in self.split.parts}
        self._by_hash = {part.chunk.sha256: part for part in self.split.parts}
        inlined = inlined_of(self.split.manifest)
        self.inlined = {self.split.parts[index].chunk.sha256 for index in inlined}

    @property
    def hashes(self) -> set[str]:
        """The SHA-256 of each chunk."""
        return set(self._by_hash)

    @cached_property
    def form(self) -> bytes:
        """The compact form of the manifest."""
        return compact(self.split.manifest, self.read)

    def read(self, index: int) -> bytes:
        """The plain bytes of the chunk at an index."""
        return read_part(self._source, self.split.parts[index])

    def held(self, sha256: str) -> bytes | None:
        """The plain bytes of a chunk, None if it is none of this file's."""
        part = self._by_hash.get(sha256)
        return read_part(self._source, part) if part else None

    @property
    def patience(self) -> float:
        """Seconds that a busy server may need to take it apart or put it together."""
        return sum(part.chunk.size for part in self.split.parts) / _SLOWEST

    def is_dear(self, lacking: set[str]) -> bool:
        """Whether a request for each of these chunks takes longer than the file. What is large goes in
        chunks all the same: a cut then repeats but one."""
        total = sum(map(self.length, lacking))
        return total <= DIRECT and total + len(lacking) * REQUEST >= self.split.manifest.size

    def length(self, sha256: str) -> int:
        """Bytes that a chunk takes in the file."""
        return self._by_hash[sha256].length


class ChunkedPush:
    """One checkpoint, sent in chunks."""

    def __init__(
        self,
        transport: Transport,
        part_number: str,
        metadata: Mapping[str, Any],
        headers: Mapping[str, str],
        progress: Progress,
    ) -> None:
        self._transport = transport
        self._part_number = part_number
        self._metadata = metadata
        self._headers = headers
        self._progress = progress
        self._calls = ChunkCalls(transport, part_number)

    def in_pack(
        self, new: SplitFile, base: SplitFile | None, base_graph: bytes | None, *, ask: bool
    ) -> Any:
        """Send all that is small in one request [packs]. The server's answer; None, and nothing has
        changed, where the file itself is as small.

        The server is believed to hold ``base`` and the feature graph ``base_graph``; with ``ask`` it is
        asked what it holds.

        Raises:
            ConflictError: it holds less than was believed; or HeadMovedError.
            RejectedError: it cannot put the file together.
        """
        lacking = new.hashes - new.inlined - (base.hashes if base else set())
        missing: set[str] = set()
        asked = ask or sum(map(new.length, lacking)) > DIRECT
        if asked:
            missing = self._missing(new, base, new.hashes - new.inlined)
            lacking = (new.hashes - new.inlined) & missing
        uploads = _uploads(new, base, lacking, missing)
        least = BIG if sum(map(new.length, lacking)) > DIRECT else new.split.manifest.size
        big = [upload for upload in uploads if new.length(upload.chunk.sha256) > least]
        rest = [upload for upload in uploads if new.length(upload.chunk.sha256) <= least]
        sent = self._put_all(new, base, big)
        base_form = base.form if base and not asked else None
        body = packed(new.form, base_form, rest, new.read, lambda sha256: _held(base, sha256))
        with tempfile.SpooledTemporaryFile(max_size=DIRECT) as pack:
            pack.writelines(body)
            if not big and pack.tell() >= new.split.manifest.size:
                return None
            return self._post(pack, None if asked else base_graph, sent, new.patience)  # type: ignore[arg-type]

    def by_manifest(self, new: SplitFile, base: SplitFile | None, *, ask: bool) -> Any:
        """Send each chunk that the server lacks, and then what the file consists of, as the protocol's
        [chunks] has it. Answers and raises as above; None also where it would take longer than the
        file."""
        if not ask and new.is_dear(new.hashes - (base.hashes if base else set())):
            return None
        missing = self._missing(new, base, new.hashes)
        if new.is_dear(new.hashes & missing):
            return None
        self._put_all(new, base, _uploads(new, base, new.hashes & missing, missing))
        return self._transport.call(
            "POST",
            *("items", self._part_number, "checkpoints"),
            body={**self._metadata, "chunks": manifest_to_wire(new.split.manifest)["chunks"]},
            headers=self._headers,
            read_timeout=self._transport.timeout + new.patience,
            concerns=self._part_number,
        )

    def _missing(self, new: SplitFile, base: SplitFile | None, hashes: set[str]) -> set[str]:
        likes = (base.by_name.get(part.name) for part in new.split.parts) if base else ()
        return self._calls.missing(hashes | {like.sha256 for like in likes if like}, new.patience)

    def _put_all(self, new: SplitFile, base: SplitFile | None, uploads: list[Upload]) -> int:
        """Send these chunks each on its own; answers the bytes they take in the file."""
        total = sum(new.length(upload.chunk.sha256) for upload in uploads)
        done = 0
        for upload in uploads:
            length = new.length(upload.chunk.sha256)
            like = None
            if upload.dictionary:
                like = Dictionary(upload.dictionary, _held(base, upload.dictionary))

            def told(share: float, before: int = done, length: int = length) -> None:
                self._progress(before + int(length * share), total)

            encoded = encode(new.read(upload.index), like and like.plain)
            self._calls.put(upload.chunk.sha256, encoded, like, told)
            done += length
        return done

    def _post(self, pack: BinaryIO, base_graph: bytes | None, sent: int, patience: float) -> Any:
        metadata = {name: value for name, value in self._metadata.items() if name != "dag"}
        files: dict[str, Any] = {}
        if dag := self._metadata["dag"]:
            files["graph"] = ("graph", encode(graph_bytes(dag), base_graph).body, BYTES)
        files["pack"] = ("pack", Counted(pack, self._progress, sent), BYTES)
        return self._transport.call(
            "POST",
            *("items", self._part_number, "checkpoints"),
            form={"metadata": json.dumps(metadata, separators=(",", ":"))},
            files=files,
            headers=self._headers,
            read_timeout=self._transport.timeout + patience,
            concerns=self._part_number,
        )


def _uploads(
    new: SplitFile, base: SplitFile | None, lacking: set[str], missing: set[str]
) -> list[Upload]:
    return plan_uploads(
        new.split.manifest.chunks,
        [part.name for part in new.split.parts],
        lacking,
        {n: c for n, c in base.by_name.items() if c.sha256 not in missing} if base else {},
    )


def _held(base: SplitFile | None, sha256: str) -> bytes:
    return (base.held(sha256) if base else None) or b""


def base_of(path: Path | None, stack: ExitStack, *, inflate: bool = True) -> SplitFile | None:
    """The base at ``path``, open until ``stack`` ends; None if it cannot be read: nothing depends on
    it."""
    if path is None:
        return None
    try:
        return SplitFile(stack.enter_context(path.open("rb")), inflate=inflate)
    except OSError:
        return None
