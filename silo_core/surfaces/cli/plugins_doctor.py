"""``silo plugins doctor``: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from silo_core.surfaces.cli.terminal import plain

if TYPE_CHECKING:
    from silo_core.ports.plugins import PluginManager
    from silo_core.ports.settings import Settings
    from silo_core.workbench.finding import Finding

_WIDTH = 79
_SIGNS = {"fine": "✔", "note": "•", "problem": "✘"}


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``doctor``."""
    parser = actions.add_parser(
        "doctor",
        help="look for what is wrong, and say what to do about it",
        description="Look at versions, plugins, settings, keyring, server, clock and local stores, and "
        "say what to do about what is wrong. The exit status is 1 if there is a problem.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print every finding; 1 if one is a problem."""
    found = findings()
    if args.json:
        print(json.dumps([asdict(finding) for finding in found], indent=2))
    else:
        print("\n".join(lines(found)))
    return int(any(finding.level == "problem" for finding in found))


def findings() -> list[Finding]:
    """What the doctor finds on this machine."""
    from silo_core.ports.installation import data_folder
    from silo_core.workbench.doctor import examine

    settings, manager = loaded()
    return list(examine(settings, manager, data_folder()))


def loaded() -> tuple[Settings, PluginManager]:
    """This user's settings, and the installed plugins as they load."""
    from silo_core.ports.installation import data_folder
    from silo_core.ports.plugins import PluginManager
    from silo_core.ports.plugins.hung import SwitchedOff
    from silo_core.ports.settings import Settings

    # What went wrong is part of the answer; without a handler, logging would say it once more.
    logging.getLogger("silo_core").addHandler(logging.NullHandler())
    settings = Settings()
    manager = PluginManager(
        disabled=settings.names("plugins_disabled"),
        switched_off=SwitchedOff(data_folder()),
        declare=settings.declare,
    )
    # What a plugin prints while it is imported is not part of the answer.
    with contextlib.redirect_stdout(sys.stderr):
        manager.load()
    return settings, manager


def lines(found: Iterable[Finding]) -> Iterator[str]:
    """The findings for people to read, one paragraph each."""
    for finding in found:
        sign = _SIGNS[finding.level]
        text = f"{finding.area}: {finding.what}"
        yield from _wrapped(text, f"{sign} ")
        if finding.advice:
            yield from _wrapped(finding.advice, "  → ")


def _wrapped(text: str, sign: str) -> list[str]:
    return textwrap.wrap(
        plain(text),
        _WIDTH,
        initial_indent=sign,
        subsequent_indent=" " * len(sign),
        break_on_hyphens=False,
        break_long_words=False,
    )
