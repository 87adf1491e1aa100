"""How the commands show a version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from silo_core.model.item import Version, VersionKind
from silo_core.surfaces.cli.terminal import local

SHORT = 12
"""Characters of an id that are shown, if that many tell it from the others."""

_SHOWN = 5


def short(version_id: str) -> str:
    """What is enough of an id to be typed, unless another one begins the same."""
    return version_id[:SHORT]


def kind(version: Version, *, is_head: bool = False) -> str:
    """What a version is, and how it stands to the head, in words."""
    what = version.kind.value
    if version.kind is VersionKind.REVISION:
        what = f"revision {version.revision_number or '?'}"
    if is_head:
        return f"{what} (head)"
    return f"{what} (beside the head)" if version.kind is VersionKind.RESCUE else what


def title(version: Version) -> str:
    """``revision 3 (v-12ab34cd56)``, and for what is no revision its id alone."""
    if version.kind is VersionKind.REVISION:
        return f"{kind(version)} ({short(version.id)})"
    return short(version.id)


def described(version: Version) -> str:
    """Which version, of when and by whom, for a sentence."""
    when = f" of {local(version.created_at)}" if version.created_at else ""
    return f"{title(version)}{when}{_by(version)}"


def recorded(version: Version) -> str:
    """The same for a text that is kept for good and read anywhere: the whole id, the time in UTC."""
    when = ""
    if version.created_at:
        when = f" of {version.created_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    number = f"revision {version.revision_number}, " if version.revision_number else ""
    return f"{number}{version.id}{when}{_by(version)}"


def candidates(found: Sequence[Version]) -> str:
    """The versions that a name may mean."""
    named = [f"{version.id}{_by(version)}" for version in found[:_SHOWN]]
    more = len(found) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _by(version: Version) -> str:
    return f" by {version.user}" if version.user else ""
