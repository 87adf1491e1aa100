"""The command ``silo``. All that it needs is imported inside ``main``: an interrupt ends that, too."""

from __future__ import annotations

EXIT_INTERRUPTED = 130


def main(argv: list[str] | tuple[str, ...] | None = None) -> int:
    """Run one command of ``silo`` and answer its exit status; no traceback reaches the user."""
    try:
        from silo_core.surfaces.cli.running import run

        return run(argv)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
