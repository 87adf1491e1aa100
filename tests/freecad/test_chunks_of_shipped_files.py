"""Every part that a real FreeCAD ships travels as chunks and comes out bit for bit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from silo_core.chunks import from_compact, rebuilt, split
from tests.chunks.kit import chunks_of, form_of

COPY = Path(__file__).parent / "inside" / "copy_shipped.py"


def test_every_shipped_part_comes_out_as_it_was(freecad_dir: Path, tmp_path: Path) -> None:
    subprocess.run(
        [freecad_dir / "freecadcmd", COPY],
        env={**os.environ, "SILO_SHIPPED_OUT": str(tmp_path)},
        capture_output=True, check=True, timeout=50,
    )  # fmt: skip
    paths = sorted(tmp_path.glob("*.FCStd"))
    assert len(paths) >= 6
    for path in paths:
        data = path.read_bytes()
        with path.open("rb") as source:
            parts = split(source)
        members = [part for part in parts.parts if part.name.startswith("member ")]
        # 3 in what older ones saved
        assert {part.chunk.deflate for part in members} in ({3}, {7}), path.name
        assert b"".join(rebuilt(parts.manifest, chunks_of(data, parts).__getitem__)) == data
        assert from_compact(form_of(data, parts)).manifest == parts.manifest
