"""Amounts for people. Pure."""

from __future__ import annotations

from silo_core.model.exchange import Transfer, TransferState


def size(count: int) -> str:
    """Bytes: ``812 B``, ``12.3 kB``."""
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"


def duration(seconds: float) -> str:
    """How long something will take: ``3 s``, ``2 min 5 s``, ``4 h``."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h"


def progress(transfer: Transfer) -> str:
    """``1.2 MB of 3.4 MB, 1.0 MB/s, 3 s left``."""
    of = "" if transfer.total is None else f" of {size(transfer.total)}"
    left = ""
    if transfer.seconds_left is not None and transfer.state is TransferState.RUNNING:
        left = f", {duration(transfer.seconds_left)} left"
    return f"{size(transfer.done)}{of}, {size(int(transfer.rate))}/s{left}"
