"""What is about to be saved, copied aside and recorded. Should the program be killed in between, the
next start finishes it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from silo_core.model.context import CheckpointContext
from silo_core.model.exchange import ContextExit
from silo_core.ports.store import Store

_PREFIX = "leaving "


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a push of a file needs to know beside its content; ``base`` is what the file was made from
    when it was left."""

    part_number: str
    path: str
    context: str
    session_ids: tuple[str, ...]
    object_ids: tuple[str, ...]
    base: str | None
    handoff_id: str

    @property
    def file(self) -> Path:
        """The document's file."""
        return Path(self.path)

    @property
    def kind(self) -> CheckpointContext:
        """What kind of closing it was."""
        return CheckpointContext(self.context)


def leaving_of(exit: ContextExit, base: str | None) -> Leaving:
    """What is about to be pushed of an exit."""
    return Leaving(
        part_number=exit.document.part_number or "",
        path=str(exit.document.path or ""),
        context=exit.kind.value,
        session_ids=tuple(session.id for session in exit.sessions),
        object_ids=tuple(held.context.object_id for held in exit.left),
        base=base,
        handoff_id=exit.handoff_id,
    )


def begin(store: Store, leaving: Leaving) -> None:
    """Remember it; on the disk when this returns. Raises StoreError."""
    store.meta.set(_PREFIX + leaving.part_number, json.dumps(asdict(leaving)))


def end(store: Store, leaving: Leaving) -> None:
    """It is recorded, or was reported. Raises StoreError."""
    store.meta.remove(_PREFIX + leaving.part_number)


def unfinished(store: Store) -> tuple[Leaving, ...]:
    """What a program that was killed has left half done. Raises StoreError."""
    found = (json.loads(text) for text in store.meta.starting_with(_PREFIX).values())
    return tuple(
        Leaving(
            **{
                **told,
                "session_ids": tuple(told["session_ids"]),
                "object_ids": tuple(told["object_ids"]),
            }
        )
        for told in found
    )
