"""Names that clients send. They are data: none may ever lead out of a folder of whoever gets it."""

from __future__ import annotations

from silo_core.model.item import PART_NUMBER
from silo_core.rules.names import file_name_problem
from silo_server.work.refusal import invalid

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
    if problem := text and file_name_problem(text):
        raise invalid(member, f"{shown(text)} cannot be a file name: {problem}.")
    return text
