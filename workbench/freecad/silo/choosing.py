"""Which host this program needs."""

from __future__ import annotations

from freecad.silo.host import FreeCADHost


def make_host() -> FreeCADHost:
    """The one for this program."""
    return FreeCADHost()
