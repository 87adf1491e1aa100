"""The zip around a document, read with distrust: it may come from anybody."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, BinaryIO

from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator, KeysView

    from silo_core.fcstd.limits import Limits

DOCUMENT = "Document.xml"
_CHUNK = 256 << 10
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_LOCAL_HEADER = "<4s5H3I2H"
"""Of a member: its last two numbers are the lengths of what follows before the content."""
# What zipfile raises over damaged bytes: it lets through what its own struct, seek, codec and
# inflate calls raise.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


class Archive:
    """An FCStd (or ``.kc``) whose directory has passed the limits."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits, title: str) -> None:
        self._archive = archive
        self._limits = limits
        self._title = title
        self._members = {info.filename: info for info in archive.infolist()}

    def fingerprint(self, member: str) -> tuple[int, int]:
        """Size in bytes and CRC-32 of a member's content, without inflating it; zeros where there
        is no such member."""
        info = self._members.get(member)
        return (0, 0) if info is None else (info.file_size, info.CRC)

    def info(self, member: str) -> zipfile.ZipInfo:
        """What the directory says of a member that is there."""
        return self._members[member]

    def packed(self, member: str) -> Iterator[bytes]:
        """The bytes of a member as they are stored, piece by piece; none where there is no such member.

        Raises:
            FileError: the archive is damaged.
        """
        info = self._members.get(member)
        source = self._archive.fp
        if info is None or source is None:
            return
        with _damage_reported(self._title):
            source.seek(info.header_offset)
            fixed = struct.unpack(_LOCAL_HEADER, source.read(struct.calcsize(_LOCAL_HEADER)))
            at = source.tell() + fixed[-2] + fixed[-1]
            left = info.compress_size
            while left:
                source.seek(at)
                chunk = source.read(min(left, _CHUNK))
                if not chunk:
                    raise EOFError
                at += len(chunk)
                left -= len(chunk)
                yield chunk

    def has_same(self, member: str, other: Archive) -> bool:
        """Is the content of a member the same in both, or missing in both?

        Raises:
            FileError: one of the two is damaged.
        """
        mine, others = self._members.get(member), other._members.get(member)
        if mine is None or others is None:
            return mine is others
        if (mine.CRC, mine.file_size) != (others.CRC, others.file_size):
            return False
        packed = [(info.compress_type, info.compress_size) for info in (mine, others)]
        if packed[0] == packed[1] and _are_equal(self.packed(member), other.packed(member)):
            return True
        return _are_equal(self.chunks(member), other.chunks(member))

    @property
    def names(self) -> KeysView[str]:
        """The names of all members, in the file's order."""
        return self._members.keys()

    def chunks(self, member: str) -> Iterator[bytes]:
        """The inflated bytes of a member, piece by piece; none where there is no such member.

        Raises:
            FileError: it is damaged, or inflates to more than it says.
        """
        info = self._members.get(member)
        if info is None:
            return
        left = info.file_size
        with _damage_reported(self._title), self._archive.open(info) as source:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _too_large(self._title, f"its {member} is larger than it says")
                yield chunk

    def document_chunks(self) -> Iterator[bytes]:
        """The bytes of Document.xml, piece by piece.

        Raises:
            FileError: it is missing, damaged or larger than the limit.
        """
        info = self._members.get(DOCUMENT)
        if info is None:
            raise FileError(
                f"{self._title} has no {DOCUMENT} and so is no FreeCAD document; "
                "choose a file saved by FreeCAD.",
                concerns=self._title,
            )
        if info.compress_type not in _METHODS:
            raise FileError(
                f"{self._title} is packed in a way FreeCAD does not use; save it again in FreeCAD.",
                concerns=self._title,
            )
        left = self._limits.document_size
        if info.file_size > left:
            raise _too_large(self._title, f"its {DOCUMENT} is larger than {left} bytes")
        with _damage_reported(self._title), self._archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _too_large(self._title, f"its {DOCUMENT} is larger than it says")
                yield chunk


def _are_equal(one: Iterator[bytes], other: Iterator[bytes]) -> bool:
    return all(here == there for here, there in zip_longest(one, other))


@contextmanager
def open_archive(source: BinaryIO, limits: Limits, title: str) -> Iterator[Archive]:
    """Open ``source`` (seekable, positioned anywhere) and check its directory.

    Raises:
        FileError: not a zip archive, damaged, over a limit, encrypted, or with member names that
            occur twice or lead out of a folder.
    """
    with _damage_reported(title):
        size = source.seek(0, io.SEEK_END)
        source.seek(0)
    if size > limits.file_size:
        raise _too_large(title, f"it has more than {limits.file_size} bytes")
    bounded = _BoundedDirectory(source, limits.directory_size, title)
    with _damage_reported(title):
        archive = zipfile.ZipFile(bounded)
    bounded.unbind()
    with archive:
        _check_members(archive.infolist(), limits, title)
        yield Archive(archive, limits, title)


class _BoundedDirectory(io.RawIOBase):
    """Lets ``zipfile`` read no more than ``limit`` bytes of directory: it reads it in one go
    and makes an object of every entry before anybody can count them."""

    def __init__(self, source: BinaryIO, limit: int, title: str) -> None:
        super().__init__()
        self._source = source
        self._limit: int | None = limit
        self._title = title

    def unbind(self) -> None:
        """The directory has been read; the rest is bounded member by member."""
        self._limit = None

    def read(self, size: int = -1) -> bytes:
        if self._limit is not None:
            if size < 0 or size > self._limit:
                # The search for the end record reads to the end from a position near it.
                size = self._limit + 1
            data = self._source.read(size)
            if len(data) > self._limit:
                raise _too_large(self._title, "its table of contents is too long")
            return data
        return self._source.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        return self._source.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


@contextmanager
def _damage_reported(title: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise FileError(
            f"{title} is not a complete FCStd file: it was cut short, is damaged or is of another "
            "kind; get it again from where it came from.",
            concerns=title,
        ) from error


def _check_members(members: list[zipfile.ZipInfo], limits: Limits, title: str) -> None:
    if len(members) > limits.members:
        raise _too_large(title, f"it has more than {limits.members} members")
    names: set[str] = set()
    total = 0
    for info in members:
        # zipfile itself cuts a name at its first NUL: the original tells.
        if _leads_astray(info.filename) or "\0" in info.orig_filename:
            raise FileError(
                f"{title} has a member whose name leads out of its folder and is not opened.",
                concerns=title,
            )
        if info.filename in names:
            raise FileError(
                f"{title} has two members named {info.filename!r} and is not opened; "
                "save it again in FreeCAD.",
                concerns=title,
            )
        if info.flag_bits & _ENCRYPTED:
            raise FileError(
                f"{title} is encrypted; save it again in FreeCAD without a password.",
                concerns=title,
            )
        names.add(info.filename)
        total += info.file_size
        _check_size(info, limits, title)
    if total > limits.total_size:
        raise _too_large(title, f"it would inflate to more than {limits.total_size} bytes")


def _check_size(info: zipfile.ZipInfo, limits: Limits, title: str) -> None:
    if info.file_size > limits.member_size:
        raise _too_large(title, f"a member would inflate to more than {limits.member_size} bytes")
    if (
        info.file_size > limits.ratio_from
        and info.file_size > max(info.compress_size, 1) * limits.ratio
    ):
        raise _too_large(title, f"a member would inflate more than {limits.ratio} times")


def _leads_astray(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return not parts[0] or ":" in parts[0] or ".." in parts


def _too_large(title: str, why: str) -> FileError:
    return FileError(
        f"{title} is not opened because {why}, which no real part needs.", concerns=title
    )
