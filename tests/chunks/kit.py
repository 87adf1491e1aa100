"""Files to split, and what a round trip makes of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from silo_core.chunks import Split, compact, plan_uploads, read_part, rebuilt, split

SAMPLES = sorted((Path(__file__).parents[1] / "data").glob("*.FCStd"))


def chunks_of(data: bytes, parts: Split) -> dict[str, bytes]:
    """The plain bytes of a file's chunks by their SHA-256."""
    source = io.BytesIO(data)
    return {part.chunk.sha256: read_part(source, part) for part in parts.parts}


def round_trip(data: bytes, *, inflate: bool = True) -> bytes:
    """``data`` split and rebuilt."""
    parts = split(io.BytesIO(data), inflate=inflate)
    return b"".join(rebuilt(parts.manifest, chunks_of(data, parts).__getitem__))


def reading(data: bytes, parts: Split) -> Callable[[int], bytes]:
    """What answers a chunk's plain bytes by its index."""
    return lambda index: read_part(io.BytesIO(data), parts.parts[index])


def form_of(data: bytes, parts: Split) -> bytes:
    """The compact form of a file's manifest."""
    return compact(parts.manifest, reading(data, parts))


def planned(new: Split, base: Split | None) -> list[tuple[int, str | None]]:
    """Index and dictionary of each upload, where the other end holds the base and nothing else."""
    old = base.parts if base else ()
    held = {part.chunk.sha256 for part in old}
    lacking = {chunk.sha256 for chunk in new.manifest.chunks} - held
    uploads = plan_uploads(
        new.manifest.chunks,
        [part.name for part in new.parts],
        lacking,
        {part.name: part.chunk for part in old},
    )
    return [(upload.index, upload.dictionary) for upload in uploads]


def zipped(members: dict[str, bytes], level: int = 7, comment: bytes = b"") -> bytes:
    """A zip of deflated members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, level)
        archive.comment = comment
    return target.getvalue()


_CONTENTS = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda piece, times: piece * times, st.binary(max_size=20), st.integers(0, 3000)),
)


@st.composite
def zips(draw: st.DrawFn) -> bytes:
    """Any zip that zipfile writes: methods, levels, comments, extra fields, a streamed one with data
    descriptors, bytes in front of it and behind it."""
    target = io.BytesIO()
    target.write(draw(st.binary(max_size=20)))
    stream: io.BytesIO | _Unseekable = _Unseekable(target) if draw(st.booleans()) else target
    names = draw(
        st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), max_size=6)
    )
    with zipfile.ZipFile(stream, "w" if stream is not target else "a") as archive:
        for name in dict.fromkeys(names):
            info = zipfile.ZipInfo(name.replace("\0", "_"))
            info.comment = draw(st.binary(max_size=10))
            info.extra = draw(st.sampled_from([b"", b"\xfe\xca\x02\x00hi"]))
            method = draw(st.sampled_from([0, 8, 8, 8, 12, 14]))
            archive.writestr(info, draw(_CONTENTS), method, draw(st.integers(1, 9)))
        archive.comment = draw(st.binary(max_size=30))
    target.seek(0, io.SEEK_END)
    target.write(draw(st.binary(max_size=20)))
    return target.getvalue()


class _Unseekable(io.RawIOBase):
    """A pipe: zipfile cannot go back to say sizes, and writes data descriptors."""

    def __init__(self, target: io.BytesIO) -> None:
        super().__init__()
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return self._target.write(data)  # type: ignore[arg-type]
