"""``silo plugins``: which plugins there are, how each fares, and what to do where one does not."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

from silo_core.model.errors import SiloError
from silo_core.ports.plugins.info import WITHOUT, PluginState
from silo_core.surfaces.cli import plugins_bisect, plugins_doctor, plugins_new, plugins_trace
from silo_core.surfaces.cli.plugins_doctor import loaded
from silo_core.surfaces.cli.terminal import plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from silo_core.ports.plugins import PluginInfo

_WIDTH = 79


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``plugins``."""
    parser = subparsers.add_parser("plugins", help="show the installed plugins")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser(
        "list",
        help="show every plugin with its state, hooks and error",
        description="Load the installed plugins and show how each of them fares.",
    )
    listing.add_argument("--json", action="store_true", help="print one JSON array")
    listing.set_defaults(run=run)
    again = actions.add_parser(
        "switch-on",
        help="use a plugin again that hung when your editor was ended",
        description="Use a plugin again that is off because it hung when your editor was ended.",
    )
    again.add_argument("name", metavar="NAME", help="its name, as `silo plugins list` shows it")
    again.set_defaults(run=switch_on)
    for more in (plugins_new, plugins_doctor, plugins_trace, plugins_bisect):
        more.add_parser(actions)


def run(args: argparse.Namespace) -> int:
    """Print every plugin; 0, also where some of them failed: showing that is what it is for."""
    from silo_core.ports.settings import slips

    settings, manager = loaded()
    plugins = manager.plugins()
    found = slips(settings, [plugin.name for plugin in plugins])
    for problem in [*settings.problems, *(slip.what for slip in found)]:
        print(plain(problem), file=sys.stderr)
    if args.json:
        print(json.dumps([asdict(plugin) for plugin in plugins], indent=2))
    elif plugins:
        print("\n".join(_table(plugins)))
    else:
        print("No plugins are installed.")
    return 0


def switch_on(args: argparse.Namespace) -> int:
    """Take the plugin off the list of those that are not used; 0.

    Raises:
        SiloError: it is not on it, or that cannot be written.
    """
    from silo_core.ports.installation import data_folder
    from silo_core.ports.plugins.hung import SwitchedOff

    off = SwitchedOff(data_folder())
    if not off.drop(args.name):
        names = ", ".join(one.plugin for one in off.all()) or "none"
        raise SiloError(f"{args.name!r} is not switched off for having hung; such are: {names}.")
    print(f"{plain(args.name)} is used again from the next start of your editor on.")
    return 0


def _table(plugins: tuple[PluginInfo, ...]) -> Iterator[str]:
    """Three columns, and below each plugin what is too long for one."""
    rows = [("NAME", "STATE", "DISTRIBUTION")]
    rows += [(p.name, p.state, f"{p.distribution} {p.version}".strip() or "-") for p in plugins]
    for number, line in enumerate(table(rows)):
        yield line
        if number:
            yield from _below("hooks: ", ", ".join(plugins[number - 1].hooks))
            yield from _below("error: ", plugins[number - 1].error)
            yield from _below("so: ", _meaning(plugins[number - 1]))


def _meaning(info: PluginInfo) -> str:
    """What it means that the plugin is not in use, where nobody wanted that."""
    is_broken = info.state in (PluginState.FAILED, PluginState.SWITCHED_OFF)
    return WITHOUT.get(info.name, "") if is_broken else ""


def _below(title: str, text: str) -> list[str]:
    if not text:
        return []
    indent = "    "
    return textwrap.wrap(
        plain(text),
        _WIDTH,
        initial_indent=indent + title,
        subsequent_indent=indent + " " * len(title),
        break_on_hyphens=False,
    )
