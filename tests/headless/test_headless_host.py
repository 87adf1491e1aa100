"""The headless editor behaves as the host protocol says, on real part files."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from silo_core.model.context import Context, ContextLevel, ContextPath, Document
from silo_core.model.errors import FileError, HostError
from silo_core.model.exchange import ActivityEntry, ActivityKind, Question, Reply
from silo_core.ports.files import read_file
from silo_core.ports.host import Host
from silo_core.rules.graph import dependents
from silo_core.surfaces.headless import HeadlessHost

DATA = Path(__file__).parent.parent / "data"
BODY = Context(ContextLevel.PARTDESIGN, "Body")
SKETCH = Context(ContextLevel.SKETCH, "Sketch001", "Holes")
QUESTION = Question("Taken", "Ask for it?", ("Ask", "Wait"))


class Recorder:
    """Writes down what a host reports."""

    def __init__(self) -> None:
        self.reports: list[object] = []

    def document_opened(self, document: Document) -> None:
        self.reports.append(document)

    def context_changed(self, document_key: str, path: ContextPath) -> None:
        self.reports.append((document_key, path))

    def document_closing(self, document_key: str) -> None:
        self.reports.append(document_key)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return Path(shutil.copy(DATA / "bracket.FCStd", tmp_path / "bracket.FCStd"))


@pytest.fixture
def host() -> HeadlessHost:
    return HeadlessHost()


@pytest.fixture
def heard(host: HeadlessHost) -> list[object]:
    recorder = Recorder()
    host.attach(recorder)
    return recorder.reports


def test_it_is_a_host(host: HeadlessHost) -> None:
    as_host: Host = host
    assert as_host.documents() == ()


def test_open_reports_the_document_with_its_part_number(
    host: HeadlessHost, heard: list[object], part: Path
) -> None:
    key = host.open(part)
    document = Document(key, part, "PRT-100")
    assert host.documents() == (document,)
    assert heard == [document, (key, ())]
    assert host.open(part) == key
    assert len(host.documents()) == 1


def test_attach_reports_what_is_open_and_detach_ends_reports(
    host: HeadlessHost, part: Path
) -> None:
    key = host.open(part)
    host.enter(key, BODY, SKETCH)
    recorder = Recorder()
    host.attach(recorder)
    assert recorder.reports == [host.documents()[0], (key, (BODY, SKETCH))]
    host.detach()
    host.enter(key)
    assert len(recorder.reports) == 2


def test_labels_and_graph_are_those_of_the_file(host: HeadlessHost, part: Path) -> None:
    key = host.open(part)
    assert host.labels(key).keys() >= {"Sketch001", "Pocket001", "Body"}
    cone = dependents(host.uses(key), ["Sketch001"])
    assert cone == {"Sketch001", "Pocket", "Pocket001", "Fillet", "Body"}


def test_an_edit_reaches_the_file_when_it_is_saved(host: HeadlessHost, part: Path) -> None:
    key, before = host.open(part), part.read_bytes()
    host.save(key)
    assert part.read_bytes() == before
    host.edit(key, DATA / "bracket-alice.FCStd")
    assert host.modified(key)
    assert part.read_bytes() == before
    host.save(key)
    assert not host.modified(key)
    assert part.read_bytes() == (DATA / "bracket-alice.FCStd").read_bytes()
    assert [path.name for path in part.parent.iterdir()] == ["bracket.FCStd"]


def test_labels_and_part_number_follow_an_edit(
    host: HeadlessHost, heard: list[object], part: Path
) -> None:
    key = host.open(part)
    host.enter(key, BODY)
    host.edit(key, DATA / "plate.FCStd")
    plate = read_file(DATA / "plate.FCStd")
    assert host.labels(key) == {entry.name: entry.label for entry in plate.objects}
    assert heard[-2:] == [Document(key, part, "PRT-101"), (key, (BODY,))]


def test_unsaved_changes_are_not_dropped_by_a_reload(host: HeadlessHost, part: Path) -> None:
    key = host.open(part)
    host.edit(key, DATA / "plate.FCStd")
    with pytest.raises(HostError, match="unsaved changes"):
        host.reload(key)
    assert host.documents() == (Document(key, part, "PRT-101"),)


def test_what_changed_since_an_entry_is_set_aside(host: HeadlessHost, part: Path) -> None:
    key, before, copy = host.open(part), part.read_bytes(), part.parent / "mine.FCStd"
    host.enter(key, BODY, SKETCH)
    assert not host.set_aside(key, SKETCH, copy)
    host.edit(key, DATA / "bracket-alice.FCStd")
    host.save(key)
    assert host.set_aside(key, SKETCH, copy)
    assert copy.read_bytes() == (DATA / "bracket-alice.FCStd").read_bytes()
    assert host.modified(key)
    host.save(key)
    assert part.read_bytes() == before
    assert not host.set_aside(key, SKETCH, copy)


def test_what_was_unsaved_before_an_entry_stays(host: HeadlessHost, part: Path) -> None:
    key, copy = host.open(part), part.parent / "mine.FCStd"
    host.edit(key, DATA / "bracket-alice.FCStd")
    host.enter(key, BODY)
    host.edit(key, DATA / "bracket-bob.FCStd")
    assert host.set_aside(key, BODY, copy)
    host.save(key)
    assert part.read_bytes() == (DATA / "bracket-alice.FCStd").read_bytes()


def test_a_file_replaced_under_an_open_document_is_seen_after_a_reload(
    host: HeadlessHost, part: Path
) -> None:
    key = host.open(part)
    shutil.copy(DATA / "plate.FCStd", part)
    assert host.documents()[0].part_number == "PRT-100"
    host.reload(key)
    assert host.documents()[0].part_number == "PRT-101"


def test_a_document_that_cannot_be_saved_says_so_and_stays_open(
    host: HeadlessHost, heard: list[object], part: Path
) -> None:
    key = host.open(part)
    host.edit(key, DATA / "bracket-bob.FCStd")
    shutil.rmtree(part.parent)
    part.parent.write_bytes(b"a file where the folder was")
    with pytest.raises(HostError, match=r"bracket\.FCStd cannot be written"):
        host.close(key)
    assert host.modified(key)
    assert key not in heard


@pytest.mark.parametrize("save", [True, False])
def test_close_saves_or_drops_and_reports_before_the_document_goes(
    host: HeadlessHost, part: Path, save: bool
) -> None:
    key, before = host.open(part), part.read_bytes()
    open_when_told: list[Document] = []

    class Closing(Recorder):
        def document_closing(self, document_key: str) -> None:
            open_when_told.extend(host.documents())

    host.attach(Closing())
    host.edit(key, DATA / "bracket-bob.FCStd")
    host.close(key, save=save)
    assert (part.read_bytes() != before) is save
    assert [document.key for document in open_when_told] == [key]
    assert host.documents() == ()
    with pytest.raises(HostError, match="not open any more"):
        host.save(key)


def test_files_that_are_none_are_one_sentence(host: HeadlessHost, part: Path) -> None:
    (part.parent / "text.FCStd").write_text("no part")
    for name in ("missing.FCStd", "text.FCStd"):
        with pytest.raises(FileError, match=name):
            host.open(part.parent / name)
    key = host.open(part)
    with pytest.raises(FileError):
        host.edit(key, part.parent / "missing.FCStd")
    with pytest.raises(FileError):
        host.edit(key, part.parent / "text.FCStd")
    assert not host.modified(key)


def test_backing_out_happens_later_and_reports_the_path_that_is_left(
    host: HeadlessHost, heard: list[object], part: Path
) -> None:
    key = host.open(part)
    host.enter(key, BODY, SKETCH)
    del heard[:]
    host.back_out(key, SKETCH)
    assert heard == []
    host.run_pending()
    assert heard == [(key, (BODY,))]
    host.back_out(key, SKETCH)  # not there any more
    host.back_out(key, BODY)
    host.run_pending()
    assert heard == [(key, (BODY,)), (key, ())]


def test_backing_out_of_an_outer_context_leaves_the_inner_ones(
    host: HeadlessHost, heard: list[object], part: Path
) -> None:
    key = host.open(part)
    host.enter(key, BODY, SKETCH)
    host.back_out(key, BODY)
    host.run_pending()
    assert heard[-1] == (key, ())


def test_backing_out_of_a_document_closed_meanwhile_is_harmless(
    host: HeadlessHost, part: Path
) -> None:
    key = host.open(part)
    host.enter(key, BODY)
    host.back_out(key, BODY)
    host.close(key)
    assert host.run_pending() == 1


def test_a_script_answers_later_and_once(host: HeadlessHost) -> None:
    answers: list[Reply] = []
    host.script = lambda question: question.options[1]
    host.ask(QUESTION, answers.append)
    assert (host.questions, answers) == ([QUESTION], [])
    host.run_pending()
    assert answers == [Reply("Wait")]
    with pytest.raises(ValueError, match="no such question"):
        host.answer("Ask")


def test_a_question_may_wait_for_its_answer(host: HeadlessHost) -> None:
    answers: list[Reply] = []
    other = Question("Other", "", ("Yes",))
    host.ask(QUESTION, answers.append)
    host.ask(other, answers.append)
    with pytest.raises(ValueError, match="none of"):
        host.answer("Nonsense")
    host.answer("Yes", other, "please")
    host.answer("")
    assert answers == [Reply("Yes", "please"), Reply("")]


def test_a_question_that_is_withdrawn_is_not_answered(host: HeadlessHost) -> None:
    answers: list[Reply] = []
    withdraw = host.ask(QUESTION, answers.append)
    withdraw()
    with pytest.raises(ValueError, match="no such question"):
        host.answer("")
    withdraw()
    assert answers == []


def test_notices_are_kept(host: HeadlessHost) -> None:
    notice = ActivityEntry(datetime.now(UTC), ActivityKind.BLOCKED, "blocked")
    host.notify(notice)
    assert host.notices == [notice]


def test_posted_calls_run_in_order_on_the_main_thread(host: HeadlessHost) -> None:
    ran: list[tuple[int, int]] = []

    def note(number: int) -> None:
        ran.append((number, threading.get_ident()))

    def post_all() -> None:
        for number in range(100):
            host.post(partial(note, number))

    poster = threading.Thread(target=post_all)
    poster.start()
    assert host.run_until(lambda: len(ran) == 100, timeout=60)
    poster.join()
    assert ran == [(number, threading.get_ident()) for number in range(100)]


def test_waiting_ends_with_its_time(host: HeadlessHost) -> None:
    assert host.run_pending(timeout=0.01) == 0
    assert not host.run_until(lambda: False, timeout=0.03)


def test_what_is_posted_before_attach_is_kept_and_after_detach_dropped(
    host: HeadlessHost,
) -> None:
    ran: list[str] = []
    host.post(lambda: ran.append("before"))
    host.attach(Recorder())
    assert host.run_pending() == 1
    host.ask(QUESTION, lambda reply: ran.append(reply.choice))
    host.post(lambda: ran.append("never"))
    host.detach()
    host.post(lambda: ran.append("never"))
    assert host.run_pending() == 0
    with pytest.raises(ValueError, match="no such question"):
        host.answer("")
    host.attach(Recorder())
    host.post(lambda: ran.append("again"))
    host.run_pending()
    assert ran == ["before", "again"]


def test_another_thread_may_do_nothing_but_post(host: HeadlessHost, part: Path) -> None:
    key = host.open(part)
    notice = ActivityEntry(datetime.now(UTC), ActivityKind.BLOCKED, "")
    calls: list[Callable[[], object]] = [
        lambda: host.open(part),
        lambda: host.enter(key),
        lambda: host.edit(key, part),
        lambda: host.reload(key),
        lambda: host.modified(key),
        lambda: host.close(key),
        lambda: host.answer(""),
        host.run_pending,
        lambda: host.run_until(lambda: True, 0.1),
        lambda: host.attach(Recorder()),
        host.detach,
        host.documents,
        lambda: host.labels(key),
        lambda: host.uses(key),
        lambda: host.save(key),
        lambda: host.back_out(key, BODY),
        lambda: host.ask(QUESTION, lambda option: None),
        lambda: host.notify(notice),
    ]
    refused: list[bool] = []

    def try_all() -> None:
        for call in calls:
            try:
                call()
            except RuntimeError:
                refused.append(True)
            else:
                refused.append(False)

    thread = threading.Thread(target=try_all)
    thread.start()
    thread.join()
    assert refused == [True] * len(calls)
    assert host.documents()[0].key == key
