"""How many bytes travel when a part is saved again with one label changed.

    SILO_FREECAD_DIR=/path/to/launchers python benchmarks/chunk_wire_size.py [--pairs FOLDER]

Saves the example files of a real FreeCAD in pairs (``chunk_wire_pairs.py``; once, they are kept in
FOLDER), and prints for each what one checkpoint takes, as a share of the file:

- *chunks*: one request and its answer, every byte of HTTP/1.1 counted as h11 writes it: request line,
  headers as the client of this project sends them, multipart framing, metadata, the feature graph as a
  difference from the base's, the pack (manifest and chunks); then the answer's headers and body.
  Not counted: TCP, TLS. The receiving end is played here: the file is rebuilt and compared.
- *whole*: the file in one multipart form with the same overhead, and the graph as JSON.
- *rsync*: what ``rsync -z --no-whole-file`` says it sent and received.
- *zstd*: ``zstd -19 --patch-from``, which needs the whole base on both ends. No HTTP in either.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import h11
import httpx

from silo_core.chunks import (
    Split,
    compact,
    encode,
    from_compact,
    packed,
    plan_uploads,
    read_part,
    rebuilt,
    split,
    unpacked,
)
from silo_core.fcstd import read_document, to_dag
from silo_core.ports.wire import to_wire

HERE = Path(__file__).parent
EXAMPLES = (
    "ArchDetail", "AssemblyExample", "BIMExample", "EngineBlock", "FEMExample", "PartDesignExample",
    "draft_test_objects",
)  # fmt: skip
SERVER = "https://silo.example.com"


@dataclass(frozen=True)
class Row:
    """Bytes for one pair."""

    size: int
    pack: int
    graph: int
    http: int
    whole: int
    rsync: int
    zstd: int
    seconds: float

    @property
    def chunks(self) -> int:
        """All that one push takes."""
        return self.pack + self.graph + self.http


class Saved:
    """One saved file, split."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source: BinaryIO = path.open("rb")
        self.split: Split = split(self.source)
        self.form = compact(self.split.manifest, self.read)
        self.by_name = {part.name: part.chunk for part in self.split.parts}
        self._by_hash = {part.chunk.sha256: part for part in self.split.parts}

    def read(self, index: int) -> bytes:
        """The plain bytes of the chunk at an index."""
        return read_part(self.source, self.split.parts[index])

    def held(self, sha256: str) -> bytes | None:
        """The plain bytes of a chunk by its name."""
        part = self._by_hash.get(sha256)
        return read_part(self.source, part) if part else None

    def graph(self) -> bytes:
        """The feature graph as the JSON of the protocol."""
        dag = to_dag(read_document(self.source, name=self.path.name))
        return json.dumps(to_wire(dag), separators=(",", ":")).encode()


def pack(new: Saved, base: Saved) -> bytes:
    """What is sent of ``new`` to a server that holds ``base``; the other end is played, too."""
    chunks = new.split.manifest.chunks
    lacking = {c.sha256 for c in chunks if base.held(c.sha256) is None}
    lacking -= from_compact(new.form).inlined.keys()
    uploads = plan_uploads(chunks, [p.name for p in new.split.parts], lacking, base.by_name)
    body = b"".join(packed(new.form, base.form, uploads, new.read, lambda s: base.held(s) or b""))
    came = unpacked(io.BytesIO(body), base.form, base.held)
    brought = {**came.form.inlined, **dict(came.chunks)}
    again = rebuilt(came.form.manifest, lambda s: brought.get(s) or base.held(s) or b"")
    if b"".join(again) != new.path.read_bytes():
        sys.exit(f"{new.path.name} was not rebuilt bit for bit")
    return body


def over_http(parts: dict[str, bytes], sha256: str, size: int) -> int:
    """The bytes of one checkpoint request with these parts, and of its answer."""
    metadata = {
        "workstation_id": "0" * 32, "context": "sketch_close", "session_id": "1" * 32,
        "session_ids": ["1" * 32], "base": "2" * 32, "base_revision": 3, "file_name": "bracket.FCStd",
        "sha256": sha256, "size": size, "changes": ["Pad.Label Pad -> Pad changed"], "rescue": False,
    }  # fmt: skip
    request = httpx.Client(headers={"Authorization": f"Bearer silo_{'x' * 43}"}).build_request(
        "POST",
        f"{SERVER}/api/items/BRACKET-0001/checkpoints",
        headers={"Idempotency-Key": "01234567-89ab-cdef-0123-456789abcdef"},
        data={"metadata": json.dumps(metadata, separators=(",", ":"))},
        files={name: (name, body, "application/octet-stream") for name, body in parts.items()},
    )
    now = datetime.now(UTC).isoformat()
    version = {
        "id": "3" * 32, "kind": "checkpoint", "revision_number": None, "user": "alice",
        "workstation_id": "0" * 32, "comment": "", "created_at": now, "parent": "2" * 32,
        **{name: metadata[name] for name in ("sha256", "size", "context", "changes")},
    }  # fmt: skip
    answer = json.dumps(
        {"checkpoint": version, "version": version, "subscribers_notified": 2},
        separators=(",", ":"),
    ).encode()
    return len(_sent(request)) + len(_answered(answer))


