"""What is to be done about the copy of one item: a pure function of three trees.

*Remote* is what the subscription wants, *local* what the file holds, *base* what the two last agreed on.
*Agreed*: base is remote. The local file is *clean* if it is what base is, *none* if gone or damaged.
The first row that fits decides; a blank fits anything::

    row             removed  remote  paused  pushing  local     agreed  own  open  choice     action
    removed, busy   yes                                                      yes              DEFER
    removed, push   yes                      yes                                              DEFER
    removed         yes                                                                       UNTRACK
    nothing wanted           none                                                             NOTHING
    same content             some                     = remote  no                            RECORD
    paused                   some    yes                                                      PAUSE
    own push first           some            yes                                              WAIT
    gone or damaged          some                     none                   no               DOWNLOAD
    gone, open               some                     none                   yes              DEFER
    agreed                   some                               yes                           NOTHING
    clean                    some                     clean     no           no               DOWNLOAD
    clean, open              some                     clean     no           yes   RELOAD     RELOAD
    clean, waiting           some                     clean     no           yes              DEFER
    kept by choice           some                     modified  no                 SKIP       SKIP
    modified, own            some                     modified  no      yes                   SKIP
    modified, open           some                     modified  no           yes              DEFER
    overwritten              some                     modified  no           no    OVERWRITE  REPLACE
    merged                   some                     modified  no           no    MERGE      MERGE
    modified                 some                     modified  no           no               ASK

A file that is there where nothing was ever agreed on counts as modified: it is somebody's work.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from silo_core.model.sync import SyncChoice

DAMAGED = "damaged"
"""What a file "holds" that a power cut has emptied or filled with zeros: nobody's work."""


class SyncAction(Enum):
    """What is to be done."""

    NOTHING = "nothing"
    RECORD = "record"
    """The file holds it already: remember that, and tell the server."""
    DOWNLOAD = "download"
    RELOAD = "reload"
    """Download, and have the editor read it again."""
    REPLACE = "replace"
    """Keep what the file holds as a backup, then download."""
    MERGE = "merge"
    DEFER = "defer"
    """As soon as the file is closed."""
    WAIT = "wait"
    """As soon as the own push has arrived, or was refused."""
    PAUSE = "pause"
    ASK = "ask"
    SKIP = "skip"
    UNTRACK = "untrack"
    """Stop tracking; the file stays."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A version and what it holds: SHA-256 in lower-case hex, empty where the server does not say."""

    version: str | None
    sha256: str


def plan(  # noqa: PLR0911 - a row of the table each
    remote: Tree | None,
    local: str | None,
    base: Tree | None,
    *,
    is_open: bool = False,
    paused: bool = False,
    own: bool = False,
    removed: bool = False,
    pushing: bool = False,
    choice: SyncChoice | None = None,
) -> SyncAction:
    """See the table above. ``local`` is the SHA-256 of what the file holds, ``DAMAGED``, or None where
    there is no file. ``is_open``: an editor has it, or an open assembly links to it. ``own``: this
    workstation made the remote version. ``pushing``: a push from here is not settled yet."""
    if removed:
        return SyncAction.DEFER if is_open or pushing else SyncAction.UNTRACK
    if remote is None:
        return SyncAction.NOTHING
    is_agreed = base is not None and base.version == remote.version
    if not is_agreed and local and local == remote.sha256:
        return SyncAction.RECORD
    if paused or pushing:
        return SyncAction.PAUSE if paused else SyncAction.WAIT
    if local is None or local == DAMAGED:
        return SyncAction.DEFER if is_open else SyncAction.DOWNLOAD
    if is_agreed:
        return SyncAction.NOTHING
    is_clean = base is not None and local == base.sha256
    return _clean(is_open, choice) if is_clean else _modified(is_open, own, choice)


def _clean(is_open: bool, choice: SyncChoice | None) -> SyncAction:
    if not is_open:
        return SyncAction.DOWNLOAD
    return SyncAction.RELOAD if choice is SyncChoice.RELOAD else SyncAction.DEFER


def _modified(is_open: bool, own: bool, choice: SyncChoice | None) -> SyncAction:
    if own or choice is SyncChoice.SKIP:
        return SyncAction.SKIP
    if is_open:
        return SyncAction.DEFER
    if choice is SyncChoice.OVERWRITE:
        return SyncAction.REPLACE
    return SyncAction.MERGE if choice is SyncChoice.MERGE else SyncAction.ASK
