"""What is known about a plugin, whether it runs or not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from silo_core.model.exchange import Action
from silo_core.model.language import QT_TRANSLATE_NOOP
from silo_core.ports.masking import masked

SWITCH_ON = Action("silo_core.switch_on", QT_TRANSLATE_NOOP("SiloButtons", "Switch On Again"))
"""The button of an entry about a plugin that was switched off; its name is the fact ``switch_on``."""

WITHOUT = {
    "activity": QT_TRANSLATE_NOOP("SiloProblems", "There is no activity pane without it."),
    "checkpoint": QT_TRANSLATE_NOOP(
        "SiloProblems", "You edit without checkpoints: nobody else gets what you leave."
    ),
    "locking": QT_TRANSLATE_NOOP(
        "SiloProblems",
        "You edit without locking: others are not kept out of what you edit, nor you out of what they "
        "edit.",
    ),
    "merge": QT_TRANSLATE_NOOP(
        "SiloProblems", "What two people changed in one part is not joined without it."
    ),
    "subscriptions": QT_TRANSLATE_NOOP(
        "SiloProblems", "Your copies of subscribed parts are not kept up to date without it."
    ),
}
"""What it means for a user that one of Silo's own plugins is not in use, by its name."""


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
    """Type and first line of an exception, whatever its ``__str__`` does, without tokens."""
    try:
        text = str(error).strip()
    except Exception:  # noqa: BLE001 - a plugin's exception class may be as broken as itself
        text = ""
    first_line = masked(text.partition("\n")[0])
    return f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__
