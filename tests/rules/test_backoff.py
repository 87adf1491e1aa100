from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.rules.backoff import at_least, delay

seconds = st.floats(min_value=0, max_value=1e6)


def test_the_ceiling_doubles_up_to_the_cap() -> None:
    assert [delay(n, 0.5, 6.0, lambda: 1.0) for n in range(6)] == [0.5, 1.0, 2.0, 4.0, 6.0, 6.0]


def test_the_jitter_is_full() -> None:
    assert delay(3, 1.0, 60.0, lambda: 0.0) == 0.0
    assert delay(3, 1.0, 60.0, lambda: 0.25) == 2.0


@given(st.integers(min_value=0), seconds, seconds, st.floats(min_value=0, max_value=1))
def test_it_stays_between_nothing_and_the_cap(
    attempt: int, base: float, cap: float, jitter: float
) -> None:
    assert 0 <= delay(attempt, base, cap, lambda: jitter) <= cap


@pytest.mark.parametrize("attempt", [1100, 10**9, 10**400])
def test_a_large_attempt_does_not_overflow(attempt: int) -> None:
    assert delay(attempt, 0.5, 60.0, lambda: 1.0) == 60.0


@pytest.mark.parametrize(
    ("attempt", "base", "cap"), [(-1, 1.0, 1.0), (0, -1.0, 1.0), (0, 1.0, -1.0)]
)
def test_negative_numbers_are_refused(attempt: int, base: float, cap: float) -> None:
    with pytest.raises(ValueError, match="not negative"):
        delay(attempt, base, cap, lambda: 1.0)


def test_the_longer_of_delay_and_retry_after_is_waited() -> None:
    assert at_least(2.0, None) == 2.0
    assert at_least(2.0, 1.0) == 2.0
    assert at_least(2.0, 30.0) == 30.0
