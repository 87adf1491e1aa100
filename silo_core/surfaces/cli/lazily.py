"""Commands whose modules are imported when they run."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def lazily(module: str) -> Callable[[argparse.Namespace], int]:
    """What runs the ``run`` of a module, which is imported only then."""

    def run(args: argparse.Namespace) -> int:
        status: int = import_module(module).run(args)
        return status

    return run
