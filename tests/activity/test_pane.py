"""The pane itself: what it shows, finds, marks and leaves alone."""

from __future__ import annotations

import gc
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QStandardItem
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from silo_activity.plugin import Activity
from silo_activity.qt import signs
from silo_activity.qt.model import PAGE, Line
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.model.window import WindowKind
from silo_core.rules.activity import MARKS, Group
from silo_server.demo.player import Player
from tests.activity.kit import ACCESSIBLE, Pane, with_activity
from tests.workbench.kit import Job, settle

KIND = ActivityKind


@pytest.fixture
def alice(job: Job) -> tuple[Player, Activity]:
    player, activity = with_activity(job, "alice")
    settle(player)
    return player, activity


@pytest.fixture
def pane(alice: tuple[Player, Activity], qtbot: QtBot) -> Pane:
    return Pane(*alice, qtbot)


def post(pane: Pane, text: str, kind: KIND = KIND.UPDATED, **more: object) -> str:
    """An entry of a minute ago; answers its id."""
    workbench = pane.players[0].workbench
    entry = ActivityEntry(workbench.now() - timedelta(seconds=70), kind, text, **more)  # type: ignore[arg-type]
    return workbench.post_activity(entry)


def test_the_newest_is_on_top_and_details_unfold(pane: Pane) -> None:
    details = ("Working checkpoint (not a formal revision)", "Pocket.Length 5 mm → 7 mm")
    post(pane, "first")
    post(pane, "Updated: PRT-1 — alice finished editing Body", details=details, user="alice")
    row = pane.row("Updated")
    assert row.row() == 0
    assert pane.texts()[1] == "first"
    spoken = str(row.data(ACCESSIBLE))
    assert spoken.startswith("Unread, Updated: PRT-1 — alice finished")
    assert details[0] in spoken
    assert "1 min ago" in spoken
    view = pane.widget.view
    view.setCurrentIndex(row)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.isExpanded(row)
    assert pane.widget.model.index(0, 0, row).data() == details[1]


def test_a_larger_font_makes_higher_rows(pane: Pane) -> None:
    post(pane, "Updated: " + "many words of which not all stand in one line " * 3)
    view, row = pane.widget.view, pane.row("Updated")
    assert pane.until(lambda: view.visualRect(row).height() > 0)
    before, font = view.visualRect(row).height(), view.font()
    font.setPointSizeF(3 * font.pointSizeF())
    view.setFont(font)
    assert pane.until(lambda: view.visualRect(row).height() > 2 * before)


def test_every_row_is_as_high_as_what_it_shows(pane: Pane) -> None:
    view, model = pane.widget.view, pane.widget.model
    post(pane, "a question", KIND.HANDOFF, actions=(Action("test.answer", "Answer"),))
    assert pane.until(lambda: bool(pane.buttons("Answer")))
    for number in range(5):
        post(pane, f"Updated: PRT-{number}", details=("what changed", "and this"))
        assert pane.row(f"PRT-{number}").row() == 0
        rows = [model.index(row, 0) for row in range(model.rowCount())]
        heights = [view.visualRect(row).height() for row in rows]
        assert heights == [view.sizeHintForIndex(row).height() for row in rows]
    (button,) = pane.buttons("Answer")
    place = button.mapTo(view.viewport(), button.rect().center())
    assert model.line(view.indexAt(place)).entry.text == "a question"  # type: ignore[union-attr]


def test_what_others_wrote_is_text_and_never_markup(pane: Pane) -> None:
    post(pane, "<b>Updated</b> & so on", details=("<img src='http://a.example/x.png'>",))
    row = pane.row("Updated")
    assert row.data() == "<b>Updated</b> & so on"
    tip = str(row.data(Qt.ItemDataRole.ToolTipRole))
    assert "&lt;b&gt;Updated&lt;/b&gt; &amp; so on<br>&lt;img" in tip


def test_it_fits_into_a_narrow_panel(pane: Pane) -> None:
    assert pane.widget.minimumSizeHint().width() <= 300


def test_repeats_and_bulk_syncs_are_one_line_that_unfolds(pane: Pane) -> None:
    for number in range(40):
        post(pane, f"Synced: PRT-{number}", KIND.SYNCED, part_number=f"PRT-{number}")
    for _ in range(4):
        post(pane, "Blocked: cannot edit Sketch001 on PRT-1", KIND.BLOCKED)
    assert pane.until(lambda: "Synced: 40 items" in pane.texts())
    assert pane.texts()[0] == "Blocked: cannot edit Sketch001 on PRT-1 ×4"
    bulk = pane.row("Synced")
    pane.widget.view.expand(bulk)
    assert pane.until(lambda: pane.widget.model.rowCount(bulk) == 40)
    inside = [pane.widget.model.index(row, 0, bulk).data() for row in range(40)]
    assert inside == [f"Synced: PRT-{number}" for number in reversed(range(40))]


