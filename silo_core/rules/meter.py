"""What is told of a transfer, from what is done of it."""

from __future__ import annotations

from dataclasses import replace

from silo_core.model.exchange import Transfer, TransferState

QUIET_S = 1.0
"""A transfer that takes less is not worth a word."""
STEP_S = 0.25
_WEIGHT = 0.3
"""Of the latest step in the rate: enough to follow, little enough not to flicker."""


class Meter:
    """One transfer. Times in seconds, of any clock that does not go back."""

    def __init__(self, transfer_id: str, part_number: str, *, upload: bool, started: float) -> None:
        self._transfer = Transfer(transfer_id, part_number, upload, 0, None, 0.0, None)
        self._started = self._told_at = started
        self._told = self._begun = False

    def step(self, now: float, done: int, total: int | None) -> Transfer | None:
        """``done`` of ``total`` bytes (None: nobody knows) are done. What to tell, None for nothing: in
        the first second, and between two steps."""
        if not self._begun and now - self._started < QUIET_S:
            # what an earlier try did says nothing of the rate
            self._transfer = replace(self._transfer, done=done)
        self._begun = True
        since = now - self._told_at
        if now - self._started < QUIET_S or (self._told and since < STEP_S) or since <= 0:
            return None
        self._transfer = self._measured(since, done, total)
        self._told_at, self._told = now, True
        return self._transfer

    def end(
        self, now: float, state: TransferState, done: int, total: int | None
    ) -> Transfer | None:
        """The last word; None where nothing was told and less than a second has passed."""
        if not self._told and now - self._started < QUIET_S:
            return None
        since = max(now - self._told_at, 1e-3)
        last = self._measured(since, done, total)
        finished = state is TransferState.DONE
        return Transfer(
            last.id,
            last.part_number,
            last.upload,
            last.total if finished and last.total is not None else last.done,
            last.total,
            last.rate,
            0.0 if finished else None,
            state,
        )

    def _measured(self, since: float, done: int, total: int | None) -> Transfer:
        before = self._transfer
        # less than before: it has started over, in another form
        latest = max(done - before.done, 0) / since
        rate = before.rate + _WEIGHT * (latest - before.rate) if self._told else latest
        left = None
        if total is not None and rate > 0:
            left = max(total - done, 0) / rate
        return Transfer(before.id, before.part_number, before.upload, done, total, rate, left)
