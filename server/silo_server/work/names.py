"""Names that clients send. They are data: none may ever lead out of a folder of whoever gets it."""

from __future__ import annotations

import re

from silo_core.model.item import PART_NUMBER
from silo_server.work.refusal import invalid

_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(\..*)?", re.IGNORECASE)
_MAX_BYTES = 255
_SHOWN = 80


def shown(text: str) -> str:
    """``text`` in quotes, as a sentence can repeat it: not endless, no control characters."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def checked_part_number(text: str) -> str:
    """``text``, if it is a part number.

    Raises:
        Refusal: 422, it is none.
    """
    if not PART_NUMBER.fullmatch(text):
        raise invalid(
            "part_number",
            f"{shown(text)} is not a part number (a letter or digit, then up to 63 letters, digits, "
            "dots, dashes or underscores).",
        )
    return text


def checked_file_name(text: str, member: str = "file_name") -> str:
    """``text``, if every system we know can have a file of that name in a folder ("" is: no name).

    Raises:
        Refusal: 422, with what is wrong with it.
    """
    if problem := text and _problem(text):
        raise invalid(member, f"{shown(text)} cannot be a file name: {problem}.")
    return text


def _problem(text: str) -> str:
    if text in (".", ".."):
        return "it names a folder"
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
