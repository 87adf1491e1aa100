"""Calls that send files: checkpoints and revisions."""

from __future__ import annotations

import json
import logging
import os
import uuid
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from silo_core.chunks import ChunkError
from silo_core.fcstd import to_dag
from silo_core.model.answers import PushedCheckpoint
from silo_core.model.context import CheckpointContext
from silo_core.model.dag import Dag
from silo_core.model.errors import (
    BusyError,
    ConflictError,
    FileError,
    HardInterferenceError,
    HeadMovedError,
    RejectedError,
)
from silo_core.model.item import Version
from silo_core.ports.client.base import Calls, members, version_of
from silo_core.ports.client.chunk_calls import BYTES
from silo_core.ports.client.chunked import ChunkedPush, SplitFile, base_of
from silo_core.ports.client.files import reading, sha256_of
from silo_core.ports.client.progress import Counted, Progress, untold
from silo_core.ports.files import read_file
from silo_core.ports.graphs import graph_bytes
from silo_core.ports.wire import from_wire, to_wire

logger = logging.getLogger(__name__)

_FAULT = 500
"""A fault of the server: waiting does not help, another form may."""


class TransferCalls(Calls):
    """Files up. All raise ServerError, and FileError for what is wrong on this side."""

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
                    files={"file": (_sent_name(path.name), Counted(file, progress), BYTES)},
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
        push = ChunkedPush(self._transport, part_number, metadata, headers, progress)
        in_pack = self._extensions().takes_packs
        ask, inflate = base is not None and base_file is None, self._deflates_alike
        while True:
            try:
                with ExitStack() as stack:
                    old = base_of(base_file, stack, inflate=inflate)
                    new = SplitFile(file, inflate=inflate)
                    if in_pack:
                        answer = push.in_pack(new, old, _graph_of(base_file), ask=ask)
                    else:
                        answer = push.by_manifest(new, old, ask=ask)
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
                files={"file": (_sent_name(path.name), file, BYTES)},
                concerns=part_number,
            )
        return version_of(answer)


def _graph_of(path: Path | None) -> bytes | None:
    """The feature graph of the base, as the server has it; None of a file that has none."""
    if path is None:
        return None
    try:
        return graph_bytes(to_wire(to_dag(read_file(path))))
    except FileError:
        return None


def _sent_name(name: str) -> str:
    """A file name as text: one of bytes that are no UTF-8 cannot be sent as it is."""
    return name.encode("utf-8", "replace").decode()
