"""What the checkpoint plugin says, in one place. Pure."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from silo_checkpoint.joining import Content
from silo_core.model.context import Document
from silo_core.model.errors import SiloError
from silo_core.model.exchange import (
    Action,
    ActivityEntry,
    ActivityKind,
    CheckpointPushed,
    Question,
)
from silo_core.ports.store import PushJob

OPEN_MINE = Action("checkpoint.open-mine", "Open Mine")
OPEN_THEIRS = Action("checkpoint.open-theirs", "Open Theirs")
MAKE_MINE_HEAD = Action("checkpoint.make-mine-head", "Make Mine the Head")
RESCUE = (OPEN_MINE, OPEN_THEIRS, MAKE_MINE_HEAD)
"""What can be done about a version that is kept beside the newest one."""

CHOSEN = {
    OPEN_MINE.name: "Opened yours",
    OPEN_THEIRS.name: "Opened theirs",
    MAKE_MINE_HEAD.name: "Yours is being made the newest",
}
RESUME = Action("checkpoint.resume", "Resume")
"""What can be done about a push that its user holds back."""
TAKE, LATER = "Take Them", "Later"
NO_CONNECTION = "There is no connection to the server"


def gone(path: Path) -> str:
    """There is no file to open."""
    return f"{path} is not there any more"


def diverged(
    pushed: CheckpointPushed, conflicts: tuple[str, ...], document: Document | None
) -> Question:
    """What is to become of a version that is kept beside the newest one."""
    number = pushed.part_number
    return Question(
        title=f"{number} has changed in two ways",
        text="Somebody else's version became the newest one while you made yours. Both are on the "
        "server, and both stay in the history whatever you choose.",
        options=tuple(action.text for action in RESCUE),
        details=conflicts,
        document=document,
        kind=ActivityKind.CONFLICT,
    )


def behind(pushed: CheckpointPushed, content: Content, document: Document) -> Question:
    """Whether an open file shall take what its push was joined with."""
    number, makers = pushed.part_number, _makers(content)
    return Question(
        title=f"Your open {number} is behind",
        text=f"Your checkpoint was joined with the work of {makers}, which your open file does not "
        "show yet. It can take it once nothing of it is being edited: leave what you edit, or close the "
        "file and open it again. What your file holds now is kept as a backup.",
        options=(TAKE, LATER),
        details=_from_whom(content),
        document=document,
        kind=ActivityKind.UPDATED,
    )


def nobody_updates(document: Document, now: datetime) -> ActivityEntry:
    """No plugin brings an open file up to date."""
    number = document.part_number or ""
    text = f"Not updated: {number}. No plugin that updates files is on"
    details = ("Turn on the plugin `subscriptions`.",)
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details, number)


def _makers(content: Content) -> str:
    """``alice``, ``alice and bob``."""
    users = list(dict.fromkeys(version.user or "somebody" for version in reversed(content.others)))
    return " and ".join(filter(None, [", ".join(users[:-1]), users[-1]])) if users else "others"


def _from_whom(content: Content) -> tuple[str, ...]:
    """What was taken, each line with who says to have made it, where that is known."""
    makers = {line: one.user for one in reversed(content.others) for line in one.changes}
    taken = (f"{makers[line]}: {line}" if makers.get(line) else line for line in content.taken)
    renamed = content.renamed.items()
    return (*taken, *(f"Your new {old} is called {new} on the server" for old, new in renamed))


def problem(message: str, now: datetime) -> ActivityEntry:
    """Something that was asked for cannot be done."""
    return ActivityEntry(now, ActivityKind.PROBLEM, message)


def pushed(result: CheckpointPushed, content: Content, now: datetime) -> ActivityEntry:
    """A checkpoint that became the newest version."""
    count = result.subscribers_notified
    told = f"{count} subscriber{'' if count == 1 else 's'} notified"
    text = f"Checkpoint: {result.part_number} ({result.context}) — {told}"
    details = content.changes
    if content.merged_with:
        details += (f"Joined with the work of {_makers(content)}:", *_from_whom(content))
    return ActivityEntry(now, ActivityKind.CHECKPOINT, text, details, result.part_number)


def rescued(result: CheckpointPushed, conflicts: tuple[str, ...], now: datetime) -> ActivityEntry:
    """A version that is kept beside the newest one, what can be done about it, and what that takes."""
    number, version = result.part_number, result.version
    return ActivityEntry(
        at=now,
        kind=ActivityKind.CONFLICT,
        text=f"Kept beside the newest version: your {number}",
        details=(
            "Others changed it meanwhile. Nothing is lost: your version is in the item's history.",
            *conflicts,
        ),
        part_number=number,
        actions=RESCUE,
        facts={
            "path": str(result.path),
            "sha256": version.sha256,
            "parent": version.parent or "",
        },
    )


def delayed(job: PushJob, error: SiloError, now: datetime) -> ActivityEntry:
    """A checkpoint that could not be sent at its first try."""
    text = f"Checkpoint of {job.part_number} is kept here and sent later"
    return ActivityEntry(now, ActivityKind.PROBLEM, text, (error.message,), job.part_number)


def unfinished(part_number: str, error: SiloError, now: datetime) -> ActivityEntry:
    """What was saved before the program was killed, and cannot be recorded now either."""
    text = f"The last checkpoint of {part_number} is not recorded yet: the next start tries again"
    return ActivityEntry(now, ActivityKind.PROBLEM, text, (error.message,), part_number)


def set_aside(job: PushJob, error: SiloError, now: datetime) -> ActivityEntry:
    """A checkpoint that is wrong in itself: waiting does not help, nor do later ones wait for it."""
    text = f"A checkpoint of {job.part_number} is kept here and set aside; later ones go on"
    details = (error.message, f"It is {job.spool_path}, and is tried again from time to time.")
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details, job.part_number)


def cancelled(job: PushJob, now: datetime) -> ActivityEntry:
    """A checkpoint that its user holds back."""
    text = f"A checkpoint of {job.part_number} is held: it was cancelled, and nothing of it is lost"
    return ActivityEntry(
        now,
        ActivityKind.PROBLEM,
        text,
        part_number=job.part_number,
        actions=(RESUME,),
        facts={"job": job.id},
    )


def lost(job: PushJob, now: datetime) -> ActivityEntry:
    """A checkpoint whose snapshot was deleted before it could be sent."""
    text = f"A checkpoint of {job.part_number} cannot be sent: its copy here was deleted"
    details = (
        f"It was {job.spool_path}.",
        "What your file holds goes with the next checkpoint: edit an object and leave it.",
    )
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details, job.part_number)
