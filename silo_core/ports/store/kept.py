"""Contents of local files that the server has, though they are not what it calls the newest version."""

from __future__ import annotations

from silo_core.ports.store.meta import Meta


class KeptContents:
    """What was kept beside an item's head, or went into it by a merge: the same content is not to be
    sent twice, and a file that holds it can be replaced without losing anything. Any thread."""

    def __init__(self, meta: Meta) -> None:
        self._meta = meta

    def add(self, part_number: str, base: str | None, sha256: str) -> None:
        """The server has the content ``sha256`` (lower-case hex), made from the version ``base``."""
        self._meta.set(_key(part_number), _value(base, sha256))

    def has(self, part_number: str, base: str | None, sha256: str) -> bool:
        """Whether it is what the server took last. Made from another version it is another change."""
        return self._meta.get(_key(part_number)) == _value(base, sha256)


def _key(part_number: str) -> str:
    return f"rescued {part_number}"


def _value(base: str | None, sha256: str) -> str:
    return f"{base} {sha256}"
