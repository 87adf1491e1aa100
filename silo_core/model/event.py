"""What the server tells of as it happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from silo_core.model.frozen import FrozenDict, frozen


@dataclass(frozen=True, slots=True)
class Event:
    """``id`` is the server's counter (None for an event outside it, as a heartbeat), ``type`` as in
    the protocol's table (``edit.session_acquired``), ``data`` its JSON members as they came, but that
    they cannot be changed: lists are tuples."""

    id: int | None
    type: str
    data: Mapping[str, Any]

    def __post_init__(self) -> None:
        if type(self.data) is not FrozenDict:
            object.__setattr__(self, "data", frozen(self.data))

    @property
    def part_number(self) -> str | None:
        """The item it is about, where it is about one."""
        value = self.data.get("part_number")
        return value if isinstance(value, str) else None
