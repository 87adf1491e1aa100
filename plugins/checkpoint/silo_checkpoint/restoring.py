"""Making an older version the newest one again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from silo_checkpoint.commands.showing import described, recorded, short
from silo_checkpoint.commands.versions import History
from silo_core.fcstd import to_dag
from silo_core.model.context import CheckpointContext
from silo_core.model.dag import Dag
from silo_core.model.errors import FileError, HeadMovedError, SiloError
from silo_core.model.item import Version
from silo_core.model.session import EditSession
from silo_core.ports.client import SiloClient
from silo_core.ports.client.progress import Progress, untold
from silo_core.ports.durable import explaining_write
from silo_core.ports.files import read_file

_SHOWN = 3


class Show(Protocol):
    """Shows a transfer of an item while it lasts."""

    def __call__(self, part_number: str, *, upload: bool) -> AbstractContextManager[Progress]: ...


@contextmanager
def quietly(part_number: str, *, upload: bool) -> Iterator[Progress]:
    """Shows nothing."""
    del part_number, upload
    yield untold


def is_head_already(history: History, version: Version) -> str:
    """In a sentence, if there is nothing to restore; else empty."""
    head = history.head
    if head is None or history.is_head(version):
        return f"{described(version)} is the newest version of {history.part_number} already."
    if version.sha256 and version.sha256 == head.sha256:
        return (
            f"The newest version of {history.part_number}, {described(head)}, has the content of "
            f"{short(version.id)} already."
        )
    return ""


def edited(part_number: str, sessions: Sequence[EditSession], caller: str) -> str:
    """In words, by whom."""
    by_age = sorted(sessions, key=lambda session: (session.acquired_at, session.id))
    held = [_holding(session, caller) for session in by_age[:_SHOWN]]
    if len(by_age) > _SHOWN:
        held.append(f"{len(by_age) - _SHOWN} more")
    return f"{part_number} is being edited ({'; '.join(held)})"


def _holding(session: EditSession, caller: str) -> str:
    who = "you" if session.user == caller else session.user
    return f"{session.object_id} by {who} on {session.workstation}"


def push(
    client: SiloClient, history: History, version: Version, workstation_id: str, show: Show
) -> Version:
    """Make the content of ``version`` the newest; answers the new checkpoint. ``show`` shows how far its
    transfers are.

    Raises:
        SiloError: somebody stored another version meanwhile, or it cannot be fetched or sent.
    """
    number, head = history.part_number, history.head
    with explaining_write(Path("The folder for temporary files")), TemporaryDirectory() as folder:
        copy = Path(folder) / "content"
        with show(number, upload=False) as progress:
            sha256 = client.download_version(number, version, copy, progress=progress)
        try:
            with show(number, upload=True) as progress:
                pushed = client.push_checkpoint(
                    number,
                    copy,
                    CheckpointContext.MANUAL,
                    None,
                    _dag(copy),
                    workstation_id=workstation_id,
                    base=head.id if head else None,
                    base_revision=head.revision_number if head else None,
                    file_name=history.file_name or number,
                    sha256=sha256,
                    changes=[f"Restored {recorded(version)}"],
                    progress=progress,
                )
        except HeadMovedError as error:
            newer = described(error.head) if error.head else "a newer version"
            raise SiloError(
                f"Nothing was restored: {newer} became the newest version of {number} meanwhile; "
                f"look at it with `silo history {number}`, and restore again if it is to be replaced."
            ) from error
    return pushed.version


def _dag(file: Path) -> Dag | None:
    """The feature graph; what is no part file is restored all the same."""
    try:
        return to_dag(read_file(file))
    except FileError:
        return None
