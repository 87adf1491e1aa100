"""How far the graph read from a file agrees with FreeCAD's own, over every file a FreeCAD ships.

    SILO_FREECAD_DIR=/path/to/launchers python benchmarks/fcstd_graph_agreement.py [--json]

``SILO_FREECAD_DIR`` names the folder of a program ``freecadcmd``, which must see the temporary folder
and this checkout under the same paths. Measured for each object:

- *original*: its uses in the file as shipped, against its ``OutList`` after FreeCAD has opened it;
- *saved*: the same in the file as this FreeCAD saves it, so without what it migrates on opening;
- *stable*: the hash of its inputs in that file, against the one in a save of a save.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from silo_core.fcstd import PartDocument
from silo_core.ports.files import read_file

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "tests" / "data"


def dump(out: Path) -> dict[str, dict[str, list[str]]]:
    """Let FreeCAD write the files and its own graphs to ``out``."""
    launchers = os.environ.get("SILO_FREECAD_DIR")
    if not launchers:
        sys.exit("Set SILO_FREECAD_DIR to the folder of the program freecadcmd.")
    result = subprocess.run(
        [Path(launchers) / "freecadcmd", HERE / "fcstd_graph_dump.py"],
        env={**os.environ, "SILO_GRAPH_OUT": str(out), "SILO_GRAPH_ALSO": str(SAMPLES)},
        capture_output=True, text=True, errors="replace", timeout=600, check=False,
    )  # fmt: skip
    graphs = out / "graphs.json"
    if not graphs.exists():
        sys.exit(f"FreeCAD wrote no graphs:\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}")
    content: dict[str, dict[str, list[str]]] = json.loads(graphs.read_text())
    return content


def disagreements(
    document: PartDocument, graph: dict[str, list[str]], file: str
) -> Iterator[dict[str, Any]]:
    """The objects that one side has and the other has not, or has with other uses."""
    ours = {entry.name: list(entry.uses) for entry in document.objects}
    for name in sorted(ours.keys() | graph.keys()):
        if ours.get(name) != graph.get(name):
            yield {"file": file, "object": name, "read": ours.get(name), "freecad": graph.get(name)}


def measure(out: Path) -> dict[str, Any]:
    """All of it, as one JSON-able report."""
    report: dict[str, Any] = {}
    for generation in ("original", "saved"):
        report[generation] = {"files": 0, "objects": 0, "disagree": []}
    report["stable"] = {"objects": 0, "differ": []}
    for key, graph in dump(out).items():
        generation, _, name = key.partition("/")
        if generation == "saved-again":
            continue
        document = read_file(out / key)
        found = list(disagreements(document, graph, name))
        part = report[generation]
        part["files"] += 1
        part["objects"] += len(graph.keys() | {entry.name for entry in document.objects})
        part["disagree"] += found
        if generation == "saved":
            again = {e.name: e for e in read_file(out / "saved-again" / name).objects}
            report["stable"]["objects"] += len(document.objects)
            report["stable"]["differ"] += [
                {"file": name, "object": entry.name}
                for entry in document.objects
                if again[entry.name].properties_hash != entry.properties_hash
            ]
    return report


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = measure(Path(folder))
    if args.json:
        print(json.dumps(report))
        return
    for generation in ("original", "saved"):
        part = report[generation]
        for entry in part["disagree"]:
            print(f"{generation} {entry['file']} {entry['object']}: "
                  f"read {entry['read']}, FreeCAD {entry['freecad']}")  # fmt: skip
        agree = part["objects"] - len(part["disagree"])
        print(f"{generation}: {agree} of {part['objects']} objects of {part['files']} files agree "
              f"({agree / part['objects']:.2%})")  # fmt: skip
    stable = report["stable"]
    for entry in stable["differ"]:
        print(f"hash differs: {entry['file']} {entry['object']}")
    print(f"stable: {stable['objects'] - len(stable['differ'])} of {stable['objects']} hashes")


if __name__ == "__main__":
    main()