def test_filters_and_search_find_what_there_is(pane: Pane) -> None:
    for number in range(180):
        user = ("alice", "bob")[number % 2]
        kind = (KIND.UPDATED, KIND.CHECKPOINT)[number % 2]
        post(pane, f"entry {number}", kind, user=user, part_number=f"PRT-{number % 3}")
    filters = pane.widget.filters
    assert pane.until(lambda: filters.person.findData("bob") > 0)

    def shown(*wanted: str) -> bool:
        return pane.until(lambda: pane.texts() == list(wanted))

    QTest.keyClicks(filters.search, "entry 17")
    assert shown(
        "entry 179",
        "entry 178",
        "entry 177",
        "entry 176",
        *(f"entry {number}" for number in (*range(175, 169, -1), 117, 17)),
    )
    filters.person.setCurrentIndex(filters.person.findData("bob"))
    assert pane.until(lambda: pane.texts()[-2:] == ["entry 117", "entry 17"])
    filters.part.setCurrentIndex(filters.part.findData("PRT-2"))
    assert shown("entry 179", "entry 173", "entry 17")
    filters.kind.setCurrentIndex(filters.kind.findData(KIND.UPDATED.value))
    assert shown()
    assert pane.widget.view.empty_text == "Nothing of this kind has happened."
    filters.kind.setCurrentIndex(0)
    filters.part.setCurrentIndex(0)
    filters.person.setCurrentIndex(0)
    filters.search.clear()
    assert pane.until(lambda: pane.widget.model.rowCount() >= PAGE)
    bar = pane.widget.view.verticalScrollBar()

    def at_the_end() -> bool:
        bar.setValue(bar.maximum())
        return not pane.widget.model.has_more

    assert pane.until(at_the_end)
    assert "entry 0" in pane.texts()


def test_what_was_read_is_marked_and_can_be_left_out(pane: Pane) -> None:
    first, second = post(pane, "first"), post(pane, "second")
    feed, filters = pane.widget._feed, pane.widget.filters
    row = pane.row("first")
    assert {first, second} <= feed.unread
    pane.widget.view.setCurrentIndex(row)
    assert first not in feed.unread
    assert not str(row.data(ACCESSIBLE)).startswith("Unread")
    filters.unread.setChecked(True)
    assert pane.until(lambda: "first" not in pane.texts() and "second" in pane.texts())
    filters.all_read.click()
    assert feed.unread == set()
    assert pane.until(lambda: filters.unread.text() == "Unread")
    assert not filters.all_read.isEnabled()


def test_what_comes_while_somebody_reads_older_ones_does_not_move_them(pane: Pane) -> None:
    for number in range(80):
        post(pane, f"entry {number}")
    pane.row("entry 79")
    view, model = pane.widget.view, pane.widget.model
    bar = view.verticalScrollBar()
    assert pane.until(lambda: bar.maximum() > 30)
    bar.setValue(20)
    before = view.indexAt(view.viewport().rect().topLeft()).data()
    post(pane, "news")
    assert pane.until(lambda: model.index(0, 0).data() == "news")
    assert view.indexAt(view.viewport().rect().topLeft()).data() == before


