"""The declared settings: the core's own, and what a declaration must look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from silo_core.model.errors import SettingError
from silo_core.model.language import QT_TRANSLATE_NOOP
from silo_core.model.setting import Setting
from silo_core.ports.settings.values import check_value

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SECRET = re.compile(r"token|passw|passphrase|secret|credential|api_?key", re.IGNORECASE)

CORE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "server_url",
        str,
        None,
        QT_TRANSLATE_NOOP(
            "SiloSettings", "Address of the Silo server, for example https://silo.example"
        ),
    ),
    Setting(
        "workspace",
        str,
        "~/Silo",
        QT_TRANSLATE_NOOP("SiloSettings", "Folder in which the files of items are kept"),
    ),
    Setting(
        "edit_locking_enabled",
        bool,
        True,
        QT_TRANSLATE_NOOP("SiloSettings", "Take an edit session before an object is edited"),
    ),
    Setting(
        "push_on_context_close",
        bool,
        True,
        QT_TRANSLATE_NOOP("SiloSettings", "Push a checkpoint when a sketch or body is left"),
    ),
    Setting(
        "entry_wait_ms",
        int,
        400,
        QT_TRANSLATE_NOOP(
            "SiloSettings",
            "Milliseconds the editor waits for the server before it lets the user in provisionally",
        ),
        minimum=0,
        maximum=5000,
    ),
    Setting(
        "subscription_auto_sync",
        bool,
        True,
        QT_TRANSLATE_NOOP("SiloSettings", "Download what subscriptions bring"),
    ),
    Setting(
        "subscription_sync_on_connect",
        bool,
        True,
        QT_TRANSLATE_NOOP("SiloSettings", "Compare subscriptions after connecting"),
    ),
    Setting(
        "subscription_notify",
        bool,
        True,
        QT_TRANSLATE_NOOP("SiloSettings", "Tell when a subscribed item has changed"),
    ),
    Setting(
        "subscription_max_downloads",
        int,
        2,
        QT_TRANSLATE_NOOP("SiloSettings", "Downloads at the same time"),
        minimum=1,
        maximum=8,
    ),
    Setting(
        "plugins_disabled",
        tuple,
        (),
        QT_TRANSLATE_NOOP("SiloSettings", 'Names of plugins not to load, for example ["activity"]'),
    ),
)


def looks_secret(key: str) -> bool:
    """Whether a value under this key would be a secret, which no settings file may hold."""
    return bool(_SECRET.search(key))


def check_declaration(setting: Setting, declared: Mapping[str, Setting]) -> None:
    """Refuse what cannot be a setting beside those that are ``declared`` already.

    Raises:
        SettingError: the key or the default is not possible, or the key is taken.
    """
    key = setting.key
    if not _KEY.fullmatch(key):
        raise SettingError(
            f"{key!r} cannot be the key of a setting; use lower-case words joined by _.",
            concerns=key,
        )
    if looks_secret(key):
        raise SettingError(
            f"{key} cannot be a setting, because settings are kept in a plain file; "
            "keep secrets in the system's keyring.",
            concerns=key,
        )
    if key in declared:
        raise SettingError(f"The setting {key} is declared already; rename it.", concerns=key)
    if setting.kind not in (bool, int, str, tuple):
        raise SettingError(f"The setting {key} has no known kind of value.", concerns=key)
    if setting.default is not None:
        check_value(setting, setting.default)
