"""The answer to a push of what was joined with others' work gets lost: it is one checkpoint."""

from __future__ import annotations

import zipfile
from pathlib import Path

from silo_core.hookspecs import hookimpl
from silo_core.model.exchange import MergeRequest, MergeResult
from tests.checkpoint.crashing import spool_of
from tests.workbench.kit import Job, sha256, until


class Again:
    """Joins to the same content in other bytes each time."""

    def __init__(self, content: Path) -> None:
        self.content = content
        self.times = 0

    @hookimpl
    def silo_merge(self, request: MergeRequest) -> MergeResult:
        self.times += 1
        with zipfile.ZipFile(self.content) as old, zipfile.ZipFile(request.target, "w") as new:
            for member in old.infolist():
                data = old.read(member)
                member.date_time = (2000 + self.times, 1, 1, 0, 0, 0)
                new.writestr(member, data, zipfile.ZIP_DEFLATED)
        return MergeResult(taken=("Sketch002 redrawn",))


def test_a_lost_answer_to_what_was_joined_makes_no_second_version(job: Job) -> None:
    proxy = job.proxy()
    alice, bob = job.join("alice"), job.join("bob", proxy)
    bob.edit("Sketch002")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice, bob)
    again = Again(job.wider)
    bob.workbench.plugins.register(again, "again")
    push = f"POST /api/items/{job.part}/checkpoints"
    proxy.meet(push, "count")  # the head has moved
    proxy.meet(push, "swallow", times=1)
    bob.change(job.wider)
    bob.edit()
    assert until(lambda: bob.workbench.store.outbox.pending() == (), bob)
    assert again.times >= 2
    assert len(job.versions()) == 3
    assert until(lambda: job.sessions() == [], bob)
    assert list(spool_of(bob).iterdir()) == []
