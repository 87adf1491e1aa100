"""Many downloads of one content into one folder at once: each gets its file, whole."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from silo_core.ports.client.arriving import arriving

CONTENT, SHA256 = b"x" * 5000, "5" * 64
ROUNDS = 200


@pytest.mark.parametrize("threads", [4])
def test_transfers_of_one_content_do_not_take_each_others_file(
    tmp_path: Path, threads: int
) -> None:
    start = threading.Barrier(threads)

    def fetch(name: str) -> None:
        for number in range(ROUNDS):
            if number % 10 == 0:
                start.wait(20)
            target = tmp_path / f"{name}-{number % 5}"
            with arriving(target, SHA256) as part:
                if part.size != len(CONTENT):
                    part.cut()
                    part.write(CONTENT[:2500])
                    part.write(CONTENT[2500:])
                part.become(target)
            assert target.read_bytes() == CONTENT

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(fetch, str(name)) for name in range(threads)]:
            done.result(60)
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".silo")] == []
