"""The commands of this plugin, contributed to ``silo``: a module for each.

A module is cheap to import: what its command needs is imported when it runs.
"""

from __future__ import annotations

import argparse

from silo_subscriptions.commands import (
    items,
    pause,
    recover,
    status,
    subscribe,
    subscriptions,
    sync,
    unsubscribe,
    watch,
)

_COMMANDS = (items, subscribe, subscriptions, unsubscribe, pause, sync, watch, status, recover)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the commands (entry-point group ``silo.commands``)."""
    for command in _COMMANDS:
        command.add_parser(subparsers)
