"""How long to wait before the next try."""

from __future__ import annotations

from collections.abc import Callable

_MAX_DOUBLINGS = 1000
"""Below where a float overflows; any cap is reached long before."""


def delay(attempt: int, base: float, cap: float, rand: Callable[[], float]) -> float:
    """Seconds to wait after failed try number ``attempt`` (from 0): anything up to
    ``base * 2**attempt``, at most ``cap``; ``rand`` gives 0 up to 1.

    Full jitter, after "Exponential Backoff And Jitter" (AWS Architecture Blog): clients that lost
    one server together do not come back together.

    :raises ValueError: one of the numbers is negative.
    """
    if attempt < 0 or base < 0 or cap < 0:
        raise ValueError("attempt, base and cap are not negative")
    return rand() * min(cap, base * 2.0 ** min(attempt, _MAX_DOUBLINGS))


def at_least(seconds: float, retry_after: float | None) -> float:
    """``seconds``, or the longer wait that the server asked for (``Retry-After``), if it did."""
    return seconds if retry_after is None else max(seconds, retry_after)
