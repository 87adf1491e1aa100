"""The command ``silo demo``."""

from __future__ import annotations

import argparse
import json
import os
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
    parser.add_argument(
        "--gui", action="store_true", help="open two windows, alice's and bob's, to play with"
    )
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="with --gui: play the job in the windows, close them, and print the checks",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play; 0 only if everything held.

    Raises:
        SiloError: ``--self-test`` stands alone, a plugin is not installed, or with ``--gui``, there is
            no display or no Qt.
    """
    from silo_core.model.errors import SiloError
    from silo_server.demo.narrator import Narrator

    if args.self_test and not args.gui:
        raise SiloError("--self-test goes with --gui; silo demo alone checks itself anyway.")
    started = time.monotonic()
    narrator = Narrator(None if args.json else sys.stdout)
    if args.gui:
        _need_a_display()
    if args.gui and not args.self_test:
        return _let_play(narrator)
    checks = _play_in_windows(narrator) if args.gui else _play(narrator)
    seconds = round(time.monotonic() - started, 1)
    held = bool(checks) and all(check.held for check in checks)
    if args.json:
        rows = [{"check": check.text, "held": check.held} for check in checks]
        print(json.dumps({"held": held, "seconds": seconds, "checks": rows}, indent=2))
    else:
        narrator.table([(check.text, check.held) for check in checks])
        if held and _has_display() and not args.gui:
            _offer_windows(narrator)
    return 0 if held else 1


def _offer_windows(narrator: Narrator) -> None:
    """Ask who sits at a terminal whether to go on in the windows; tell everybody else how to."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and _has_qt()):
        print("\nTo play it yourself, in two windows: silo demo --gui")
        return
    try:
        answer = input("\nPlay it yourself, in two windows? Enter for yes, n for no: ")
    except (EOFError, KeyboardInterrupt):
        print()
        return
    if answer.strip().lower() in ("", "y", "yes"):
        _let_play(narrator)


def _play(narrator: Narrator) -> list[Check]:
    from silo_server.demo.acts import ACTS
    from silo_server.demo.stage import stage

    narrator.act("A server, and two workstations: alice at CAD-07, bob at CAD-12")
    with stage(narrator) as play:
        for title, act in ACTS:
            narrator.act(title)
            act(play)
        return play.checks


def _let_play(narrator: Narrator) -> int:
    from silo_server.demo.gui.show import let_play

    print("Two windows: alice at CAD-07 and bob at CAD-12, both with one part. For example:")
    print("  1. alice chooses Sketch001 and presses [Edit]: bob's tree shows it.")
    print("  2. bob tries the same: he is told who has it, and can request it.")
    print("  3. alice presses [Change It], then [Leave]: bob is told what changed.")
    print("Close both windows to end; nothing is left behind.", flush=True)
    let_play(narrator)
    return 0


def _play_in_windows(narrator: Narrator) -> list[Check]:
    from silo_server.demo.gui.show import play_in_windows

    return play_in_windows(narrator)


def _has_display() -> bool:
    """Whether a window can be seen, as far as that can be told without opening one."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _has_qt() -> bool:
    from importlib.util import find_spec

    return find_spec("PySide6") is not None


def _need_a_display() -> None:
    """Raises SiloError where no window can be opened: Qt itself would end the program."""
    from silo_core.model.errors import SiloError

    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise SiloError(
            f"silo demo --gui needs Qt, which cannot be used here ({error}); install it with: "
            "pip install 'silo-core[qt]'"
        ) from error
    if not _has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        raise SiloError(
            "silo demo --gui needs a display, and there is none here; run it in a desktop session, "
            "or run silo demo, which needs none."
        )
