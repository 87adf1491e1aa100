"""``silo outbox``: checkpoints that wait on this workstation; holding them back and letting them go."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from silo_core.model.errors import SiloError
from silo_core.ports.store import PushJob, Store
from silo_core.ports.wire import format_time
from silo_core.rules.amounts import size
from silo_core.surfaces.cli.stores import stores
from silo_core.surfaces.cli.terminal import local, plain, table

_COLUMNS = ("ID", "PART", "LEFT", "SIZE", "STATE", "WHY")
_SHORT = 12
_WIDEST = 80


def run(args: argparse.Namespace) -> int:
    """List what waits, or hold or resume one of it; 0.

    Raises:
        SiloError: no server is set, the local store cannot be used, or there is no such checkpoint.
    """
    if args.action == "list" and args.job is not None:
        raise SiloError("silo outbox list shows all that waits; leave the ID out.")
    if args.action != "list" and args.job is None:
        raise SiloError(f"silo outbox {args.action}: name one checkpoint by the ID that is listed.")
    with _waiting() as waiting:
        if args.action == "list":
            _list([job for _, job in waiting], as_json=args.json)
        else:
            store, job = _named(waiting, args.job)
            _change(store, job, args.action)
    return 0


@contextmanager
def _waiting() -> Iterator[list[tuple[Store, PushJob]]]:
    """All that waits for the server that is set, with where it does; also beside a running editor."""
    with stores() as opened:
        yield [(store, job) for store in opened for job in store.outbox.pending()]


def _list(jobs: list[PushJob], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([_row(job) for job in jobs], indent=2))
    elif not jobs:
        print("No checkpoint waits here: all are on the server.")
    else:
        rows = [
            (
                job.id[:_SHORT],
                job.part_number,
                local(job.created_at),
                size(job.size),
                _state(job),
                job.last_error or "-",
            )
            for job in jobs
        ]
        for line in table([_COLUMNS, *rows], widest=_WIDEST):
            print(line)


def _row(job: PushJob) -> dict[str, object]:
    return {
        "id": job.id,
        "part_number": job.part_number,
        "created_at": format_time(job.created_at),
        "size": job.size,
        "state": _state(job),
        "attempts": job.attempts,
        "last_error": job.last_error,
        "file": str(job.spool_path),
    }


def _state(job: PushJob) -> str:
    if job.held:
        return "held"
    return "set aside" if job.set_aside else "waiting"


def _named(waiting: list[tuple[Store, PushJob]], named: str) -> tuple[Store, PushJob]:
    found = [one for one in waiting if named and one[1].id.startswith(named)]
    if len(found) != 1:
        what = "no checkpoint" if not found else f"{len(found)} checkpoints"
        raise SiloError(
            f"There is {what} {plain(named[:40])!r} here; see `silo outbox` for their IDs."
        )
    return found[0]


def _change(store: Store, job: PushJob, action: str) -> None:
    if action == "cancel":
        if not store.outbox.hold(job.id):
            raise SiloError(f"The checkpoint of {job.part_number} has arrived meanwhile.")
        print(
            plain(
                f"The checkpoint of {job.part_number} is held; send it with `silo outbox resume`."
            )
        )
    elif not job.held:
        raise SiloError(f"The checkpoint of {job.part_number} is not held; it is sent by itself.")
    else:
        store.outbox.resume(job.id, datetime.now(UTC))
        print(
            plain(
                f"The checkpoint of {job.part_number} goes on as soon as the editor is connected."
            )
        )
