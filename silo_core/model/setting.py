"""The declaration of a setting."""

from __future__ import annotations

from dataclasses import dataclass

SettingValue = bool | int | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as the core or a plugin declares it.

    ``kind`` is the type of its value: bool, int, str or tuple (of strings). ``minimum`` and
    ``maximum`` bound an int (both inclusive). ``default`` None means "not set".
    """

    key: str
    kind: type[bool] | type[int] | type[str] | type[tuple[str, ...]]
    default: SettingValue
    help: str
    minimum: int | None = None
    maximum: int | None = None
