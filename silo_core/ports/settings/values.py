"""Values of settings: what one may be, and how it is read from a file or a variable."""

from __future__ import annotations

import contextlib
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from silo_core.model.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from silo_core.model.setting import Setting, SettingValue

_WORDS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


def allowed(setting: Setting) -> str:
    """What the setting may be, in words: ``a whole number from 0 to 5000``."""
    if setting.key in _CHECKS:
        return _CHECKS[setting.key][1]
    if setting.kind is not int:
        return _KINDS[setting.kind]
    low, high = setting.minimum, setting.maximum
    if low is not None and high is not None:
        return f"a whole number from {low} to {high}"
    if low is not None:
        return f"a whole number, {low} or more"
    return "a whole number" if high is None else f"a whole number, {high} or less"


def check_value(setting: Setting, value: object) -> SettingValue:
    """``value`` as the setting holds it (a list becomes a tuple).

    Raises:
        SettingError: it is nothing the setting may be; the message has key, value and range.
    """
    if isinstance(value, list) and setting.kind is tuple:
        value = tuple(value)
    # exact, because True is an int to isinstance
    if type(value) is not setting.kind or not _fits(setting, value):
        raise _refusal(setting, value)
    return _normal(setting, value)


def parse_text(setting: Setting, text: str) -> SettingValue:
    """A value as an environment variable spells it; lists as in the file, or separated by commas.

    Raises:
        SettingError: it is nothing the setting may be.
    """
    text = text.strip()
    value: Any = text
    if setting.kind is bool:
        value = _WORDS.get(text.lower(), text)
    elif setting.kind is int:
        with contextlib.suppress(ValueError):
            value = int(text)
    elif setting.kind is tuple:
        value = _listed(text)
    return check_value(setting, value)


def _listed(text: str) -> object:
    if text.startswith("["):
        try:
            return tomllib.loads(f"list = {text}")["list"]  # reads JSON's lists of texts as well
        except ValueError:
            return text
    return [part.strip() for part in text.split(",") if part.strip()]


def _fits(setting: Setting, value: Any) -> bool:
    if setting.kind is tuple:
        return all(isinstance(element, str) for element in value)
    if setting.kind is int:
        low, high = setting.minimum, setting.maximum
        return (low is None or value >= low) and (high is None or value <= high)
    return setting.key not in _CHECKS or _CHECKS[setting.key][0](value)


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def _is_folder(value: str) -> bool:
    """Relative to whatever folder the editor was started in, files would be all over the place."""
    try:
        return Path(value).expanduser().is_absolute()
    except RuntimeError:  # the home folder of somebody unknown
        return False


_KINDS: Mapping[type, str] = {
    bool: "true or false",
    str: "a text",
    tuple: 'a list of texts, for example ["one", "two"]',
}
_CHECKS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "server_url": (_is_address, "an http:// or https:// address without user name and password"),
    "workspace": (_is_folder, "the full path of a folder, which may begin with ~"),
}


def _normal(setting: Setting, value: Any) -> SettingValue:
    result: SettingValue = value.rstrip("/") if setting.key == "server_url" else value
    return result


def _refusal(setting: Setting, value: object) -> SettingError:
    shown = "that" if "@" in str(value) and setting.key == "server_url" else _shown(value)
    return SettingError(
        f"{setting.key} cannot be {shown}; it must be {allowed(setting)}.", concerns=setting.key
    )


def _shown(value: object) -> str:
    """As the settings file would spell it."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):  # a date, or a table with one in it
        return str(value)
