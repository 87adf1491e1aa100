"""Remembering what is kept beside the head: the same content is not to be kept there twice."""

from __future__ import annotations

from silo_core.ports.store import Store


def keep(store: Store, part_number: str, base: str | None, sha256: str) -> None:
    """The content, made from ``base``, was kept."""
    store.meta.set(_key(part_number), _value(base, sha256))


def is_kept(store: Store, part_number: str, base: str | None, sha256: str) -> bool:
    """Whether it is what was kept last. From another base it is another change."""
    return store.meta.get(_key(part_number)) == _value(base, sha256)


def _key(part_number: str) -> str:
    return f"rescued {part_number}"


def _value(base: str | None, sha256: str) -> str:
    return f"{base} {sha256}"
