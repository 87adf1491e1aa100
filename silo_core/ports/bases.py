"""Copies of the versions that local files were made from: what changed, and what two people changed,
can only be told against them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from pathlib import Path

from silo_core.ports.durable import explaining_write, replace_durably
from silo_core.ports.spool import Spool

_SHA256 = re.compile("[0-9a-f]{64}")


class Bases:
    """A folder of file contents by SHA-256 (lower-case hex). A cache: what is missing is only a reason
    to ask the server. Any thread; several programs may share the folder. All methods raise FileError
    where the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when it is first needed."""
        self._folder = folder

    def find(self, sha256: str) -> Path | None:
        """The file with that content, if it is kept; none for what is no SHA-256: a server may send
        anything."""
        if not _SHA256.fullmatch(sha256):
            return None
        path = self._path(sha256)
        return path if path.is_file() else None

    def copy(self, path: Path, sha256: str) -> bool:
        """Keep a copy of ``path``; False if that does not hold ``sha256`` any more."""
        if self.find(sha256):
            return True
        spool = Spool(self._folder)
        snapshot = spool.snapshot(path)
        if snapshot.sha256 != sha256:
            spool.discard(snapshot.path)
            return False
        replace_durably(snapshot.path, self._path(sha256))
        return True

    def new(self) -> Path:
        """Where a content can be written that is to be taken afterwards."""
        with explaining_write(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{uuid.uuid4().hex}.part"

    def take(self, path: Path, sha256: str) -> None:
        """Keep ``path``, which holds ``sha256`` and is flushed, by moving it here."""
        target = self._path(sha256)
        with explaining_write(self._folder):
            target.parent.mkdir(parents=True, exist_ok=True)
        replace_durably(path, target)

    def keep_only(self, wanted: Collection[str]) -> None:
        """Delete what is none of ``wanted``, unless it is so new that it may become one."""
        spool = Spool(self._folder)
        for path in spool.orphans([self._path(sha256) for sha256 in wanted]):
            spool.discard(path)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256
