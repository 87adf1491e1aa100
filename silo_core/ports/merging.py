"""The merge of part files on disk."""

from __future__ import annotations

from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from silo_core.fcstd.merging import Merged, Yields, merge
from silo_core.model.errors import FileError
from silo_core.ports.durable import explaining_write, write_durably
from silo_core.ports.files import opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

_CHUNK = 1 << 20


def merge_files(
    base: Path,
    ours: Path,
    theirs: Path,
    target: Path,
    *,
    yields: Yields = Yields.THEIRS,
    known: Mapping[str, str] | None = None,
) -> Merged:
    """Join two edits of ``base`` into ``target``, which is written only if there is no conflict, and
    whole or not at all. ``yields`` and ``known`` are as of ``silo_core.fcstd.merging.merge``.

    Raises:
        FileError: a file cannot be read or is no sound FreeCAD document, ``target`` is one of the three,
            or cannot be written.
    """
    refuse_inputs(target, (base, ours, theirs))
    with ExitStack() as stack:
        old, mine, other = (stack.enter_context(opened(path)) for path in (base, ours, theirs))
        with explaining_write(target):
            result = stack.enter_context(TemporaryFile())
        names = (base.name, ours.name, theirs.name)
        merged = merge(old, mine, other, result, names=names, yields=yields, known=known)
        if not merged.conflicts:
            result.seek(0)
            write_durably(target, _chunks(result))
    return merged


def refuse_inputs(target: Path, inputs: Iterable[Path]) -> None:
    """See that ``target`` is none of the files that are merged, by whatever name.

    Raises:
        FileError: it is.
    """
    if any(_is_same(path, target) for path in inputs):
        raise FileError(
            f"{target} is one of the files to merge; name another one for the result.",
            concerns=str(target),
        )


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a loop of links, before Python 3.13
        return False


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
