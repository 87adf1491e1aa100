"""One text that stands for what a file says: equal texts, no change worth a version."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO

from silo_core.fcstd.contents import Contents, read_contents
from silo_core.fcstd.limits import DEFAULT_LIMITS, Limits
from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from silo_core.fcstd.contents import Value

_CHUNK = 1 << 20


def content_digest(source: BinaryIO, *, limits: Limits = DEFAULT_LIMITS) -> str:
    """What a file says, as ``DESIGN`` or ``DESIGN.LOOKS``, each a SHA-256 in lower-case hex.

    The second half is missing where no window has saved the file yet. A file that is no FCStd, or
    a broken one, is its bytes: ``SHA-256``. Compare two with ``same_content``. What counts is told
    in ``silo_core.fcstd.contents``. ``source`` is a seekable binary file object, left anywhere.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        contents = read_contents(source, limits=limits)
    except FileError:
        source.seek(0)
        digest = hashlib.sha256()
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
        return digest.hexdigest()
    return digest_of(contents)


def digest_of(contents: Contents) -> str:
    """The digest of contents that have been read already; see ``content_digest``."""
    digest = hashlib.sha256()
    _add(digest, "document", sorted(contents.properties.items()))
    for name, entry in sorted(contents.objects.items()):
        _add(digest, "object", (name, entry.type, entry.label))
        _add(digest, "inputs", sorted(entry.properties.items()))
    _add(digest, "members", sorted(contents.members.items()))
    if contents.looks is None:
        return digest.hexdigest()
    return f"{digest.hexdigest()}.{_looks_digest(contents.looks)}"


def same_content(one: str, other: str) -> bool:
    """Do two digests stand for the same content? A file without looks gets the user's defaults when
    a window first saves it: that is no change, so the looks count only where both have some."""
    design, _, looks = one.partition(".")
    other_design, _, other_looks = other.partition(".")
    return design == other_design and (not looks or not other_looks or looks == other_looks)


def _looks_digest(looks: Mapping[str, Mapping[str, Value]]) -> str:
    digest = hashlib.sha256()
    for name, properties in sorted(looks.items()):
        _add(digest, name, sorted(properties.items()))
    return digest.hexdigest()


def _add(digest: hashlib._Hash, what: str, value: object) -> None:
    digest.update(repr((what, value)).encode("utf-8", "surrogatepass"))
