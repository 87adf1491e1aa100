"""What stands in the settings and has no effect."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from silo_core.ports.settings.settings import Settings

_OTHER_VARIABLES = ("SILO_API_URL", "SILO_API_TOKEN", "SILO_TOKEN")
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Slip:
    """``what`` has no effect, a sentence; ``is_likely`` where it looks like a slip of the pen, rather
    than the setting of a plugin that is not in use."""

    what: str
    is_likely: bool


def slips(settings: Settings, plugins: Collection[str]) -> tuple[Slip, ...]:
    """Keys, variables and names of plugins that nobody knows. ``plugins``: the names of those that are
    installed; they have declared their settings."""
    return (*_keys(settings), *_names(settings, plugins), *_variables(settings))


def _keys(settings: Settings) -> Iterator[Slip]:
    declared = [setting.key for setting in settings.declared()]
    for key in settings.undeclared():
        what = f"{settings.path} sets {key}, but no plugin in use has such a setting"
        yield _slip(what, key, declared)


def _variables(settings: Settings) -> Iterator[Slip]:
    """Only what is nearly one of ours: others may have variables that begin like them."""
    known = [f"SILO_{setting.key.upper()}" for setting in settings.declared()]
    for name in sorted(settings.environ):
        if name.startswith("SILO_") and name not in (*known, *_OTHER_VARIABLES):
            slip = _slip(f"The variable {name} is not used", name, known)
            if slip.is_likely:
                yield slip


def _names(settings: Settings, plugins: Collection[str]) -> Iterator[Slip]:
    for name in settings.names("plugins_disabled"):
        if name not in plugins:
            what = f"plugins_disabled names {name}, but no such plugin is installed"
            yield _slip(what, name, plugins)


def _slip(what: str, name: str, known: Collection[str]) -> Slip:
    close = get_close_matches(name, known, n=1, cutoff=_ALIKE)
    return Slip(f"{what}; is {close[0]} meant?" if close else f"{what}.", bool(close))
