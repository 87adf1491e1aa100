"""Calls that carry files: checkpoints and revisions up, versions down."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from silo_core.chunks import ChunkError
from silo_core.fcstd import to_dag
from silo_core.model.answers import PushedCheckpoint
from silo_core.model.context import CheckpointContext
from silo_core.model.dag import Dag
from silo_core.model.errors import (
    AuthError,
    BusyError,
    ConflictError,
    FileError,
    HardInterferenceError,
    HeadMovedError,
    OfflineError,
    ProtocolError,
    RejectedError,
    ServerError,
)
from silo_core.model.item import Version
from silo_core.ports.client.base import Calls, members, version_of
from silo_core.ports.client.chunked import ChunkedDownload, ChunkedPush, SplitFile, base_of
from silo_core.ports.client.files import reading, sha256_of
from silo_core.ports.client.progress import Counted, Progress, untold
from silo_core.ports.durable import write_durably
from silo_core.ports.files import read_file
from silo_core.ports.graphs import graph_bytes
from silo_core.ports.wire import from_wire, to_wire

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

MAX_FILE = 8 * 1024**3
"""Bytes. What a download may have whose size nobody announced."""

_BYTES = "application/octet-stream"
_FAULT = 500
"""A fault of the server: waiting does not help, another form may."""
_SIZE = re.compile(r"[0-9]{1,18}")
_QUOTED_SHA256 = re.compile(r'(?:W/)?"([0-9a-fA-F]{64})"')


class TransferCalls(Calls):
    """Files up and down. All raise ServerError, and FileError for what is wrong on this side."""

    def push_checkpoint(
        self,
        part_number: str,
        file_path: Path,
        context: CheckpointContext | str,
        session_id: str | None,
        dag: Dag | None,
        *,
        workstation_id: str = "",
        session_ids: Iterable[str] = (),
        base: str | None = None,
        base_revision: int | None = None,
        file_name: str | None = None,
        sha256: str | None = None,
        changes: Iterable[str] = (),
        rescue: bool = False,
        idempotency_key: str | None = None,
        handoff_id: str = "",
        base_file: Path | None = None,
        progress: Progress = untold,
    ) -> PushedCheckpoint:
        """Store a file as the item's newest content and end the named sessions, in one step.

        ``workstation_id`` is that of the workstation registered last where it is not given, ``base``
        the version id the file was made from. ``sha256`` is counted if it is not given;
        ``rescue`` keeps the file beside the head; a push repeated with the same
        ``idempotency_key`` is one checkpoint. ``handoff_id`` is a request for handoff that is granted
        in the same step; one that is void changes nothing about the push.

        ``base_file`` holds the content of ``base``: to a server with [chunks] only what differs from it
        travels. Where that does not work out, the whole file does.

        Raises:
            HeadMovedError: ``base`` is not the head any more; nothing was stored.
        """
        path = Path(file_path)
        ended = dict.fromkeys([*([session_id] if session_id else []), *session_ids])
        with reading(path) as file:
            metadata = {
                "workstation_id": workstation_id or self._workstation_id,
                "context": context,
                "session_id": next(iter(ended), None),
                "session_ids": list(ended),
                "base_revision": base_revision,
                "file_name": _sent_name(file_name or path.name),
                "sha256": sha256 or sha256_of(file),
                "size": os.fstat(file.fileno()).st_size,
                "dag": to_wire(dag) if dag else None,
                "changes": list(changes),
            }
            metadata, headers = self._extensions().checkpoint(
                metadata, base, rescue, idempotency_key or str(uuid.uuid4()), handoff_id
            )
            answer = None
            if self._extensions().takes_chunks:
                answer = self._in_chunks(
                    part_number, file, metadata, headers, base_file, base, progress
                )
            if answer is None:
                answer = self._transport.call(
                    "POST",
                    "items",
                    part_number,
                    "checkpoints",
                    form={"metadata": json.dumps(metadata, separators=(",", ":"))},
                    files={"file": (_sent_name(path.name), Counted(file, progress), _BYTES)},
                    headers=headers,
                    concerns=part_number,
                )
        told = members(answer, "a checkpoint")
        return PushedCheckpoint(
            version=version_of(answer),
            subscribers_notified=from_wire(int, told.get("subscribers_notified") or 0),
            handed_to=from_wire(str, told.get("handed_to") or ""),
        )

    def _in_chunks(
        self,
        part_number: str,
        file: BinaryIO,
        metadata: dict[str, Any],
        headers: dict[str, str],
        base_file: Path | None,
        base: str | None,
        progress: Progress,
    ) -> Any:
        """The answer to a push in chunks; None where the whole file has to be sent. Each next try
        supposes less: that the server holds the base; that it deflates as this end does."""
        described = {name: value for name, value in metadata.items() if name != "dag"}
        dag = metadata["dag"]
        graph = graph_bytes(dag) if dag else None
        push = ChunkedPush(self._transport, part_number, described, headers, graph, progress)
        ask, inflate = base is not None and base_file is None, self._deflates_alike
        while True:
            try:
                with ExitStack() as stack:
                    old = base_of(base_file, stack, inflate=inflate)
                    new = SplitFile(file, inflate=inflate)
                    answer = push.send(new, old, _graph_of(base_file) if graph else None, ask=ask)
            except (HeadMovedError, HardInterferenceError):
                raise
            except ConflictError as error:
                if ask:
                    return None
                logger.info("%s: the server lacks the base (%s)", part_number, error.message)
                ask = True
            except (RejectedError, ChunkError) as error:
                if not inflate:
                    return None
                logger.info("%s: not put together there (%s)", part_number, error.message)
                ask, inflate = True, False
            except BusyError as error:
                if error.status != _FAULT:
                    raise
                logger.warning("%s: the server fails at chunks (%s)", part_number, error.message)
                return None
            else:
                if answer is not None:
                    self._deflates_alike = inflate
                return answer

    def upload_file(self, part_number: str, file_path: Path, comment: str = "") -> Version:
        """Store a file as the item's next formal revision."""
        path = Path(file_path)
        with reading(path) as file:
            answer = self._transport.call(
                "POST",
                "items",
                part_number,
                "file",
                form={"comment": comment},
                files={"file": (_sent_name(path.name), file, _BYTES)},
                concerns=part_number,
            )
        return version_of(answer)

    def download_file(self, part_number: str, revision: int, target: Path) -> str:
        """Fetch a formal revision to ``target`` and answer its SHA-256.

        It is verified by the SHA-256 and size that the server announces; ``target`` is replaced
        whole or not at all.
        """
        path = ("items", part_number, "file", str(revision))
        return self._download(path, target, part_number)

    def download_version(
        self,
        part_number: str,
        version: Version,
        target: Path,
        base_file: Path | None = None,
        progress: Progress = untold,
    ) -> str:
        """Fetch a version to ``target``, as :meth:`download_file` does, and answer its SHA-256. It
        is verified by what ``version`` says of itself.

        ``base_file`` holds the content of another version: from a server with [chunks] only what
        differs from it travels. Where that does not work out, the whole file does.
        """
        path = self._extensions().pack_path(part_number, version)
        if base_file and path and version.sha256:
            try:
                return self._from_base(path, part_number, version, target, base_file, progress)
            except (OfflineError, BusyError, AuthError):
                raise
            except (ServerError, ChunkError) as error:
                logger.info("%s is fetched whole: %s", part_number, error.message)
        path = self._extensions().content_path(part_number, version)
        size = version.size or None
        return self._download(path, target, part_number, version.sha256, size, progress)

    def _from_base(
        self,
        path: tuple[str, ...],
        part_number: str,
        version: Version,
        target: Path,
        base_file: Path,
        progress: Progress,
    ) -> str:
        sha256 = version.sha256.lower()
        with ExitStack() as stack:
            base = base_of(base_file, stack)
            if base is None:
                raise ChunkError(f"{base_file} cannot be read.")
            download = ChunkedDownload(self._transport, part_number, progress)
            arriving = download.pieces(path, base, sha256, version.size or None)
            write_durably(Path(target), arriving)
        return sha256

    def _download(
        self,
        path: tuple[str, ...],
        target: Path,
        part_number: str,
        sha256: str = "",
        size: int | None = None,
        progress: Progress = untold,
    ) -> str:
        digest = hashlib.sha256()

        def arriving() -> Iterator[bytes]:
            with self._transport.exchange("GET", *path, concerns=part_number) as response:
                expected = sha256.lower() or _announced_sha256(response)
                expected_size = _announced_size(response) if size is None else size
                received = 0
                for chunk in response.iter_bytes():
                    received += len(chunk)
                    if received > (MAX_FILE if expected_size is None else expected_size):
                        raise _damaged(part_number, "more than was announced")
                    digest.update(chunk)
                    yield chunk
                    progress(received, expected_size)
            if expected_size is not None and received != expected_size:
                raise _damaged(part_number, f"{received} of {expected_size} bytes")
            if expected and digest.hexdigest() != expected:
                raise _damaged(part_number, "other bytes than were announced")

        write_durably(Path(target), arriving())
        return digest.hexdigest()


def _graph_of(path: Path | None) -> bytes | None:
    """The feature graph of the base, as the server has it; None of a file that has none."""
    if path is None:
        return None
    try:
        return graph_bytes(to_wire(to_dag(read_file(path))))
    except FileError:
        return None


def _announced_sha256(response: httpx.Response) -> str:
    match = _QUOTED_SHA256.fullmatch(response.headers.get("ETag", ""))
    return match[1].lower() if match else ""


def _announced_size(response: httpx.Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if _SIZE.fullmatch(text) else None


def _sent_name(name: str) -> str:
    """A file name as text: one of bytes that are no UTF-8 cannot be sent as it is."""
    return name.encode("utf-8", "replace").decode()


def _damaged(part_number: str, what: str) -> ProtocolError:
    return ProtocolError(
        f"The file of {part_number} arrived damaged ({what}); the copy here was left alone. "
        "Try again.",
        concerns=part_number,
    )
