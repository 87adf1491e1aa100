"""File names as every system can have them. Pure."""

from __future__ import annotations

import re

_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\ud800-\udfff]')
"""Separators, what Windows refuses, and bytes that are no UTF-8 (as ``os.fsdecode`` reads them)."""

_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(\..*)?", re.IGNORECASE)
_MAX_BYTES = 255


def sendable(name: str) -> str:
    """``name``, made fit for the server: for who gets the file it is only a proposal, and no reason
    to refuse it."""
    text = _UNFIT.sub("_", name).strip().rstrip(". ")
    if not text or _RESERVED.fullmatch(text):
        text = f"_{text}"
    stem, dot, suffix = text.rpartition(".")
    end = f"{dot}{suffix}".encode() if stem else b""
    start = (stem or text).encode()
    return (start[: max(1, _MAX_BYTES - len(end))] + end)[:_MAX_BYTES].decode(errors="ignore")
