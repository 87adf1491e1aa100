"""The command ``silo demo``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from silo_server.demo.narrator import Narrator
    from silo_server.demo.stage import Check


def add_commands(subparsers: Any) -> None:
    """Register ``silo demo`` (entry-point group ``silo.commands``)."""
    parser = subparsers.add_parser(
        "demo", help="play the main job on a real part, with a server and two workstations"
    )
    parser.add_argument("--json", action="store_true", help="print the checks as JSON only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play; 0 only if everything held."""
    from silo_server.demo.narrator import Narrator

    started = time.monotonic()
    narrator = Narrator(None if args.json else sys.stdout)
    checks = _play(narrator)
    seconds = round(time.monotonic() - started, 1)
    held = bool(checks) and all(check.held for check in checks)
    if args.json:
        rows = [{"check": check.text, "held": check.held} for check in checks]
        print(json.dumps({"held": held, "seconds": seconds, "checks": rows}, indent=2))
    else:
        narrator.table([(check.text, check.held) for check in checks])
    return 0 if held else 1


def _play(narrator: Narrator) -> list[Check]:
    from silo_server.demo.acts import ACTS
    from silo_server.demo.stage import stage

    narrator.act("A server, and two workstations: alice at CAD-07, bob at CAD-12")
    with stage(narrator) as play:
        for title, act in ACTS:
            narrator.act(title)
            act(play)
        return play.checks
