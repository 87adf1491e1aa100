"""How the commands show a version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from silo_core.model.item import Version, VersionKind
from silo_core.model.language import translate
from silo_core.surfaces.cli.terminal import local

SHORT = 12
"""Characters of an id that are shown, if that many tell it from the others."""

_SHOWN = 5


def short(version_id: str) -> str:
    """What is enough of an id to be typed, unless another one begins the same."""
    return version_id[:SHORT]


def kind(version: Version, *, is_head: bool = False) -> str:
    """What a version is, and how it stands to the head, in words."""
    what = {
        VersionKind.CHECKPOINT: translate("SiloHistory", "checkpoint"),
        VersionKind.REVISION: translate("SiloHistory", "revision {number}"),
        VersionKind.RESCUE: translate("SiloHistory", "rescue"),
    }[version.kind].format(number=version.revision_number or "?")
    if is_head:
        return translate("SiloHistory", "{what} (head)").format(what=what)
    if version.kind is VersionKind.RESCUE:
        return translate("SiloHistory", "{what} (beside the head)").format(what=what)
    return what


def title(version: Version) -> str:
    """``revision 3 (v-12ab34cd56)``, and for what is no revision its id alone."""
    if version.kind is VersionKind.REVISION:
        return f"{kind(version)} ({short(version.id)})"
    return short(version.id)


def described(version: Version) -> str:
    """Which version, of when and by whom, for a sentence."""
    said = translate("SiloHistory", "{version} by {user}")
    if version.created_at and version.user:
        said = translate("SiloHistory", "{version} of {time} by {user}")
    elif version.created_at:
        said = translate("SiloHistory", "{version} of {time}")
    elif not version.user:
        return title(version)
    time = local(version.created_at) if version.created_at else ""
    return said.format(version=title(version), time=time, user=version.user)


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
