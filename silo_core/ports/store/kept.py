"""Contents of local files that the server has, though they are not what it calls the newest version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from silo_core.ports.store.meta import Meta
from silo_core.ports.store.paths import path_text


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

    def add_joined(
        self,
        part_number: str,
        base: str | None,
        path: Path,
        sha256: str,
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        """The content ``sha256`` of ``path``, made from the version ``base``, went into the head by a
        merge; ``path`` does not hold what came from others. What is changed there from now on is
        changed from that content. ``renamed``: objects that have other names in the head."""
        self.add(part_number, base, sha256)
        self._meta.set(f"renamed {part_number}", json.dumps(dict(renamed or {})))
        self._meta.set(f"joined {part_number}", f"{_value(base, sha256)} {path_text(path)}")

    def joined(self, part_number: str, base: str | None, path: Path) -> str | None:
        """The content that went into the head last of what was made from ``base`` at ``path``."""
        known_base, _, rest = (self._meta.get(f"joined {part_number}") or "").partition(" ")
        sha256, _, known_path = rest.partition(" ")
        return sha256 if (known_base, known_path) == (str(base), path_text(path)) else None

    def renamed(self, part_number: str, base: str | None, path: Path) -> dict[str, str]:
        """The names in the head, where they are others, of objects of what ``joined`` answers."""
        if self.joined(part_number, base, path) is None:
            return {}
        found: dict[str, str] = json.loads(self._meta.get(f"renamed {part_number}") or "{}")
        return found

    def add_sent(self, job_id: str, sha256: str, renamed: Mapping[str, str]) -> None:
        """A push is about to be sent as the content ``sha256``, joined with the head: should the answer
        be lost, this tells whether it arrived, and what its objects are called there."""
        self._meta.set(f"sent {job_id}", json.dumps([sha256, dict(renamed)]))

    def sent(self, job_id: str) -> tuple[str, dict[str, str]] | None:
        """What a push was sent as last; None where it never was joined with a head."""
        text = self._meta.get(f"sent {job_id}")
        if text is None:
            return None
        sha256, renamed = json.loads(text)
        return str(sha256), renamed

    def forget_sent(self, job_id: str) -> None:
        """The push is done."""
        self._meta.remove(f"sent {job_id}")


def _key(part_number: str) -> str:
    return f"rescued {part_number}"


def _value(base: str | None, sha256: str) -> str:
    return f"{base} {sha256}"
