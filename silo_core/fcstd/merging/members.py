"""Writing members of one archive into another."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silo_core.fcstd.archive import Archive

_NEEDS_ZIP64 = 1 << 31


def deflated(name: str) -> zipfile.ZipInfo:
    """A member to be. It has no date of its own, so that the same merge gives the same bytes."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def copy(source: Archive, original: str, target: zipfile.ZipFile, name: str) -> None:
    """Write a member of another archive, unpacked and packed again.

    Raises:
        FileError: it is damaged.
    """
    with target.open(deflated(name), "w", force_zip64=_is_big(source, original)) as member:
        for chunk in source.chunks(original):
            member.write(chunk)


def copy_packed(source: Archive, name: str, target: zipfile.ZipFile) -> None:
    """As ``copy``, as it is packed: packing all members anew takes longer than a merge. Written the way
    ``ZipFile.mkdir`` writes what needs no packing.

    Raises:
        FileError: it is damaged.
    """
    for _ in source.chunks(name):
        pass  # it is as long as it says, and its checksum is right
    stream = target.fp
    if stream is None:
        raise ValueError("the target is closed")
    known, info = source.info(name), deflated(name)
    info.compress_type, info.CRC = known.compress_type, known.CRC
    info.compress_size, info.file_size = known.compress_size, known.file_size
    stream.seek(target.start_dir)
    info.header_offset = stream.tell()
    stream.write(info.FileHeader(_is_big(source, name)))
    for chunk in source.packed(name):
        stream.write(chunk)
    target.filelist.append(info)
    target.NameToInfo[name] = info
    target.start_dir = stream.tell()


def _is_big(source: Archive, name: str) -> bool:
    return source.fingerprint(name)[0] >= _NEEDS_ZIP64
