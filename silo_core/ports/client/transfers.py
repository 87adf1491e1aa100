"""Calls that carry files: checkpoints and revisions up, versions down."""

from __future__ import annotations

import hashlib
import json
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.model.answers import PushedCheckpoint
from silo_core.model.context import CheckpointContext
from silo_core.model.dag import Dag
from silo_core.model.errors import ProtocolError
from silo_core.model.item import Version
from silo_core.ports.client.base import Calls, members, version_of
from silo_core.ports.client.files import reading, sha256_of
from silo_core.ports.durable import write_durably
from silo_core.ports.wire import from_wire, to_wire

if TYPE_CHECKING:
    import httpx

MAX_FILE = 8 * 1024**3
"""Bytes. What a download may have whose size nobody announced."""

_BYTES = "application/octet-stream"
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
    ) -> PushedCheckpoint:
        """Store a file as the item's newest content and end the named sessions, in one step.

        ``workstation_id`` is that of the workstation registered last where it is not given, ``base``
        the version id the file was made from. ``sha256`` is counted if it is not given;
        ``rescue`` keeps the file beside the head; a push repeated with the same
        ``idempotency_key`` is one checkpoint. ``handoff_id`` is a request for handoff that is granted
        in the same step; one that is void changes nothing about the push.

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
            answer = self._transport.call(
                "POST",
                "items",
                part_number,
                "checkpoints",
                form={"metadata": json.dumps(metadata, separators=(",", ":"))},
                files={"file": (_sent_name(path.name), file, _BYTES)},
                headers=headers,
                concerns=part_number,
            )
        told = members(answer, "a checkpoint")
        return PushedCheckpoint(
            version=version_of(answer),
            subscribers_notified=from_wire(int, told.get("subscribers_notified") or 0),
            handed_to=from_wire(str, told.get("handed_to") or ""),
        )

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

    def download_version(self, part_number: str, version: Version, target: Path) -> str:
        """Fetch a version to ``target``, as :meth:`download_file` does, and answer its SHA-256. It
        is verified by what ``version`` says of itself."""
        path = self._extensions().content_path(part_number, version)
        return self._download(path, target, part_number, version.sha256, version.size or None)

    def _download(
        self,
        path: tuple[str, ...],
        target: Path,
        part_number: str,
        sha256: str = "",
        size: int | None = None,
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
            if expected_size is not None and received != expected_size:
                raise _damaged(part_number, f"{received} of {expected_size} bytes")
            if expected and digest.hexdigest() != expected:
                raise _damaged(part_number, "other bytes than were announced")

        write_durably(Path(target), arriving())
        return digest.hexdigest()


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
