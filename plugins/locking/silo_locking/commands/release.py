"""``silo release``: end edit sessions, one's own or, as an administrator, somebody else's."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from silo_core.model.errors import NotFoundError, SiloError
from silo_core.model.session import EditSession
from silo_core.ports.client import SiloClient
from silo_core.surfaces.cli.server import server
from silo_core.surfaces.cli.terminal import plain
from silo_locking.commands.asking import described, sessions_of


def run(args: argparse.Namespace) -> int:
    """End what was named and say what happened; 0.

    Raises:
        SiloError: what was named is not enough, is not there, or may not be ended.
    """
    _check(args)
    with server() as client:
        if args.force:
            return _force(client, args.part_number, args.object_id, args.reason.strip())
        return _release(client, args.part_number, args.object_id, of_all=args.all)


def _check(args: argparse.Namespace) -> None:
    """Refuse before anything is asked or ended.

    Raises:
        SiloError: the arguments do not belong together.
    """
    reason = args.reason.strip()
    if args.all and (args.part_number or args.force):
        raise SiloError("--all ends all of your own edit sessions; leave out the rest.")
    if args.object_id is not None and not args.object_id.strip():
        raise SiloError("The name of the object is empty; leave it out for all of the part.")
    if args.force and args.object_id is None:
        raise SiloError("--force ends one session; name its part and object.")
    if args.force and not reason:
        raise SiloError("--force needs --reason TEXT, which the holder is told.")
    if reason and not args.force:
        raise SiloError("--reason is for --force; your own sessions need none.")


def _release(
    client: SiloClient, part_number: str | None, object_id: str | None, *, of_all: bool
) -> int:
    own = client.list_edit_sessions()
    if part_number is None:
        found: Sequence[EditSession] = own
        if found and not of_all:
            held = ", ".join(map(described, found))
            raise SiloError(f"You edit {held}; name a part and an object, or end all with --all.")
    else:
        ids = {session.id for session in own}
        on_part = sessions_of(client, part_number)  # which tells a part that there is not
        wanted = [session for session in on_part if object_id in (None, session.object_id)]
        found = [session for session in wanted if session.id in ids]
        if not found:
            raise SiloError(_not_yours(part_number, object_id, wanted))
    if not found:
        print("You have no edit sessions.")
    for session in found:
        _end(
            session,
            lambda session: client.release_edit_session(session.part_number, session.id),
            f"Released {described(session)}, on {session.workstation}.",
        )
    return 0


def _force(client: SiloClient, part_number: str, object_id: str, reason: str) -> int:
    found = [s for s in sessions_of(client, part_number) if s.object_id == object_id]
    if not found:
        raise SiloError(f"Nobody edits {object_id} of {part_number}.")
    for session in found:
        _end(
            session,
            lambda session: client.force_release(session.part_number, session.id, reason),
            f"Ended the edit session of {session.user} on {described(session)}, on "
            f"{session.workstation}, who is told why: {reason}",
        )
    return 0


def _end(session: EditSession, end: Callable[[EditSession], None], done: str) -> None:
    try:
        end(session)
    except NotFoundError:  # it ended between the two questions
        done = f"The edit session of {session.user} on {described(session)} has ended already."
    print(plain(done), flush=True)


def _not_yours(part_number: str, object_id: str | None, held: Sequence[EditSession]) -> str:
    what = part_number if object_id is None else f"{object_id} of {part_number}"
    if not held:
        return f"Nobody edits {what}."
    whose = ", ".join(sorted({session.user for session in held}))
    return f"{what} is edited by {whose} and not by you; --force is for administrators."
