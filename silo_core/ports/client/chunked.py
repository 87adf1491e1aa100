"""Files in chunks [chunks]: only what the other end lacks travels, as its difference from the base."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from silo_core.chunks import (
    ChunkError,
    Coding,
    Manifest,
    Split,
    Upload,
    compact,
    encode,
    inlined_of,
    packed,
    plan_uploads,
    read_part,
    rebuilt,
    split,
    unpacked,
)
from silo_core.model.errors import ProtocolError
from silo_core.ports.client.base import values_of
from silo_core.ports.client.progress import Counted, Progress, pieces
from silo_core.ports.client.transport import Transport
from silo_core.ports.spooled import SpooledChunks

DIRECT = 4 << 20
"""Bytes. What is larger is sent a chunk at a time, so that a cut costs no more than one."""
BIG = 64 << 10
"""Bytes. A chunk of less is not worth a request of its own."""
MAX_PACK = 80 << 20
"""Bytes. More than a server sends in one pack."""
_SLOWEST = 2e6
"""Bytes per second. A slow server deflates some 10 MB in one."""
_BYTES = "application/octet-stream"


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
        graph: bytes | None,
        progress: Progress,
    ) -> None:
        """``metadata`` is without the graph, which is ``graph`` as ``graph_bytes`` writes it."""
        self._transport = transport
        self._part_number = part_number
        self._metadata = metadata
        self._headers = headers
        self._graph = graph
        self._progress = progress

    def send(
        self, new: SplitFile, base: SplitFile | None, base_graph: bytes | None, *, ask: bool
    ) -> Any:
        """The server's answer; None, and nothing has changed, where the file itself is as small.

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
            missing = self._missing(new, base)
            lacking = (new.hashes - new.inlined) & missing
        uploads = plan_uploads(
            new.split.manifest.chunks,
            [part.name for part in new.split.parts],
            lacking,
            {n: c for n, c in base.by_name.items() if c.sha256 not in missing} if base else {},
        )
        big: list[Upload] = []
        if sum(map(new.length, lacking)) > DIRECT:
            big = [u for u in uploads if new.length(u.chunk.sha256) > BIG]
        sent = self._put_all(new, base, big)
        rest = [upload for upload in uploads if upload not in big] if big else uploads
        base_form = base.form if base and not asked else None
        body = packed(new.form, base_form, rest, new.read, lambda sha256: _held(base, sha256))
        with tempfile.SpooledTemporaryFile(max_size=DIRECT) as pack:
            pack.writelines(body)
            if not big and pack.tell() >= new.split.manifest.size:
                return None
            return self._post(pack, None if asked else base_graph, sent, new.patience)  # type: ignore[arg-type]

    def _missing(self, new: SplitFile, base: SplitFile | None) -> set[str]:
        likes = (base.by_name.get(part.name) for part in new.split.parts) if base else ()
        names = (new.hashes - new.inlined) | {like.sha256 for like in likes if like}
        answer = self._transport.call(
            "POST",
            *("items", self._part_number, "chunks", "missing"),
            body={"sha256": sorted(names)},
            read_timeout=self._transport.timeout + new.patience,
            concerns=self._part_number,
        )
        return {str(name) for name in values_of(answer, "missing")}

    def _put_all(self, new: SplitFile, base: SplitFile | None, uploads: list[Upload]) -> int:
        """Send these chunks each on its own; answers the bytes they take in the file."""
        total = sum(new.length(upload.chunk.sha256) for upload in uploads)
        done = 0
        for upload in uploads:
            sha256 = upload.chunk.sha256
            length = new.length(sha256)
            dictionary = _held(base, upload.dictionary) if upload.dictionary else None
            encoded = encode(new.read(upload.index), dictionary)
            headers = {"Content-Type": _BYTES, "Content-Length": str(len(encoded.body))}
            if encoded.coding is not Coding.IDENTITY:
                headers["Content-Encoding"] = encoded.coding
            if encoded.coding is Coding.DCZ:
                digest = base64.b64encode(bytes.fromhex(str(upload.dictionary))).decode()
                headers["Available-Dictionary"] = f":{digest}:"

            def told(share: float, before: int = done, length: int = length) -> None:
                self._progress(before + int(length * share), total)

            self._transport.send(
                "PUT",
                *("items", self._part_number, "chunks", sha256),
                content=pieces(encoded.body, told),
                headers=headers,
                concerns=self._part_number,
            )
            done += length
        return done

    def _post(self, pack: BinaryIO, base_graph: bytes | None, sent: int, patience: float) -> Any:
        files: dict[str, Any] = {}
        if self._graph is not None:
            files["graph"] = ("graph", encode(self._graph, base_graph).body, _BYTES)
        files["pack"] = ("pack", Counted(pack, self._progress, sent), _BYTES)
        return self._transport.call(
            "POST",
            *("items", self._part_number, "checkpoints"),
            form={"metadata": json.dumps(self._metadata, separators=(",", ":"))},
            files=files,
            headers=self._headers,
            read_timeout=self._transport.timeout + patience,
            concerns=self._part_number,
        )


class ChunkedDownload:
    """A version, put together from the base and what came of it."""

    def __init__(self, transport: Transport, part_number: str, progress: Progress) -> None:
        self._transport = transport
        self._part_number = part_number
        self._progress = progress

    def pieces(
        self, path: tuple[str, ...], base: SplitFile, sha256: str, size: int | None
    ) -> Iterator[bytes]:
        """The file that has this SHA-256 and size, piece by piece; right only once it has ended.

        Raises:
            ServerError: the server does not give it in chunks.
            ChunkError: what it gave makes up no such file.
        """
        with ExitStack() as stack:
            pack = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=DIRECT))
            self._fetch(path, base, pack)  # type: ignore[arg-type]
            pack.seek(0)
            came = unpacked(pack, base.form, base.held)  # type: ignore[arg-type]
            self._check(came.form.manifest, sha256, size)
            file = stack.enter_context(tempfile.TemporaryFile())
            brought = SpooledChunks(file, came.chunks)

            def fetch(name: str) -> bytes:
                for held in (came.form.inlined.get, brought.get, base.held):
                    if (plain := held(name)) is not None:
                        return plain
                raise ProtocolError("A chunk of the file did not come.", concerns=self._part_number)

            yield from rebuilt(came.form.manifest, fetch)

    def _fetch(self, path: tuple[str, ...], base: SplitFile, target: BinaryIO) -> None:
        with self._transport.exchange(
            "GET",
            *path,
            query={"base": base.split.manifest.sha256},
            read_timeout=self._transport.timeout + base.patience,
            concerns=self._part_number,
        ) as response:
            announced = response.headers.get("Content-Length", "")
            total = int(announced) if announced.isdecimal() and len(announced) < 19 else None
            done = 0
            for piece in response.iter_bytes():
                done += len(piece)
                if done > MAX_PACK:
                    raise ProtocolError(
                        "The server sent more than was asked for.", concerns=self._part_number
                    )
                target.write(piece)
                self._progress(done, total)

    def _check(self, manifest: Manifest, sha256: str, size: int | None) -> None:
        if manifest.sha256 != sha256 or (size is not None and manifest.size != size):
            raise ChunkError(
                "The server sent another file than was asked for; nothing was changed."
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
