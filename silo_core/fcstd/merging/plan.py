"""What a merge has decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silo_core.fcstd.merging.conflict import Conflict


@dataclass
class Plan:
    """``take`` are properties whose value is theirs (None where they removed it), ``made`` those that
    were merged entry by entry, each by object and property; the object of the document's own is
    empty. ``looks`` likewise. ``added`` and ``removed`` are objects, ``members`` unknown members;
    ``extended`` have the extensions that they have in theirs; ``numbers`` are those that ``added``
    get."""

    conflicts: list[Conflict] = field(default_factory=list)
    take: dict[tuple[str, str], bool] = field(default_factory=dict)
    made: dict[tuple[str, str], bytes] = field(default_factory=dict)
    recompute: set[str] = field(default_factory=set)
    added: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    looks: dict[tuple[str, str], bool] = field(default_factory=dict)
    members: dict[str, bool] = field(default_factory=dict)
    extended: set[str] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Is there nothing to take?"""
        parts = (self.take, self.made, self.added, self.removed, self.looks, self.members)
        return not any(parts) and not self.extended
