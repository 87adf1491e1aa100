"""Copies of what files were made from."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from silo_core.model.errors import FileError
from silo_core.ports.bases import Bases


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def bases(tmp_path: Path) -> Bases:
    return Bases(tmp_path / "data" / "bases")


def test_a_copy_outlives_its_file(bases: Bases, tmp_path: Path) -> None:
    part = tmp_path / "part.FCStd"
    part.write_bytes(b"first")
    assert bases.find(sha(b"first")) is None
    assert bases.copy(part, sha(b"first"))
    part.write_bytes(b"second")
    found = bases.find(sha(b"first"))
    assert found
    assert found.read_bytes() == b"first"
    assert bases.copy(part, sha(b"first")), "it is kept already"


def test_what_has_changed_meanwhile_is_not_kept(bases: Bases, tmp_path: Path) -> None:
    part = tmp_path / "part.FCStd"
    part.write_bytes(b"second")
    assert not bases.copy(part, sha(b"first"))
    assert bases.find(sha(b"second")) is None
    assert list((tmp_path / "data" / "bases").iterdir()) == []


def test_a_file_can_be_moved_in(bases: Bases, tmp_path: Path) -> None:
    part = tmp_path / "part.FCStd"
    part.write_bytes(b"first")
    bases.take(part, sha(b"first"))
    assert not part.exists()
    assert bases.find(sha(b"first"))


def test_only_what_is_wanted_or_new_is_kept(bases: Bases, tmp_path: Path) -> None:
    part = tmp_path / "part.FCStd"
    for content in (b"wanted", b"old", b"new"):
        part.write_bytes(content)
        bases.copy(part, sha(content))
    for content in (b"wanted", b"old"):
        path = bases.find(sha(content))
        assert path
        os.utime(path, (time.time() - 7200,) * 2)
    bases.keep_only([sha(b"wanted")])
    kept = [content for content in (b"wanted", b"old", b"new") if bases.find(sha(content))]
    assert kept == [b"wanted", b"new"]


def test_a_folder_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    part = tmp_path / "part.FCStd"
    part.write_bytes(b"first")
    with pytest.raises(FileError, match="cannot be written"):
        Bases(tmp_path / "data" / "bases").copy(part, sha(b"first"))


@pytest.mark.parametrize("sha256", ["", ".", "../secret", "A" * 64, "a" * 63])
def test_what_is_no_hash_finds_nothing(bases: Bases, tmp_path: Path, sha256: str) -> None:
    part = tmp_path / "data" / "secret"
    part.parent.mkdir()
    part.write_bytes(b"secret")
    bases.copy(part, sha(b"secret"))
    assert bases.find(sha256) is None
