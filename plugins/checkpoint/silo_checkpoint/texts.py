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
from silo_core.model.language import QT_TRANSLATE_NOOP, translate
from silo_core.ports.store import PushJob

OPEN_MINE = Action("checkpoint.open-mine", QT_TRANSLATE_NOOP("SiloButtons", "Open Mine"))
OPEN_THEIRS = Action("checkpoint.open-theirs", QT_TRANSLATE_NOOP("SiloButtons", "Open Theirs"))
MAKE_MINE_HEAD = Action(
    "checkpoint.make-mine-head", QT_TRANSLATE_NOOP("SiloButtons", "Make Mine the Head")
)
RESCUE = (OPEN_MINE, OPEN_THEIRS, MAKE_MINE_HEAD)
"""What can be done about a version that is kept beside the newest one."""

_CHOSEN = {
    OPEN_MINE.name: QT_TRANSLATE_NOOP("SiloCheckpoint", "Opened yours"),
    OPEN_THEIRS.name: QT_TRANSLATE_NOOP("SiloCheckpoint", "Opened theirs"),
    MAKE_MINE_HEAD.name: QT_TRANSLATE_NOOP("SiloCheckpoint", "Yours is being made the newest"),
}
RESUME = Action("checkpoint.resume", QT_TRANSLATE_NOOP("SiloButtons", "Resume"))
"""What can be done about a push that its user holds back."""
TAKE = QT_TRANSLATE_NOOP("SiloButtons", "Take Them")
LATER = QT_TRANSLATE_NOOP("SiloButtons", "Later")


def no_connection() -> str:
    """Nobody can be asked."""
    return translate("SiloCheckpoint", "There is no connection to the server")


def chosen(action: str) -> str | None:
    """What takes the place of the buttons, once ``action`` was; None for one that is not known."""
    said = _CHOSEN.get(action)
    return translate("SiloCheckpoint", said) if said else None


def gone(path: Path) -> str:
    """There is no file to open."""
    return translate("SiloCheckpoint", "{path} is not there any more").format(path=path)


def diverged(
    pushed: CheckpointPushed, conflicts: tuple[str, ...], document: Document | None
) -> Question:
    """What is to become of a version that is kept beside the newest one."""
    number = pushed.part_number
    return Question(
        title=translate("SiloCheckpoint", "{number} has changed in two ways").format(number=number),
        text=translate(
            "SiloCheckpoint",
            "Somebody else's version became the newest one while you made yours. Both are on the "
            "server, and both stay in the history whatever you choose.",
        ),
        options=tuple(action.text for action in RESCUE),
        details=conflicts,
        document=document,
        kind=ActivityKind.CONFLICT,
    )


def behind(pushed: CheckpointPushed, content: Content, document: Document) -> Question:
    """Whether an open file shall take what its push was joined with."""
    number, makers = pushed.part_number, _makers(content)
    return Question(
        title=translate("SiloCheckpoint", "Your open {number} is behind").format(number=number),
        text=translate(
            "SiloCheckpoint",
            "Your checkpoint was joined with the work of {makers}, which your open file "
            "does not show yet. It can take it once nothing of it is being edited: leave "
            "what you edit, or close the file and open it again. What your file holds "
            "now is kept as a backup.",
        ).format(makers=makers),
        options=(TAKE, LATER),
        details=_from_whom(content),
        document=document,
        kind=ActivityKind.UPDATED,
    )


def nobody_updates(document: Document, now: datetime) -> ActivityEntry:
    """No plugin brings an open file up to date."""
    number = document.part_number or ""
    text = translate(
        "SiloCheckpoint", "Not updated: {number}. No plugin that updates files is on"
    ).format(number=number)
    details = (translate("SiloCheckpoint", "Turn on the plugin `subscriptions`."),)
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details, number)


def _makers(content: Content) -> str:
    """``alice``, ``alice and bob``."""
    somebody = translate("SiloCheckpoint", "somebody")
    users = list(dict.fromkeys(version.user or somebody for version in reversed(content.others)))
    if not users:
        return translate("SiloCheckpoint", "others")
    *most, last = users
    both = translate("SiloCheckpoint", "{users} and {last}")
    return both.format(users=", ".join(most), last=last) if most else last


