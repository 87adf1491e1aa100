"""File names that others send. They are data: none may ever lead out of a folder of whoever gets it."""

from __future__ import annotations

import re
import unicodedata

_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(\..*)?", re.IGNORECASE)
_MAX_BYTES = 255


def file_name_problem(text: str) -> str:
    """Why not every system we know can have a file of that name in a folder; empty if each can."""
    if text in ("", ".", ".."):
        return "it names a folder" if text else "it is empty"
    if any(letter in '/\\:*?"<>|' or ord(letter) < 32 or letter == "\x7f" for letter in text):
        return "it has a separator or another character that file names cannot have"
    if text != text.strip() or text.endswith("."):
        return "it begins or ends with a space, or ends with a dot"
    if _RESERVED.fullmatch(text):
        return "Windows reserves it for a device"
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return "it is no valid Unicode text"
    return "" if size <= _MAX_BYTES else f"it is longer than {_MAX_BYTES} bytes"


def folded(path: str) -> str:
    """The same for names that are one file on a system that ignores case or composes letters."""
    return unicodedata.normalize("NFC", path).casefold()
