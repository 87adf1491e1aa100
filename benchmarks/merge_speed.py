"""How long a merge takes, against reading one of its files: ``python benchmarks/merge_speed.py FILE``.

The two edits are made in the file's XML: another label for the first object, and for the last. Reading
is what Silo does to know what a file says (``read_contents``: every object, its looks, and the hash of
what nothing names); that of its graph alone (``read_document``), which takes less, is shown beside it.
Times are of the processor, so that other programs do not count.
"""

from __future__ import annotations

import io
import re
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from silo_core.fcstd import read_contents, read_document
from silo_core.fcstd.merging import merge

LABEL = re.compile(r'(<Property name="Label"[^>]*>\s*<String value=")[^"]*')
MOST = 5.0


def labelled(data: bytes, place: int) -> bytes:
    """The file with another label of one object."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "Document.xml":
                text = content.decode()
                found = list(LABEL.finditer(text, text.index("<ObjectData")))[place]
                text = f"{text[: found.start()]}{found[1]}Another{text[found.end() :]}"
                content = text.encode()
            new.writestr(name, content)
    return target.getvalue()


def best(run: Callable[[], object]) -> float:
    """Seconds, the best of five."""
    times = []
    for _ in range(5):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def main() -> int:
    """Print both times; 1 if merging takes too long."""
    base = Path(sys.argv[1]).read_bytes()
    ours, theirs = labelled(base, 0), labelled(base, -1)

    def run() -> None:
        target = io.BytesIO()
        answer = merge(io.BytesIO(base), io.BytesIO(ours), io.BytesIO(theirs), target)
        assert not answer.conflicts, answer.conflicts

    reading = best(lambda: read_contents(io.BytesIO(base)))
    graph = best(lambda: read_document(io.BytesIO(base)))
    merging = best(run)
    print(f"read {reading:.2f} s, merge {merging:.2f} s: {merging / reading:.1f} times")
    print(f"(its graph alone: {graph:.2f} s, {merging / graph:.1f} times)")
    return merging > MOST * reading


if __name__ == "__main__":
    sys.exit(main())
