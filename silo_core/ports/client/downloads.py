"""Calls that fetch files: what was cut off goes on where it stopped, and is verified as a whole."""

from __future__ import annotations

import hashlib
import logging
import re
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from silo_core.chunks import Chunk, ChunkError, Manifest, likely_alike, rebuilt, unpacked
from silo_core.model.errors import (
    AuthError,
    BusyError,
    OfflineError,
    ProtocolError,
    RejectedError,
    ServerError,
)
from silo_core.model.item import Version
from silo_core.ports.client.arriving import Arriving, arriving
from silo_core.ports.client.base import Calls
from silo_core.ports.client.chunk_calls import ChunkCalls, Dictionary
from silo_core.ports.client.chunked import REQUEST, SplitFile, base_of
from silo_core.ports.client.progress import Progress, untold
from silo_core.ports.client.transport import Transport
from silo_core.ports.durable import write_durably
from silo_core.ports.spooled import SpooledChunks

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

MAX_FILE = 8 * 1024**3
"""Bytes. What a download may have whose size nobody announced."""
MAX_PACK = 80 << 20
"""Bytes. More than a server sends in one pack."""

_BEHIND_THE_END = 416
_PARTIAL = 206
_SIZE = re.compile(r"[0-9]{1,18}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_QUOTED_SHA256 = re.compile(r'(?:W/)?"([0-9a-fA-F]{64})"')


class Wanted(NamedTuple):
    """Which version, and where it goes. ``sha256`` (lower-case hex) is empty, ``size`` None, where
    nobody told. ``lasting``: the file outlasts a power cut."""

    part_number: str
    target: Path
    sha256: str = ""
    size: int | None = None
    progress: Progress = untold
    lasting: bool = True


class DownloadCalls(Calls):
    """Files down. All raise ServerError, and FileError for what is wrong on this side."""

    def download_file(self, part_number: str, revision: int, target: Path) -> str:
        """Fetch a formal revision to ``target`` and answer its SHA-256.

        It is verified by the SHA-256 and size that the server announces; ``target`` is replaced
        whole or not at all.
        """
        path = ("items", part_number, "file", str(revision))
        return _whole(self._transport, path, Wanted(part_number, Path(target)))

    def download_version(
        self,
        part_number: str,
        version: Version,
        target: Path,
        base_file: Path | None = None,
        progress: Progress = untold,
        *,
        lasting: bool = True,
    ) -> str:
        """Fetch a version to ``target``, as :meth:`download_file` does, and answer its SHA-256. It
        is verified by what ``version`` says of itself.

        ``base_file`` holds the content of another version: from a server with [chunks] only what
        differs from it travels. Where that does not work out, the whole file does.

        What has come when the connection is cut, ``progress`` raises or the program ends is kept
        beside ``target``, from 1 MiB on, and the next call for the same version and folder goes on
        with it.

        Not ``lasting``: neither the file nor its folder is flushed; whoever asked does that.
        """
        sha256 = version.sha256.lower()
        size = version.size or None
        wanted = Wanted(part_number, Path(target), sha256, size, progress, lasting)
        if base_file and _SHA256.fullmatch(sha256):
            try:
                if self._from_base(version, wanted, base_file):
                    return sha256
            except (OfflineError, BusyError, AuthError):
                raise
            except (ServerError, ChunkError) as error:
                logger.info("%s is fetched whole: %s", part_number, error.message)
        path = self._extensions().content_path(part_number, version)
        return _whole(self._transport, path, wanted)

    def _from_base(self, version: Version, wanted: Wanted, base_file: Path) -> bool:
        """Fetch only what ``base_file`` lacks; False where the server or the file is not fit for it."""
        fetch, path = _from_pack, self._extensions().pack_path(wanted.part_number, version)
        if path is None:
            fetch = _from_chunks
            path = self._extensions().manifest_path(wanted.part_number, version)
        if path is None:
            return False
        with ExitStack() as stack:
            base = base_of(base_file, stack)
            if base is None:
                return False
            names = wanted.sha256, base.split.manifest.sha256
            came = stack.enter_context(arriving(wanted.target, *names))
            return fetch(self._transport, path, wanted, base, came)


def _whole(transport: Transport, path: tuple[str, ...], wanted: Wanted) -> str:
    """The file itself; answers its SHA-256."""
    names = [wanted.sha256] if _SHA256.fullmatch(wanted.sha256) else []
    with arriving(wanted.target, *names) as part:
        if wanted.size is not None and part.size > wanted.size:
            part.cut()
        resumed = part.size > 0
        while True:
            expected = wanted.sha256
            if part.size != wanted.size:
                announced = _receive(transport, path, wanted, part)
                expected = expected or announced
            sha256 = part.sha256
            if expected in ("", sha256):
                break
            if not resumed:
                raise _damaged(wanted.part_number, "other bytes than were announced")
            resumed = False
            part.cut()
        part.become(wanted.target, lasting=wanted.lasting)
    return sha256


def _from_pack(
    transport: Transport,
    path: tuple[str, ...],
    wanted: Wanted,
    base: SplitFile,
    came: Arriving,
) -> bool:
    """All that the base lacks, in one body."""
    _receive(transport, path, wanted._replace(size=None), came, base)
    pack = unpacked(came.from_start(), base.form, base.held)
    _check(pack.form.manifest, wanted)
    with tempfile.TemporaryFile() as file:
        brought = SpooledChunks(file, pack.chunks)
        _rebuild(pack.form.manifest, wanted, pack.form.inlined.get, brought.get, base.held)
    return True


def _from_chunks(
    transport: Transport,
    path: tuple[str, ...],
    wanted: Wanted,
    base: SplitFile,
    came: Arriving,
) -> bool:
    """What the base lacks, a chunk at a time. ``came`` collects their plain bytes, in order. False
    where that would take longer than the file."""
    calls = ChunkCalls(transport, wanted.part_number)
    manifest = calls.manifest(path, base.patience)
    _check(manifest, wanted)
    lacking = list(likely_alike(manifest.chunks, base.split.manifest.chunks))
    if len(lacking) * REQUEST >= manifest.size:
        return False
    total = sum(chunk.size for chunk, _ in lacking)
    places: dict[str, tuple[int, int]] = {}
    at = 0
    for chunk, like in lacking:
        if hashlib.sha256(came.read(at, chunk.size)).hexdigest() != chunk.sha256:
            came.cut(at)
            came.write(_chunk(calls, chunk, like, base, _told(wanted.progress, at, chunk, total)))
        places[chunk.sha256] = (at, chunk.size)
        at += chunk.size
        wanted.progress(at, total)

    def fetched(sha256: str) -> bytes | None:
        return came.read(*places[sha256]) if sha256 in places else None

    _rebuild(manifest, wanted, fetched, base.held)
    return True


def _chunk(
    calls: ChunkCalls,
    chunk: Chunk,
    like: Chunk | None,
    base: SplitFile,
    told: Callable[[float], None],
) -> bytes:
    plain = base.held(like.sha256) if like else None
    return calls.get(chunk, Dictionary(like.sha256, plain) if like and plain else None, told)


def _told(progress: Progress, before: int, chunk: Chunk, total: int) -> Callable[[float], None]:
    return lambda share: progress(before + int(chunk.size * share), total)


def _check(manifest: Manifest, wanted: Wanted) -> None:
    if manifest.sha256 != wanted.sha256 or wanted.size not in (None, manifest.size):
        raise ChunkError("The server sent another file than was asked for; nothing was changed.")


def _rebuild(manifest: Manifest, wanted: Wanted, *sources: Callable[[str], bytes | None]) -> None:
    """Put the file together from the first of ``sources`` that has each chunk."""

    def fetch(sha256: str) -> bytes:
        for held in sources:
            if (plain := held(sha256)) is not None:
                return plain
        raise ProtocolError("A chunk of the file did not come.", concerns=wanted.part_number)

    write_durably(wanted.target, rebuilt(manifest, fetch))


def _receive(
    transport: Transport,
    path: tuple[str, ...],
    wanted: Wanted,
    part: Arriving,
    base: SplitFile | None = None,
) -> str:
    """Append to ``part`` what it lacks of the whole file, or of its pack from ``base``; begin anew where
    the server has something else now. Answers the SHA-256 that was announced, if one was."""
    have = part.size
    names = [wanted.sha256, *([base.split.manifest.sha256] if base else [])]
    headers = {"Range": f"bytes={have}-", "If-Range": f'"{"-".join(names)}"'} if have else None
    most = wanted.size or (MAX_PACK if base else MAX_FILE)
    try:
        with transport.exchange(
            "GET",
            *path,
            query={"base": names[-1]} if base else None,
            headers=headers,
            read_timeout=transport.timeout + base.patience if base else None,
            concerns=wanted.part_number,
        ) as response:
            if have and not _goes_on(response, have, wanted.part_number):
                part.cut()
                have = 0
            size = wanted.size
            if size is None and (announced := _announced_size(response)) is not None:
                size = have + announced
            for piece in response.iter_bytes():
                have += len(piece)
                if have > most:
                    raise _damaged(wanted.part_number, "more than was announced")
                part.write(piece)
                wanted.progress(have, size)
    except RejectedError as error:
        if error.status != _BEHIND_THE_END or not have:
            raise
        part.cut()
        return _receive(transport, path, wanted, part, base)
    if size is not None and have != size:
        raise _damaged(wanted.part_number, f"{have} of {size} bytes")
    return _announced_sha256(response)


def _goes_on(response: httpx.Response, have: int, part_number: str) -> bool:
    """Whether the answer is what comes behind the first bytes, not everything."""
    if response.status_code != _PARTIAL:
        return False
    if not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
        raise _damaged(part_number, "another range than was asked for")
    return True


def _announced_sha256(response: httpx.Response) -> str:
    match = _QUOTED_SHA256.fullmatch(response.headers.get("ETag", ""))
    return match[1].lower() if match else ""


def _announced_size(response: httpx.Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if _SIZE.fullmatch(text) else None


def _damaged(part_number: str, what: str) -> ProtocolError:
    return ProtocolError(
        f"The file of {part_number} arrived damaged ({what}); the copy here was left alone. "
        "Try again.",
        concerns=part_number,
    )
