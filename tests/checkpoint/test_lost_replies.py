"""The answer to a push of what was joined with others' work gets lost: it is one checkpoint."""

from __future__ import annotations

import zipfile
from pathlib import Path

from silo_core.fcstd import read_contents
from silo_core.hookspecs import hookimpl
from silo_core.model.exchange import MergeRequest, MergeResult
from tests.checkpoint.crashing import spool_of
from tests.merge.kit import added, edited
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
    assert again.times == 1, "what arrived is found, not joined anew"
    assert len(job.versions()) == 3
    assert until(lambda: job.sessions() == [], bob)
    assert list(spool_of(bob).iterdir()) == []


def test_a_lost_answer_to_what_was_renamed_does_not_add_it_twice(job: Job) -> None:
    """Both add a box of one name; that of bob gets another in the head, and his copy does not know."""
    mine, theirs, more = (job.folder / f"{name}.FCStd" for name in ("mine", "theirs", "more"))
    base = job.base.read_bytes()
    mine.write_bytes(edited(base, added("Box", 1)))
    theirs.write_bytes(edited(base, added("Box", 2)))
    proxy = job.proxy()
    alice, bob = job.join("alice"), job.join("bob", proxy)
    bob.edit("Sketch002")
    alice.edit("Sketch001")
    alice.change(theirs)
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(theirs), alice, bob)
    push = f"POST /api/items/{job.part}/checkpoints"
    proxy.meet(push, "count")  # the head has moved
    proxy.meet(push, "swallow", times=1)
    bob.change(mine)
    bob.edit()
    assert until(lambda: bob.workbench.store.outbox.pending() == (), bob)
    assert boxes(job) == {"Box": 2, "Box001": 1}
    assert len(job.versions()) == 3
    more.write_bytes(edited(base, added("Box", 9)))
    bob.edit("Sketch002")
    bob.change(more)
    bob.edit()
    assert until(lambda: len(job.versions()) == 4, bob)
    assert boxes(job) == {"Box": 2, "Box001": 9}, "his box is still the one he made"


def boxes(job: Job) -> dict[str, float]:
    file = job.folder / "head.FCStd"
    job.site.admin.download_version(job.part, job.head(), file)
    with file.open("rb") as source:
        objects = read_contents(source).objects
    return {
        name: float(entry.properties["Size"].elements[0].get("value"))
        for name, entry in objects.items()
        if name.startswith("Box")
    }
