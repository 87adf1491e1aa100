"""A search for a culprit that goes on after each start of the editor."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.ports.settings import Settings
from silo_core.rules.bisect import culprits, next_step
from silo_core.workbench.bisecting import FILE, Bisecting


@given(st.integers(1, 12), st.data())
def test_it_finds_in_steps_what_it_finds_at_once(count: int, data: st.DataObject) -> None:
    names = [f"plugin{number}" for number in range(count)]
    guilty = data.draw(st.sets(st.sampled_from(names), min_size=1, max_size=3))
    answers: list[bool] = []
    while isinstance(step := next_step(names, answers), frozenset):
        answers.append(guilty <= step)
    assert step == culprits(names, lambda on: guilty <= on)


def test_the_setting_is_put_back_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    Settings(path, {}).set("plugins_disabled", ("delta",))
    step = Bisecting(Settings(path, {}), tmp_path).begin(("alpha", "bravo", "charlie", "delta"))
    assert step.on == frozenset({"alpha", "bravo", "charlie"})
    starts = 0
    while step.on is not None:
        settings = Settings(path, {})  # the editor is started anew
        bisecting = Bisecting(settings, tmp_path)
        off = set(settings.names("plugins_disabled"))
        assert off == {"alpha", "bravo", "charlie", "delta"} - step.on
        assert bisecting.is_running
        assert bisecting.step() == step
        step, starts = bisecting.answer("bravo" in step.on), starts + 1
    assert step.found == ("bravo",)
    assert starts <= 6
    assert Settings(path, {}).names("plugins_disabled") == ("delta",)
    assert not Bisecting(Settings(path, {}), tmp_path).is_running


@pytest.mark.parametrize("content", ["{", "[]", '{"names": 3}'])
def test_what_cannot_be_read_is_no_search(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    bisecting = Bisecting(Settings(tmp_path / "settings.toml", {}), tmp_path)
    assert not bisecting.is_running
    bisecting.stop()
