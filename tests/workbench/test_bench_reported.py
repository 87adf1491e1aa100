"""What could not be recorded when it was left, and was reported: the next start leaves it alone."""

from __future__ import annotations

from tests.workbench.kit import Job, count, renumbered, settle, until


def test_a_file_that_became_another_item_is_no_version_of_the_first_at_the_next_start_either(
    job: Job,
) -> None:
    alice = job.join("alice")
    alice.edit("Sketch001")
    file = job.file_of(alice)
    renumbered(job.deeper, file, f"{job.part}-C", job.part)
    alice.host.reload(alice.host.documents()[0].key)
    assert until(lambda: count(alice, f"No checkpoint of {job.part}") == 1, alice)
    alice.quit()
    again = job.player("alice")
    job.go_online(again)
    settle(again, seconds=0.3)
    assert len(job.versions()) == 1, "the file holds another item's content"
