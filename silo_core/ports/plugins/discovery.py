"""Finds installed plugins without importing them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distributions

from silo_core.ports.plugins.api import ranges_of
from silo_core.ports.plugins.info import WITHOUT

GROUP = "silo.plugins"
"""The entry-point group a plugin announces itself in."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin that could be loaded. ``load`` imports it, and raises whatever that raises. ``needs``
    are the versions of the core that its distribution was made for, as it declares them."""

    name: str
    distribution: str
    version: str
    load: Callable[[], object]
    needs: tuple[str, ...] = ()

    @property
    def is_imported(self) -> bool:
        """Whether it is imported when it is loaded, rather than at hand."""
        return bool(self.module)

    @property
    def module(self) -> str:
        """Where it is imported from; empty where it is at hand. (Entry points may be those of another
        version of ``importlib.metadata``.)"""
        return str(getattr(getattr(self.load, "__self__", None), "module", ""))

    @property
    def source(self) -> str:
        """Its distribution, spelt so that two spellings of one name are equal."""
        return spelt(self.distribution)

    @property
    def is_own(self) -> bool:
        """Whether it is one of Silo's own plugins, by the distribution that its name is kept for."""
        return self.name in WITHOUT and self.source == f"silo-{self.name}"


def spelt(distribution: str) -> str:
    """The one spelling of all those that mean the same distribution."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def discover() -> list[Candidate]:
    """Every plugin on ``sys.path``, by name and then by distribution; first of a name the one that is
    Silo's own, so that no other takes its place.

    Distributions are read one at a time, since one with a damaged description would otherwise hide
    all others.
    """
    found: dict[str, list[Candidate]] = {}
    for distribution in announcing():
        candidates = list(_candidates(distribution))
        for candidate in candidates[:1]:
            # What comes first on the path is what gets imported.
            found.setdefault(candidate.source, candidates)
    flat = [candidate for candidates in found.values() for candidate in candidates]
    return sorted(flat, key=lambda one: (one.name, not one.is_own, one.source))


def announcing() -> Iterator[Distribution]:
    """The distributions on ``sys.path`` that announce plugins, or cannot be read, as they come."""
    return filter(_may_have_plugins, distributions())


def from_reference(reference: str, name: str, distribution: str, version: str) -> Candidate:
    """A plugin by where it is (``package.module`` or ``package.module:attribute``)."""
    return Candidate(name, distribution, version, EntryPoint(name, reference, GROUP).load)


def _may_have_plugins(distribution: Distribution) -> bool:
    """Spares most distributions the parsing; what cannot be read is worth a look, and a report."""
    try:
        return GROUP in (distribution.read_text("entry_points.txt") or "")
    except (OSError, ValueError):  # ValueError: no UTF-8
        return True


def _candidates(distribution: Distribution) -> Iterator[Candidate]:
    name, version = _identity(distribution)
    try:
        entry_points = [point for point in distribution.entry_points if point.group == GROUP]
    except Exception as error:  # noqa: BLE001 - each kind of damage raises something else
        damage = ImportError(f"its entry points cannot be read ({error})")
        yield Candidate(name, name, version, lambda: _raise(damage))
        return
    needs = _needs(distribution) if entry_points else ()
    for point in entry_points:
        yield Candidate(point.name, name, version, point.load, needs)


def _needs(distribution: Distribution) -> tuple[str, ...]:
    with contextlib.suppress(Exception):  # each kind of damage raises something else
        return ranges_of(distribution.requires or ())
    return ()


def _identity(distribution: Distribution) -> tuple[str, str]:
    """Name and version, or what is left to name it by where its metadata cannot be read."""
    with contextlib.suppress(Exception):  # each kind of damage raises something else
        if distribution.name:
            return distribution.name, distribution.version or ""
    return f"something unreadable in {distribution.locate_file('')}", ""


def _raise(error: Exception) -> object:
    raise error
