"""What is to be done about one file: a pure function of what is known of it."""

from __future__ import annotations

from enum import Enum, auto


class Step(Enum):
    """What the host does next."""

    NOTHING = auto()
    OPEN = auto()
    """Somebody has begun to work on it."""
    ENTER = auto()
    """Ask for the lease."""
    LEAVE = auto()
    """Make a checkpoint, and give the lease back."""
    CLOSE = auto()
    """Nobody works on it any more: newer versions may come."""


def next_step(
    *,
    is_locked: bool,
    is_changed: bool,
    is_quiet: bool,
    is_open: bool,
    is_entered: bool,
    is_refused: bool,
) -> Step:
    """``is_locked``: a program has the file open; ``is_changed``: it holds what was not left yet;
    ``is_quiet``: it was not written for a while; ``is_refused``: somebody else has it."""
    if not is_open:
        return Step.OPEN if is_locked or is_changed else Step.NOTHING
    if is_entered:
        is_over = is_changed or not is_locked
        return Step.LEAVE if is_over and is_quiet else Step.NOTHING
    if is_locked or is_changed:
        return Step.NOTHING if is_refused else Step.ENTER
    return Step.CLOSE