def _sent(request: httpx.Request) -> bytes:
    wire = h11.Connection(h11.CLIENT)
    head = h11.Request(
        method=request.method, target=request.url.raw_path, headers=request.headers.raw
    )
    return _all(wire, head, request.read())


def _answered(body: bytes) -> bytes:
    wire = h11.Connection(h11.SERVER)
    wire.receive_data(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    wire.next_event()
    headers = {
        "date": "Tue, 24 Nov 2026 12:00:00 GMT", "server": "uvicorn",
        "content-length": str(len(body)), "content-type": "application/json",
    }  # fmt: skip
    return _all(wire, h11.Response(status_code=201, headers=[*headers.items()]), body)


def _all(wire: h11.Connection, head: h11.Request | h11.Response, body: bytes) -> bytes:
    return b"".join(wire.send(e) or b"" for e in (head, h11.Data(data=body), h11.EndOfMessage()))


def rsync_size(new: Path, base: Path) -> int:
    """What rsync says it sent and received."""
    with tempfile.TemporaryDirectory() as folder:
        target = shutil.copy(base, Path(folder) / new.name)
        said = subprocess.run(
            ["rsync", "-z", "--no-whole-file", "--ignore-times", "--stats", new, target],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    return sum(
        int(count.replace(",", ""))
        for count in re.findall(r"Total bytes (?:sent|received): ([\d,]+)", said)
    )


def zstd_size(new: Path, base: Path) -> int:
    """The size of zstd's own patch."""
    command: list[str | Path] = ["zstd", "-19", "-q", "-c", f"--patch-from={base}", new]
    return len(subprocess.run(command, capture_output=True, check=True).stdout)


def measure(base_path: Path, new_path: Path) -> Row:
    """All figures for one pair."""
    started = time.perf_counter()
    base, new = Saved(base_path), Saved(new_path)
    with base.source, new.source:
        body = pack(new, base)
        seconds = time.perf_counter() - started
        manifest, graph = new.split.manifest, new.graph()
        sent_graph = encode(graph, base.graph()).body
    sha256, size = manifest.sha256, manifest.size
    pushed = over_http({"graph": sent_graph, "pack": body}, sha256, size)
    return Row(
        size=size,
        pack=len(body),
        graph=len(sent_graph),
        http=pushed - len(body) - len(sent_graph),
        whole=over_http({"graph": graph, "file": new_path.read_bytes()}, sha256, size),
        rsync=rsync_size(new_path, base_path),
        zstd=zstd_size(new_path, base_path),
        seconds=seconds,
    )


def make_pairs(folder: Path) -> None:
    """Let FreeCAD save the pairs, unless it has."""
    if (folder / "done").exists():
        return
    launchers = os.environ.get("SILO_FREECAD_DIR")
    if not launchers:
        sys.exit("Set SILO_FREECAD_DIR to the folder of the program freecad.")
    folder.mkdir(parents=True, exist_ok=True)
    macro = shutil.copy(HERE / "chunk_wire_pairs.py", folder / "pairs.FCMacro")
    with tempfile.TemporaryDirectory() as home:
        outside = {name: value for name, value in os.environ.items() if name[:3] != "QT_"}
        done = subprocess.run(
            ["timeout", "500", Path(launchers) / "freecad", macro],
            env={**outside, "SILO_PAIRS_OUT": str(folder), "FREECAD_USER_HOME": home},
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
    if not (folder / "done").exists():
        sys.exit(f"FreeCAD saved no pairs:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def report(folder: Path, kind: str) -> list[Row]:
    """Measure and print the pairs of one kind."""
    print(f"| {kind} | file | chunks | pack + graph + HTTP | whole | rsync | zstd | s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    rows = []
    for name in EXAMPLES:
        row = measure(folder / f"{name}-first.FCStd", folder / f"{name}-{kind}.FCStd")
        rows.append(row)
        print(
            f"| {name} | {row.size:,} | {row.chunks / row.size:.2%} "
            f"| {row.pack:,} + {row.graph:,} + {row.http:,} | {row.whole / row.size:.1%} "
            f"| {row.rsync / row.size:.2%} | {row.zstd / row.size:.2%} | {row.seconds:.2f} |"
        )
    for label, counted in (("first six", rows[:6]), ("all", rows)):
        shares = [row.chunks / row.size for row in counted]
        print(f"{label}: median {statistics.median(shares):.2%}, most {max(shares):.2%}")
    print()
    return rows


def main() -> None:
    """Measure both kinds of pairs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pairs", type=Path, default=Path(tempfile.gettempdir(), "silo-pairs"))
    folder: Path = parser.parse_args().pairs
    missing = [program for program in ("rsync", "zstd") if not shutil.which(program)]
    if missing:
        sys.exit(f"Install {' and '.join(missing)} (Debian: apt-get install rsync zstd).")
    make_pairs(folder)
    for kind in ("again", "reopened"):
        report(folder, kind)


if __name__ == "__main__":
    main()