def _from_whom(content: Content) -> tuple[str, ...]:
    """What was taken, each line with who says to have made it, where that is known."""
    makers = {line: one.user for one in reversed(content.others) for line in one.changes}
    taken = (f"{makers[line]}: {line}" if makers.get(line) else line for line in content.taken)
    renamed = content.renamed.items()
    called = translate("SiloCheckpoint", "Your new {old} is called {new} on the server")
    return (*taken, *(called.format(old=old, new=new) for old, new in renamed))


def problem(message: str, now: datetime) -> ActivityEntry:
    """Something that was asked for cannot be done."""
    return ActivityEntry(now, ActivityKind.PROBLEM, message)


def pushed(result: CheckpointPushed, content: Content, now: datetime) -> ActivityEntry:
    """A checkpoint that became the newest version."""
    count = result.subscribers_notified
    told = (
        translate("SiloCheckpoint", "1 subscriber notified")
        if count == 1
        else translate("SiloCheckpoint", "{count} subscribers notified").format(count=count)
    )
    text = translate("SiloCheckpoint", "Checkpoint: {part} ({context}) — {told}").format(
        part=result.part_number, context=result.context, told=told
    )
    details = content.changes
    if content.merged_with:
        details += (
            translate("SiloCheckpoint", "Joined with the work of {makers}:").format(
                makers=_makers(content)
            ),
            *_from_whom(content),
        )
    return ActivityEntry(now, ActivityKind.CHECKPOINT, text, details, result.part_number)


def rescued(result: CheckpointPushed, conflicts: tuple[str, ...], now: datetime) -> ActivityEntry:
    """A version that is kept beside the newest one, what can be done about it, and what that takes."""
    number, version = result.part_number, result.version
    return ActivityEntry(
        at=now,
        kind=ActivityKind.CONFLICT,
        text=translate("SiloCheckpoint", "Kept beside the newest version: your {number}").format(
            number=number
        ),
        details=(
            translate(
                "SiloCheckpoint",
                "Others changed it meanwhile. Nothing is lost: your version is in the item's history.",
            ),
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
    text = translate("SiloCheckpoint", "Checkpoint of {part} is kept here and sent later").format(
        part=job.part_number
    )
    return ActivityEntry(now, ActivityKind.PROBLEM, text, (error.message,), job.part_number)


def unfinished(part_number: str, error: SiloError, now: datetime) -> ActivityEntry:
    """What was saved before the program was killed, and cannot be recorded now either."""
    text = translate(
        "SiloCheckpoint",
        "The last checkpoint of {part} is not recorded yet: the next start tries again",
    ).format(part=part_number)
    return ActivityEntry(now, ActivityKind.PROBLEM, text, (error.message,), part_number)


def set_aside(job: PushJob, error: SiloError, now: datetime) -> ActivityEntry:
    """A checkpoint that is wrong in itself: waiting does not help, nor do later ones wait for it."""
    text = translate(
        "SiloCheckpoint", "A checkpoint of {part} is kept here and set aside; later ones go on"
    ).format(part=job.part_number)
    details = (
        error.message,
        translate("SiloCheckpoint", "It is {path}, and is tried again from time to time.").format(
            path=job.spool_path
        ),
    )
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details, job.part_number)


def cancelled(job: PushJob, now: datetime) -> ActivityEntry:
    """A checkpoint that its user holds back."""
    text = translate(
        "SiloCheckpoint",
        "A checkpoint of {part} is held: it was cancelled, and nothing of it is lost",
    ).format(part=job.part_number)
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
    text = translate(
        "SiloCheckpoint", "A checkpoint of {part} cannot be sent: its copy here was deleted"
    ).format(part=job.part_number)
    details = (
        translate("SiloCheckpoint", "It was {path}.").format(path=job.spool_path),
        translate(
            "SiloCheckpoint",
            "What your file holds goes with the next checkpoint: edit an object and leave it.",
        ),
    )
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details, job.part_number)
