"""What is told of a transfer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.exchange import TransferState
from silo_core.rules.meter import STEP_S, Meter


def meter() -> Meter:
    return Meter("t-1", "PRT-1", upload=True, started=100.0)


def test_nothing_is_told_of_what_takes_less_than_a_second() -> None:
    short = meter()
    assert short.step(100.2, 10, 20) is None
    assert short.step(100.9, 20, 20) is None
    assert short.end(100.95, TransferState.DONE, 20, 20) is None


def test_a_longer_one_is_told_a_few_times_a_second_and_once_at_the_end() -> None:
    long = meter()
    told = [long.step(100 + n / 100, n * 10, 5000) for n in range(500)]
    moments = [transfer.done for transfer in told if transfer]
    assert 14 <= len(moments) <= 17
    first = next(transfer for transfer in told if transfer)
    assert first.rate == pytest.approx(1000)
    assert first.seconds_left == pytest.approx(4)
    last = long.end(105.0, TransferState.DONE, 5000, 5000)
    assert last is not None
    assert (last.done, last.seconds_left, last.state) == (5000, 0.0, TransferState.DONE)


def test_the_rate_follows_slowly() -> None:
    uneven = meter()
    uneven.step(101.0, 1000, None)
    after = uneven.step(102.0, 11_000, None)
    assert after is not None
    assert 1000 < after.rate < 10_000
    assert after.seconds_left is None


def test_what_goes_on_where_it_was_cut_off_is_not_called_fast() -> None:
    resumed = meter()
    resumed.step(100.1, 1_000_000, 1_002_000)
    told = resumed.step(101.0, 1_001_000, 1_002_000)
    assert told is not None
    assert told.rate == pytest.approx(1000)
    assert told.seconds_left == pytest.approx(1)


def test_one_that_is_cancelled_or_starts_over_makes_sense() -> None:
    again = meter()
    again.step(101.0, 5000, 6000)
    over = again.step(102.0, 100, 9000)
    assert over is not None
    assert over.rate > 0
    last = again.end(102.0, TransferState.CANCELLED, 100, 9000)
    assert last is not None
    assert (last.done, last.state, last.seconds_left) == (100, TransferState.CANCELLED, None)


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 1 << 40)), max_size=40))
def test_numbers_are_never_nonsense(steps: list[tuple[float, int]]) -> None:
    any_meter, now, before = meter(), 100.0, -1.0
    for pause, done in steps:
        now += pause
        told = any_meter.step(now, done, 1 << 40)
        if told:
            assert told.rate >= 0
            assert told.seconds_left is None or told.seconds_left >= 0
            assert now - before >= STEP_S or before < 0
            before = now
