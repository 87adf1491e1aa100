"""What is known about a plugin, whether it runs or not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PluginState(StrEnum):
    """How things stand with a plugin; the value is what a user reads."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    FAILED = "failed"
    SWITCHED_OFF = "switched off"


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """``hooks`` are the hooks it implements, sorted; ``error`` says in a sentence why it failed or
    was switched off, and is empty otherwise. ``distribution`` and ``version`` are empty where
    unknown."""

    name: str
    distribution: str
    version: str
    state: PluginState
    hooks: tuple[str, ...] = ()
    error: str = ""


def describe_plugin(name: str, distribution: str, version: str = "") -> str:
    """How sentences name a plugin: ``Plugin "locking" (silo-locking 0.1.0)``."""
    source = f"{distribution} {version}".strip()
    return f'Plugin "{name}" ({source})' if source else f'Plugin "{name}"'


def describe_error(error: BaseException) -> str:
    """Type and first line of an exception, whatever its ``__str__`` does."""
    try:
        text = str(error).strip()
    except Exception:  # noqa: BLE001 - a plugin's exception class may be as broken as itself
        text = ""
    first_line = text.partition("\n")[0]
    return f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__
