"""Paths as text that the store can hold, whatever bytes they are made of."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

_QUOTED = "bytes:"
"""No absolute path begins so."""


def path_text(path: Path) -> str:
    """``path`` as text; one of bytes that are no UTF-8 is quoted."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _QUOTED + quote_from_bytes(os.fsencode(text))
    return text


def path_of(text: str) -> Path:
    """The path that ``path_text`` made ``text`` of."""
    if text.startswith(_QUOTED):
        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_QUOTED))))
    return Path(text)
