"""What the tests in a real FreeCAD share on the outside: a server and patience."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
SILO = str(Path(sys.executable).with_name("silo"))
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Server:
    """A running ``silo serve``."""

    url: str
    data: Path
    process: subprocess.Popen[str]

    def add_user(self, name: str) -> str:
        """A new editor; answers the token."""
        command = [SILO, "user", "add", name, "--data", str(self.data)]
        return subprocess.check_output(command, text=True).strip()

    def stop(self) -> None:
        """It is gone."""
        self.process.terminate()
        self.process.wait()


@contextmanager
def serving(data: Path, port: int = 0) -> Iterator[Server]:
    """``silo serve``, on a free port unless one is named."""
    command = [SILO, "serve", "--port", str(port), "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            yield Server(re.findall(r"http://[^\s,]+", line)[0], data, process)
        finally:
            process.terminate()


def eventually(holds: Callable[[], bool], what: Callable[[], object] = lambda: "") -> None:
    """Wait until ``holds()``; the failure shows ``what()``."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, what()
        time.sleep(0.05)
