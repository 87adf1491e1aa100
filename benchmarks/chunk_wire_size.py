"""How many bytes travel when a part is saved again with one label changed.

    SILO_FREECAD_DIR=/path/to/launchers python benchmarks/chunk_wire_size.py [--pairs FOLDER]

Saves the example files of a real FreeCAD in pairs (``chunk_wire_pairs.py``; once, they are kept in
FOLDER), and prints for each what one checkpoint takes, as a share of the file:

- *push*: one checkpoint, pushed by this project's client to its server: every byte that passed a proxy
  between them, both ways (request line, headers, multipart framing, metadata, feature graph, manifest,
  chunks; then the answer). The server got the base whole. Not counted: TCP, TLS, and the question
  which extensions the server has, which is asked once for many pushes.
- *fetch*: the same version fetched by a client that holds the base, counted the same way.
- *alone*: the push to a server with the protocol's [chunks] and without the one request for all of them.
- *whole*: the push to a server without the extension: the file in one multipart form.
- *rsync*: what ``rsync -z --no-whole-file`` says it sent and received.
- *zstd*: ``zstd -19 --patch-from``, which needs the whole base on both ends. No HTTP, graph or
  metadata in either.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from silo_core.fcstd import to_dag
from silo_core.model.item import Version
from silo_core.ports.client import SiloClient
from silo_core.ports.files import read_file
from silo_server.embedded import EmbeddedServer

HERE = Path(__file__).parent
EXAMPLES = (
    "ArchDetail", "AssemblyExample", "BIMExample", "EngineBlock", "FEMExample", "PartDesignExample",
    "draft_test_objects",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """Bytes for one pair."""

    size: int
    push: int
    fetch: int
    alone: int
    whole: int
    rsync: int
    zstd: int
    seconds: float


class Counter:
    """A proxy that counts what passes, both ways."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._server = (str(address.hostname), int(address.port or 80))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.passed = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                with self._lock:
                    self.passed += len(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()


class Desk:
    """A workstation, and what passes between it and its server."""

    def __init__(self, url: str, token: str) -> None:
        self._counter = Counter(url)
        self.client = SiloClient(self._counter.url, token)
        self._machine = self.client.register_workstation("CAD-07", "fingerprint").id
        self.client.server_info()
        self._session: str | None = None

    def push(self, part: str, file: Path, base: Version | None, base_file: Path | None) -> Version:
        """As the checkpoint plugin pushes what was left."""
        return self.client.push_checkpoint(
            part,
            file,
            "sketch_close",
            self._session,
            to_dag(read_file(file)),
            base=base.id if base else None,
            file_name="bracket.FCStd",
            changes=["Pad: Label Pad → Pad changed"],
            idempotency_key=uuid.uuid4().hex,
            base_file=base_file,
        ).version

    def first(self, part: str, file: Path) -> Version:
        """A new item with this content, pushed whole as an editor without the extension does."""
        self.client.create_item(part)
        info = self.client.server_info()
        self.without("chunks")
        version = self.push(part, file, None, None)
        self.client._info = info
        return version

    def enter(self, part: str) -> None:
        """Take the edit session that the next push ends."""
        self._session = self.client.acquire_edit_session(
            part, self._machine, "sketch", "Sketch", ["Sketch"]
        ).session.id

    def without(self, extension: str) -> None:
        """From now on the server is one without the extension."""
        info = self.client.server_info()
        self.client._info = replace(info, extensions=info.extensions - {extension})

    @contextmanager
    def counting(self) -> Iterator[list[int]]:
        """The bytes that pass within, once it has ended."""
        before, found = self._counter.passed, [0]
        yield found
        found[0] = self._counter.passed - before

    def close(self) -> None:
        """End the connections."""
        self.client.close()
        self._counter.close()


def over_the_wire(base: Path, new: Path) -> tuple[int, int, int, int, float]:
    """Bytes of a push and of a fetch in chunks, of a push with [chunks] alone, and of one of the whole
    file; seconds of the first push."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder, "data")) as server:
        desk = Desk(server.url, server.add_user("alice"))
        first = desk.first("BRACKET-0001", base)
        desk.enter("BRACKET-0001")
        started = time.perf_counter()
        with desk.counting() as pushed:
            second = desk.push("BRACKET-0001", new, first, base)
        seconds = time.perf_counter() - started
        target = Path(folder, "fetched")
        with desk.counting() as fetched:
            desk.client.download_version("BRACKET-0001", second, target, base)
        if target.read_bytes() != new.read_bytes():
            sys.exit(f"{new.name} was not rebuilt bit for bit")
        others = []
        for part, extension in (("BRACKET-0002", "packs"), ("BRACKET-0003", "chunks")):
            desk.without(extension)
            again = desk.first(part, base)
            desk.enter(part)
            with desk.counting() as bytes_of_it:
                desk.push(part, new, again, base)
            others += bytes_of_it
        desk.close()
    return pushed[0], fetched[0], others[0], others[1], seconds


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


def measure(base: Path, new: Path) -> Row:
    """All figures for one pair."""
    push, fetch, alone, whole, seconds = over_the_wire(base, new)
    return Row(
        size=new.stat().st_size,
        push=push,
        fetch=fetch,
        alone=alone,
        whole=whole,
        rsync=rsync_size(new, base),
        zstd=zstd_size(new, base),
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
    print(f"| {kind} | file | push | push, bytes | fetch | alone | whole | rsync | zstd | s |")
    print("| --- |" + " ---: |" * 9)
    rows = []
    for name in EXAMPLES:
        row = measure(folder / f"{name}-first.FCStd", folder / f"{name}-{kind}.FCStd")
        rows.append(row)
        print(
            f"| {name} | {row.size:,} | {row.push / row.size:.2%} | {row.push:,} "
            f"| {row.fetch / row.size:.2%} | {row.alone / row.size:.1%} | {row.whole / row.size:.1%} "
            f"| {row.rsync / row.size:.2%} | {row.zstd / row.size:.2%} | {row.seconds:.2f} |"
        )
    for label, counted in (("first six", rows[:6]), ("all", rows)):
        shares = [row.push / row.size for row in counted]
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
