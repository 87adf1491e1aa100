"""Many small files in one answer: a request for each costs more than what it brings."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from silo_core.model.errors import ProtocolError
from silo_core.model.item import PART_NUMBER, Version
from silo_core.ports.client.base import Calls
from silo_core.ports.durable import explaining_write

logger = logging.getLogger(__name__)

LARGEST = 1 << 20
"""Bytes. What has more is fetched by itself, and gone on with after a cut."""
MOST = 32
"""Files in one bundle: their names have to fit into an address."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HEADER = re.compile(rb"([0-9a-f]{64}) ([0-9]{1,7})\n")
_HEADER_AT_MOST = 64 + 1 + 7 + 1


class Small(NamedTuple):
    """A version that may travel with others, and the file that is to hold it."""

    part_number: str
    version: Version
    target: Path

    @property
    def fits(self) -> bool:
        """Whether a bundle can carry it, and it can be told there."""
        version = self.version
        names = PART_NUMBER.fullmatch(self.part_number) and _ID.fullmatch(version.id)
        return bool(names and _SHA256.fullmatch(version.sha256) and 0 < version.size <= LARGEST)


BundleProgress = Callable[[Small, int], None]
"""Called with the file that is under way and how many bytes of it have come; what it raises ends the
transfer."""


class BundleCalls(Calls):
    """Small files down, several at once."""

    @property
    def gives_bundles(self) -> bool:
        """Whether :meth:`download_bundle` brings anything. Asks the server what it has, unless that is
        known."""
        return self._extensions().gives_bundles

    def download_bundle(
        self, wanted: Collection[Small], progress: BundleProgress = lambda *_: None
    ) -> Iterator[Small]:
        """Those of ``wanted`` that have come, each as soon as its file is in place and verified by size
        and SHA-256. Nothing is flushed. What does not come out is to be fetched by itself: the
        server has no bundles, does not have it, or sent something else.

        Raises:
            ServerError: no answer, or one that makes no sense; also half way.
            FileError: a file cannot be written.
        """
        asked = {small.version.sha256: small for small in wanted if small.fits}
        if not asked or not self.gives_bundles:
            return
        names = ",".join(f"{small.part_number}:{small.version.id}" for small in asked.values())
        with self._transport.exchange("GET", "bundle", query={"versions": names}) as response:
            told = {sha256: (small, progress) for sha256, small in asked.items()}
            for small, content in _files(response.iter_bytes(), told):
                if hashlib.sha256(content).hexdigest() != small.version.sha256:
                    logger.warning("%s arrived damaged", small.part_number)
                    continue
                _write(small.target, content)
                yield small


def _files(
    pieces: Iterable[bytes], asked: dict[str, tuple[Small, BundleProgress]]
) -> Iterator[tuple[Small, bytes]]:
    """The frames of a bundle: ``SHA256 SIZE``, a line feed, the bytes. Raises ProtocolError."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while match := _HEADER.match(held):
            small, progress = asked.get(match[1].decode(), (None, None))
            size, start = int(match[2]), match.end()
            if small is None or progress is None or size != small.version.size:
                raise ProtocolError("The server sent a file that was not asked for.")
            if len(held) < start + size:
                progress(small, len(held) - start)
                break
            yield small, bytes(memoryview(held)[start : start + size])
            del held[: start + size]
        else:
            if len(held) >= _HEADER_AT_MOST:
                raise ProtocolError("The server sent a bundle that makes no sense.")
    if held:
        raise ProtocolError("The server sent only a part of what was announced.")


def _write(target: Path, content: bytes) -> None:
    """Raises FileError; nothing is left behind then."""
    with explaining_write(target):
        target.unlink(missing_ok=True)  # its name can be foretold: never through a link
        try:
            with target.open("xb", buffering=0) as file:
                rest = memoryview(content)
                while rest:
                    rest = rest[file.write(rest) :]
        except OSError:
            with suppress(OSError):
                target.unlink(missing_ok=True)
            raise
