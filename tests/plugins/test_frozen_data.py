"""What hooks are handed cannot be changed: who tries is named, and the next one is handed what came."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.hookspecs import hookimpl
from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry
from silo_core.model.frozen import FrozenDict, frozen
from silo_core.ports.plugins import Hooks, PluginManager
from silo_core.testing import sample_arguments

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = {"part_number": "PRT-1", "holder": {"user": "alice", "cone": ["a", {"b": [1]}]}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
CHANGES: dict[str, Callable[[Any], object]] = {
    "a member": lambda data: data.update(part_number="PRT-2"),
    "a member of a member": lambda data: data["holder"].pop("user"),
    "a list": lambda data: data["holder"]["cone"].append("c"),
    "deep down": lambda data: data["holder"]["cone"][1].clear(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_who_changes_what_the_server_told_is_named_and_changes_nothing(
    what: str, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[object] = []

    class Changing:
        @hookimpl
        def silo_server_event(self, event: Event) -> None:
            CHANGES[what](event.data)

    class Reading:
        @hookimpl
        def silo_server_event(self, event: Event) -> None:
            seen.append(event.data)

    manager = PluginManager()
    manager.register(Changing(), "culprit", "dist-culprit", "1.0")
    manager.register(Reading(), "reader")
    Hooks(manager).server_event(Event(1, "item.updated", DATA))
    assert 'Plugin "culprit" (dist-culprit 1.0) failed in silo_server_event' in caplog.text
    assert json.loads(json.dumps(seen[0])) == DATA


def test_facts_and_what_rules_are_told_cannot_be_changed_either() -> None:
    (query,) = sample_arguments("silo_interference")
    entry: ActivityEntry = sample_arguments("silo_activity")[0]
    told: tuple[Any, ...] = (query.labels, query.uses, entry.facts)
    for given_ in told:
        with pytest.raises(TypeError, match="take a copy"):
            given_["Sketch001"] = "x"


@given(JSON)
def test_it_is_the_same_json_and_can_be_copied(value: Any) -> None:
    held = frozen(value)
    assert json.loads(json.dumps(held)) == value
    assert copy.deepcopy(held) == held
    if isinstance(held, FrozenDict):
        assert type(held.copy()) is dict
