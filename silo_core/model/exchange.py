"""What the core and its plugins hand each other through hooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from silo_core.model.context import CheckpointContext, Context, Document
from silo_core.model.frozen import FrozenDict
from silo_core.model.item import Version
from silo_core.model.session import EditSession


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """A user is about to edit ``context`` in ``document``. ``id`` is unique to this entry: an answer
    that comes late names the entry it belongs to. ``reported`` is when the editor told of it
    (``time.monotonic()``): its window stands still since then."""

    id: str
    document: Document
    context: Context
    reported: float = 0.0


@dataclass(frozen=True, slots=True)
class HeldContext:
    """A context that was entered, and its edit session where there is one."""

    entry: ContextEntry
    session: EditSession | None = None

    @property
    def context(self) -> Context:
        """What is being edited."""
        return self.entry.context


@dataclass(frozen=True, slots=True)
class ContextExit:
    """Contexts of one document that were left in one move, deepest first, and what kind of closing
    that was. ``closing``: the document itself goes away, and the user was asked by the editor whether
    to save it, so it is not saved again. ``handoff_id``: they were left to hand an object over, and
    whatever ends the sessions accepts that request."""

    document: Document
    left: tuple[HeldContext, ...]
    kind: CheckpointContext
    closing: bool = False
    handoff_id: str = ""

    @property
    def sessions(self) -> tuple[EditSession, ...]:
        """The edit sessions that have to end."""
        return tuple(held.session for held in self.left if held.session)


class ConnectionState(StrEnum):
    """How things stand with the server."""

    UNCONFIGURED = "unconfigured"
    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Connection:
    """State of the connection, and in a sentence why it is so."""

    state: ConnectionState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckpointPushed:
    """A push arrived on the server. ``path`` is the file it was made from, ``released`` the ids of the
    edit sessions it ended; ``rescue`` tells that it is kept beside the head."""

    part_number: str
    path: Path
    version: Version
    context: CheckpointContext
    released: tuple[str, ...]
    subscribers_notified: int
    rescue: bool = False


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """Two versions of a file, both made from ``base``: ``ours`` is this workstation's, ``theirs`` the
    server's newest, ``by`` who made it. The merged file is to be written to ``target``, which does not
    exist yet. ``renamed`` are the names that objects of ``ours`` got in ``theirs`` by earlier merges, by
    those that they have in ``base`` and ``ours``."""

    part_number: str
    base: Path
    ours: Path
    theirs: Path
    target: Path
    by: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MergeResult:
    """``conflicts`` empty: the merged file is at ``target``, and ``taken`` says what came from the other
    side, a line each. Else nothing was written, and ``conflicts`` says what cannot be merged.

    ``renamed`` are the names that objects of ``ours`` have in the merged file, where they are others
    there; they come back with the next request, as long as the file is not updated."""

    taken: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


class TransferState(StrEnum):
    """How a transfer fares."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A file on its way, which takes more than a second. ``id`` is the same for all that is told of one
    transfer, and what it is cancelled by. ``done`` and ``total`` in bytes (total None: nobody knows),
    ``rate`` in bytes per second, ``seconds_left`` None where it cannot be told."""

    id: str
    part_number: str
    upload: bool
    done: int
    total: int | None
    rate: float
    seconds_left: float | None
    state: TransferState = TransferState.RUNNING


class ActivityKind(StrEnum):
    """What an activity entry tells of."""

    CHECKPOINT = "checkpoint"
    BLOCKED = "blocked"
    WARNING = "warning"
    HANDOFF = "handoff"
    SESSION = "session"
    UPDATED = "updated"
    SYNCED = "synced"
    CONFLICT = "conflict"
    CONNECTION = "connection"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Action:
    """A button of an activity entry: ``silo_act`` is asked for its ``name``, the user sees ``text``."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One line of the activity pane. ``text`` is the headline, ``details`` what unfolds below it.

    ``actions`` are its buttons and ``facts`` what their plugin needs to carry one out, also after a
    restart; ``chosen`` says which was, in words, and takes their place. ``id`` is given to an entry when
    it is posted; posting another entry of the same id replaces it.
    """

    at: datetime
    kind: ActivityKind
    text: str
    details: tuple[str, ...] = ()
    part_number: str = ""
    object_id: str = ""
    user: str = ""
    actions: tuple[Action, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    chosen: str = ""
    id: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", FrozenDict(self.facts))


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask the user without stopping the editor. ``options`` are button texts, the first
    one the default. With a ``message_label`` the user may write a line beside it. ``kind``: what led to
    it, which gives it the picture of that; None: it is a plain question. ``entry_id``: the activity
    entry that offers the same, if there is one."""

    title: str
    text: str
    options: tuple[str, ...]
    details: tuple[str, ...] = ()
    document: Document | None = field(default=None, compare=False)
    message_label: str = ""
    kind: ActivityKind | None = None
    entry_id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a user answered: one of the options, or ``""`` when the question was closed, and the line
    that was written beside it."""

    choice: str
    message: str = ""
