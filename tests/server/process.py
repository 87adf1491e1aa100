"""A server in a process of its own, as an administrator starts it, and the commands beside it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from silo_core.surfaces.cli import main

SILO = [sys.executable, "-m", "silo_core.surfaces.cli"]


def silo(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command of ``silo`` to its end; within this process, as starting one takes far longer."""
    output, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        status = main(arguments)
    return subprocess.CompletedProcess(arguments, status, output.getvalue(), errors.getvalue())


class ServerProcess:
    """``silo serve`` on a free port."""

    def __init__(self, data: Path, *arguments: str) -> None:
        port = () if "--port" in arguments else ("--port", "0")
        self.process = subprocess.Popen(
            [*SILO, "serve", "--data", str(data), *port, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.greeting = self.process.stdout.readline()
        self.url = next((word for word in self.greeting.split() if word.startswith("http")), "")
        self.url = self.url.rstrip(",")
        assert self.url, self.process.communicate()

    def kill(self) -> None:
        """As a power cut does it: no handler runs."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> tuple[int, str]:
        """Ask it to stop; exit status and everything it complained about."""
        self.process.terminate()
        _, errors = self.process.communicate(timeout=120)
        return self.process.returncode, errors


@contextmanager
def serving(data: Path, *arguments: str) -> Iterator[ServerProcess]:
    """A server process that is gone afterwards, whatever happens."""
    server = ServerProcess(data, *arguments)
    try:
        yield server
    finally:
        server.kill()
