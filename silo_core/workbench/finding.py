"""What the doctor says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is; the value is what a user reads."""

    FINE = "fine"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """``what`` was found in one ``area``, a sentence, and what to do about it, if anything."""

    area: str
    level: Level
    what: str
    advice: str = ""
