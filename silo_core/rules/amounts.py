"""Amounts for people. Pure."""

from __future__ import annotations


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