def test_ages_are_told_anew_by_one_timer(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    post(pane, "an hour later")
    row = pane.row("an hour later")
    workbench = pane.players[0].workbench
    now = workbench.now()
    monkeypatch.setattr(workbench, "now", lambda: now + timedelta(hours=2))
    line = pane.widget.model.line(row)
    assert line is not None
    assert pane.widget.model.age(line) == "2 h ago"
    assert pane.widget._ages.isActive()


def test_a_part_shows_its_picture_and_a_broken_one_none(
    job: Job, alice: tuple[Player, Activity], qtbot: QtBot
) -> None:
    player, activity = alice
    file = job.file_of(player)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("thumbnails/Thumbnail.png", png(job.folder, Qt.GlobalColor.red))
    pane = Pane(player, activity, qtbot)
    post(pane, "with a picture", part_number=job.part)
    thumbnails = pane.widget._thumbnails
    assert pane.until(lambda: thumbnails.get(job.part) is not None)
    image = thumbnails.get(job.part)
    assert image is not None
    assert image.pixelColor(5, 5) == QColor(Qt.GlobalColor.red)
    assert thumbnails.get("") is None
    file.write_bytes(b"no part")
    thumbnails.forget(job.part)
    thumbnails.get(job.part)
    assert pane.until(lambda: job.part not in thumbnails._wanted)
    assert thumbnails.get(job.part) is None


def png(folder: Path, colour: Qt.GlobalColor) -> bytes:
    image = QImage(32, 32, QImage.Format.Format_RGB32)
    image.fill(colour)
    path = folder / "picture.png"
    assert image.save(str(path))
    return path.read_bytes()


def count(*kinds: type) -> int:
    """How many such objects the collector knows of."""
    gc.collect()
    return sum(type(one) in kinds for one in gc.get_objects())


def test_no_row_is_an_object_of_python(pane: Pane) -> None:
    """The collector looks through all of those in one frame, whichever that is."""
    made_of = (Line, Group, QStandardItem, QModelIndex, QPersistentModelIndex)
    entries, rows = count(ActivityEntry), count(*made_of)
    for number in range(400):
        post(pane, f"entry {number}", details=("first", "second"))
    assert pane.until(lambda: pane.texts()[:1] == ["entry 399"])
    while pane.widget.model.has_more:
        pane.widget.model.more()
        pane.until(lambda: True)
    assert count(ActivityEntry) > entries + 300
    assert count(*made_of) < rows + 40


def test_a_flood_of_presence_and_entries_is_drawn_at_most_twenty_times_a_second(
    pane: Pane,
) -> None:
    player, updates = pane.players[0], []
    settled = pane.widget._updates
    assert settled._timer.interval() >= 50
    settled.due.connect(lambda: updates.append(1))
    for number in range(1000):
        player.workbench.hooks.presence_changed(frozenset({f"PRT-{number}"}))
        post(pane, f"entry {number}")
    player.host.run_pending()
    assert pane.until(lambda: "entry 999" in pane.texts())
    assert len(updates) <= 3, "one look at all that came while nobody could see it"
    assert pane.widget.model.rowCount() <= 3 * PAGE, "and as many rows as can soon be seen"


def test_every_row_can_be_copied_and_jumped_to(pane: Pane) -> None:
    post(pane, "Updated: x", details=("a", "b"), part_number=pane_part(pane), object_id="Sketch001")
    view = pane.widget.view
    view.setCurrentIndex(pane.row("Updated: x"))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Updated: x\na\nb"
    QTest.keyClick(view, Qt.Key.Key_Return)
    host = pane.players[0].host
    (document,) = host.documents()
    assert host.selected == [(document.key, "Sketch001")]


def pane_part(pane: Pane) -> str:
    return pane.players[0].host.documents()[0].part_number or ""


def test_the_keyboard_reaches_every_control(pane: Pane) -> None:
    filters = pane.widget.filters
    pane.widget.activateWindow()
    filters.search.setFocus()
    reached: set[QWidget | None] = set()
    post(pane, "something unread")
    assert pane.until(filters.all_read.isEnabled)
    for _ in range(12):
        reached.add(QGuiApplication.focusObject())  # type: ignore[arg-type]
        QTest.keyClick(pane.widget.focusWidget(), Qt.Key.Key_Tab)
    controls = {filters.search, filters.kind, filters.person, filters.part, pane.widget.view}
    assert controls <= reached
    for control in (*controls, filters.unread, filters.all_read):
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert control.accessibleName() or getattr(control, "text", str)()


def test_every_kind_has_a_sign_of_its_own_and_a_word() -> None:
    assert set(signs._SIGNS) == set(ActivityKind)
    pictures = {kind: drawn(kind) for kind in ActivityKind}
    same = {
        (KIND.UPDATED, KIND.SYNCED)
    }  # both come down; the headline's first word tells them apart
    for one in ActivityKind:
        for other in ActivityKind:
            if one < other and (one, other) not in same and (other, one) not in same:
                assert pictures[one] != pictures[other], (one, other)
    words = [mark.word for mark in MARKS.values()]
    assert len(set(words)) == len(words)


def drawn(kind: ActivityKind) -> bytes:
    """The shape alone: its colour is taken out."""
    image = QImage(48, 48, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    signs.draw(painter, QRectF(0, 0, 48, 48), kind)
    painter.end()
    return bytes(image.convertToFormat(QImage.Format.Format_Alpha8).constBits())


def test_the_plugin_offers_the_pane_and_closing_it_leaves_nothing(
    alice: tuple[Player, Activity], qtbot: QtBot
) -> None:
    player, activity = alice
    (window,) = [w for w in player.workbench.hooks.windows() if w.name == "Silo_Activity"]
    assert (window.title, window.kind) == ("Silo Activity", WindowKind.PANE)
    holder = QWidget()
    qtbot.addWidget(holder)
    made = window.make(holder)
    assert isinstance(made, QWidget)
    assert activity.feed is not None
    assert len(activity.feed._listeners) == 1
    holder.deleteLater()
    with qtbot.waitSignal(holder.destroyed):
        pass
    assert activity.feed._listeners == []
