"""Broken rules beside a real server: editing goes on, no conflict is hidden, and each is named."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from silo_core.model.context import ContextLevel
from silo_core.model.errors import HardInterferenceError
from silo_core.model.verdict import Verdict
from silo_core.ports.client import SiloClient
from silo_server.embedded import EmbeddedServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.conftest import Site

RULES = {
    "broken": "raise KeyError('k')",
    "dreamer": "woken.wait()",
    "talker": "return 'no'",
}


def test_rules_that_raise_sleep_or_answer_nonsense_neither_block_nor_hide(
    site: Site, tmp_path: Path
) -> None:
    for name, act in RULES.items():
        code = "import threading\nwoken = threading.Event()\n"
        site.plugin(name, f"{code}@hookimpl\ndef silo_interference(query):\n    {act}\n")
    with EmbeddedServer(tmp_path / "server") as server:
        try:
            alice, bob = (SiloClient(server.url, server.add_user(n)) for n in ("alice", "bob"))
            with closing(alice), closing(bob):
                _judged(alice, bob)
        finally:
            sys.modules["dreamer_module"].woken.set()


def _judged(alice: SiloClient, bob: SiloClient) -> None:
    alice.create_item("P-1")
    hers = alice.register_workstation("CAD-07", "her fingerprint").id
    his = bob.register_workstation("CAD-12", "his fingerprint").id
    sketch = ContextLevel.SKETCH
    alone = alice.acquire_edit_session("P-1", hers, sketch, "Sketch001", ["Sketch001", "Pad"])
    assert (alone.verdict, {reason.rule for reason in alone.conflicts}) == (
        Verdict.SOFT,
        set(RULES),
    )
    with pytest.raises(HardInterferenceError, match="alice is currently editing Sketch001"):
        bob.acquire_edit_session("P-1", his, sketch, "Sketch001", ["Sketch001"])
    beside = bob.acquire_edit_session("P-1", his, sketch, "Sketch002", ["Sketch002", "Pad"])
    assert beside.verdict is Verdict.SOFT
    assert {reason.rule for reason in beside.conflicts} == {"shared_cone", *RULES}
    texts = " ".join(reason.text for reason in beside.conflicts)
    assert all(f'Plugin "{name}" ' in texts for name in RULES)
    explained = bob.explain("P-1", sketch, "Sketch001", his)
    assert {answer.rule for answer in explained if answer.problem} == set(RULES)
