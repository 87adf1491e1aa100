"""A conflict rule: objects whose label starts with RELEASED are not edited."""

from __future__ import annotations

from silo_core.hookspecs import hookimpl
from silo_core.model.interference import InterferenceQuery
from silo_core.model.verdict import Reason, Verdict

MARK = "RELEASED"


@hookimpl
def silo_interference(query: InterferenceQuery) -> Reason | None:
    """Refuse to edit what is released."""
    if not query.label.startswith(MARK):
        return None
    text = f"{query.label} of {query.part_number} is released; rename it to work on it again."
    return Reason(Verdict.HARD, "released", text)
