"""The blob store on local files: ``blobs/ab/abcdef...``, named by the SHA-256 of the bytes."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from silo_core.ports.durable import flush_file, flush_folder
from silo_server.storage.ports import Blob

_PIECE = 1 << 18


class LocalBlobStore:
    """Contents as files. One that a crash left without a record pointing at it is harmless."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        for prefix in range(256):  # all at once: no answer then hangs on a folder not yet on disk
            (folder / f"{prefix:02x}").mkdir(exist_ok=True)
        flush_folder(folder)
        for leftover in self._incoming.iterdir():  # of uploads that a crash cut off
            leftover.unlink()

    def put(self, source: BinaryIO) -> Blob:
        """Write to a temporary name, flush, rename, flush the folder: never a half file by its name."""
        temporary = self._incoming / uuid.uuid4().hex
        try:
            blob = _copy(source, temporary)
            target = self._path(blob.sha256)
            temporary.replace(target)
            flush_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return blob

    def open(self, sha256: str) -> BinaryIO:
        """The file itself."""
        return self._path(sha256).open("rb")

    def read(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        """A missing file is noticed at once, before anything was answered; it is opened only when it is
        read, as nobody closes what was never begun."""
        path = self._path(sha256)
        path.stat()
        return _pieces(path, start, length)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _pieces(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while length > 0 and (piece := file.read(min(_PIECE, length))):
            length -= len(piece)
            yield piece


def _copy(source: BinaryIO, target: Path) -> Blob:
    digest = hashlib.sha256()
    size = 0
    with target.open("xb") as file:
        while piece := source.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        flush_file(file)
    return Blob(digest.hexdigest(), size)
