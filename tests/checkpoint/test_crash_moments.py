"""Killed at random moments of a day's work: nothing is missing from the history, nothing twice."""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.checkpoint.crashing import (
    Doomed,
    Step,
    Workstations,
    history,
    patiently,
    restart,
    spool_of,
    variant,
)
from tests.workbench.kit import Job, Site, sha256

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")

MOMENTS = int(os.environ.get("SILO_CRASH_MOMENTS", "4"))
AT_ONCE = 4
LEAVES = 6
LONGEST_WAIT_S = 0.15
PATHS = (["Sketch001"], ["Sketch002"], ["Body"], ["Body", "Sketch001"])


def script(job: Job, chance: random.Random) -> list[Step]:
    """Several contexts, several changes; sometimes the same state again, and no time in between."""
    states = [str(variant(job, number)) for number in range(LEAVES - 1)]
    return [
        (chance.choice(PATHS), chance.choice(states), chance.choice((0.0, 0.0, 0.05, 0.1)))
        for _ in range(LEAVES)
    ]


def killed_at_a_moment(job: Job, workstations: Workstations, seed: int) -> Doomed:
    chance = random.Random(seed)
    dying = workstations.start(job, script(job, chance))
    patiently(dying, 1 + chance.randrange(2 * LEAVES))
    time.sleep(chance.uniform(0, LONGEST_WAIT_S))  # this is the moment
    assert dying.lives()
    dying.kill()
    return dying


def saved(dying: Doomed) -> list[str]:
    """What has to be in the history, oldest first; of what was being left as it died, the file says
    whether it was saved."""
    leaving, left = dying.told("leaving"), dying.told("left")
    cut_off = leaving[len(left) :]
    in_file = sha256(dying.job.folder / "alice" / "bracket.FCStd")
    return without_repeats(leaving if cut_off == [in_file] else left)


def without_repeats(contents: list[str]) -> list[str]:
    """What is left as it was before is no change."""
    return [
        content
        for number, content in enumerate(contents)
        if contents[number - 1 : number] != [content]
    ]


def nothing_is_missing_and_nothing_twice(dying: Doomed) -> None:
    job, expected = dying.job, saved(dying)
    alice = restart(job)
    assert history(job) == expected
    spool = spool_of(alice)
    alice.quit()
    assert list(spool.glob("*")) == []


def test_killed_at_any_moment_history_is_what_was_saved(
    site: Site, workstations: Workstations, tmp_path: Path
) -> None:
    first = random.Random().randrange(10**6)

    def one(seed: int) -> None:
        folder = tmp_path / str(seed)
        folder.mkdir()
        with ExitStack() as stack:
            dying = killed_at_a_moment(Job(site, folder, stack), workstations, seed)
            try:
                nothing_is_missing_and_nothing_twice(dying)
            except AssertionError as error:
                error.add_note(f"seed {seed}: {dying.report}")
                raise

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(one, first + number) for number in range(MOMENTS)]:
            done.result()
