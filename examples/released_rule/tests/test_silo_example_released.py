"""Run with ``pytest`` where this distribution is installed."""

from __future__ import annotations

import pytest

import silo_example_released
from silo_core.model.context import ContextLevel
from silo_core.model.interference import InterferenceQuery
from silo_core.model.verdict import Verdict
from silo_core.ports.plugins import Hooks, PluginManager, PluginState
from silo_core.testing import assert_conforms


def query(label: str | None) -> InterferenceQuery:
    return InterferenceQuery(
        part_number="PRT-100",
        level=ContextLevel.SKETCH,
        object_id="Sketch001",
        user="bob",
        workstation_id="w2",
        cone=frozenset({"Sketch001", "Pocket"}),
        labels={} if label is None else {"Sketch001": label, "Pocket": "RELEASED pocket"},
    )


@pytest.mark.parametrize("label", ["RELEASED", "RELEASED flange"])
def test_a_released_object_is_refused_with_a_reason(label: str) -> None:
    manager = PluginManager()
    info = manager.register(silo_example_released, "released")
    assert info.state is PluginState.ENABLED, info.error
    judgement = Hooks(manager).interference(query(label))
    assert judgement.verdict is Verdict.HARD
    assert judgement.reasons[0].text.startswith(f"{label} of PRT-100 is released")


@pytest.mark.parametrize("label", [None, "", "Flange", "released flange", "not RELEASED"])
def test_any_other_object_may_be_edited(label: str | None) -> None:
    assert silo_example_released.silo_interference(query(label)) is None


def test_the_installed_plugin_conforms() -> None:
    assert_conforms("released")
