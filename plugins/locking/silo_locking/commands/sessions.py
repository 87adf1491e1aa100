"""``silo sessions``: who edits what."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from silo_core.model.session import EditSession
from silo_core.surfaces.cli.server import server
from silo_core.surfaces.cli.terminal import WIDEST, local, plain, table
from silo_locking.commands.asking import as_json, caller_of, lasting, sessions_of, who
from silo_locking.commands.part import Part, part_of

_HEAD = ("PART", "OBJECT", "LEVEL", "USER", "WORKSTATION", "SINCE", "FOR")


def run(args: argparse.Namespace) -> int:
    """Print the sessions, and with ``--watch`` each change until interrupted; 0.

    Raises:
        SiloError: no server is set, it cannot be asked, or it does not have the part.
    """
    number: str | None = args.part_number
    with server() as client:
        sessions = sessions_of(client, number)
        part = Part() if number is None else part_of(client, number)
        caller = caller_of(client)
        if args.watch:
            from silo_locking.commands.watching import Printer, watch

            watch(client, number, Printer(part, caller, as_json=args.json))
    if args.json:
        rows = [as_json(session, part, caller) for session in sessions]
        print(json.dumps(rows, indent=2))
    else:
        print("\n".join(listing(sessions, part, caller, number)))
    return 0


def listing(
    sessions: Sequence[EditSession], part: Part, caller: str, part_number: str | None
) -> list[str]:
    """The sessions as lines of a table; a sentence where there are none."""
    if not sessions:
        return [plain(f"Nobody edits {part_number or 'anything'}.")]
    rows = [
        (
            session.part_number,
            part.title(session.context_level, session.object_id),
            session.context_level.value,
            who(session, caller),
            session.workstation,
            local(session.acquired_at),
            lasting(session.acquired_at),
        )
        for session in sessions
    ]
    return table([_HEAD, *rows], widest=WIDEST)
