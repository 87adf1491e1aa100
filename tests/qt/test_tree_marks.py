"""Marks in a model tree like FreeCAD's, between two workstations and a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QHelpEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from silo_core.model.event import Event
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.model.item import Version, VersionKind
from silo_core.model.sync import Behind, Newer
from silo_core.ports.files import read_file
from silo_core.rules.presence import Dot
from silo_core.surfaces.qt.mark_delegate import MarkDelegate
from silo_core.surfaces.qt.tree_marks import NAME_COLUMN, TreeMarks
from silo_server.demo.gui.part_tree import PartTree
from silo_server.demo.player import Player
from tests.workbench.kit import Job, until


class Pair:
    """Alice and bob on one part; bob has the tree."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.tree = PartTree()
        self.tree.show_part("Mounting Bracket", read_file(job.base))
        self.tree.resize(320, 300)
        self.tree.show()
        self.delegate = self.tree.itemDelegate()
        self.marks = TreeMarks(self.tree, self.tree.part_of)
        self.alice = job.join("alice")
        self.bob = job.player("bob")
        self.bob.workbench.plugins.register(self.marks, "tree-marks")
        job.go_online(self.bob)
        self.bob.open(job.file_of(self.bob))

    def row(self, name: str) -> QModelIndex:
        """Without a name, the document's row."""
        model = self.tree.model()
        if not name:
            return model.index(0, 0)
        first = model.index(0, NAME_COLUMN, model.index(0, 0))
        flags = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
        return model.match(first, Qt.ItemDataRole.DisplayRole, name, 1, flags)[0].siblingAtColumn(0)

    def dot(self, name: str) -> Dot:
        mark = self.marks.mark(self.row(name))
        return mark.dot if mark else Dot.NONE

    def has(self, **dots: Dot) -> bool:
        """Wait until these rows, and no others, have these marks. ``document`` is the document's."""
        names = ["", "Body", "Pad", "Pocket", "Sketch", "Sketch001", "Sketch002"]
        wanted = {"": dots.pop("document", Dot.NONE), **dots}

        def holds() -> bool:
            QApplication.processEvents()
            return {name: self.dot(name) for name in names} == dict.fromkeys(
                names, Dot.NONE
            ) | wanted

        return until(holds, self.alice, self.bob)

    def said(self, name: str) -> str:
        return str(self.row(name).data(Qt.ItemDataRole.AccessibleDescriptionRole) or "")


@pytest.fixture
def pair(qapp: QApplication, job: Job) -> Iterator[Pair]:
    pair = Pair(job)
    yield pair
    pair.bob.workbench.stop()
    pair.tree.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_who_has_it_open_who_edits_within_and_who_edits_this(pair: Pair) -> None:
    assert pair.has(document=Dot.VIEWING)
    pair.alice.edit("Sketch001")
    within = Dot.EDITING_WITHIN
    assert pair.has(document=within, Body=within, Pocket=within, Sketch001=Dot.OTHER_EDITING_THIS)
    pair.alice.edit()
    assert pair.has(document=Dot.VIEWING)


def test_what_one_edits_oneself_is_not_marked(pair: Pair) -> None:
    pair.bob.edit("Sketch001")
    assert until(lambda: bool(pair.bob.workbench.presence.sessions), pair.bob)
    assert pair.has(document=Dot.VIEWING)


def test_every_mark_is_said_in_words(pair: Pair) -> None:
    pair.alice.edit("Sketch001")
    assert pair.has(
        document=Dot.EDITING_WITHIN,
        Body=Dot.EDITING_WITHIN,
        Pocket=Dot.EDITING_WITHIN,
        Sketch001=Dot.OTHER_EDITING_THIS,
    )
    for name in ("", "Body", "Pocket", "Sketch001"):
        assert "alice edits" in pair.said(name)
        assert "CAD-alice" in pair.said(name)
        assert "since " in pair.said(name)
    assert "Sketch001" in pair.said("Body")
    assert "You cannot edit it" in pair.said("Sketch001")
    assert pair.said("Pad") == ""
    accessible = QAccessible.queryAccessibleInterface(pair.tree)
    children = [accessible.child(number) for number in range(accessible.childCount())]
    described = [child.text(QAccessible.Text.Description) for child in children]
    assert sum("alice edits" in text for text in described) >= 4
    pair.alice.edit()
    assert pair.has(document=Dot.VIEWING)
    assert pair.said("Sketch001") == ""
    assert "alice has this part open" in pair.said("")


def test_a_description_is_no_edit_of_the_row(pair: Pair) -> None:
    changed: list[object] = []
    pair.tree.itemChanged.connect(lambda item, column: changed.append(item))
    pair.alice.edit("Sketch001")
    assert until(
        lambda: bool(pair.said("Sketch001")) or bool(QApplication.processEvents()), pair.bob
    )
    assert pair.has(
        document=Dot.EDITING_WITHIN,
        Body=Dot.EDITING_WITHIN,
        Pocket=Dot.EDITING_WITHIN,
        Sketch001=Dot.OTHER_EDITING_THIS,
    )
    assert changed == []


def test_rows_that_come_later_are_marked(pair: Pair) -> None:
    pair.alice.edit("Sketch001")
    within = Dot.EDITING_WITHIN
    assert pair.has(document=within, Body=within, Pocket=within, Sketch001=Dot.OTHER_EDITING_THIS)
    pair.tree.show_part("Mounting Bracket", read_file(pair.job.base))
    assert pair.has(document=within, Body=within, Pocket=within, Sketch001=Dot.OTHER_EDITING_THIS)
    assert until(
        lambda: bool(pair.said("Sketch001")) or bool(QApplication.processEvents()), pair.bob
    )


def test_the_tooltip_says_who_where_and_since_when(pair: Pair) -> None:
    pair.alice.edit("Sketch001")
    within = Dot.EDITING_WITHIN
    assert pair.has(document=within, Body=within, Pocket=within, Sketch001=Dot.OTHER_EDITING_THIS)
    item = pair.tree.itemFromIndex(pair.row("Sketch001"))
    item.setToolTip(0, "as <before>")
    place = pair.tree.visualRect(pair.row("Sketch001")).center()
    event = QHelpEvent(QEvent.Type.ToolTip, place, pair.tree.viewport().mapToGlobal(place))
    QApplication.sendEvent(pair.tree.viewport(), event)
    assert "alice edits Sketch001, at CAD-alice, since " in QToolTip.text()
    assert "as &lt;before&gt;" in QToolTip.text()
    QToolTip.hideText()


def mark_of(pair: Pair, name: str, width: int = 20) -> list[tuple[int, int]]:
    """The pixels at the right end of a row that are not of its ground."""
    rect = pair.tree.visualRect(pair.row(name))
    picture = pair.tree.viewport().grab().toImage()
    ground = picture.pixelColor(rect.right() - 1, rect.top() + 1)
    return [
        (x, y)
        for x in range(rect.right() - width, rect.right() + 1)
        for y in range(rect.top(), rect.bottom() + 1)
        if _differ(picture.pixelColor(x, y), ground)
    ]


def _differ(one: QColor, other: QColor) -> bool:
    return abs(one.lightness() - other.lightness()) > 12 or abs(one.red() - other.red()) > 24


def test_newer_parts_are_an_arrow_beside_the_other_mark(pair: Pair) -> None:
    assert pair.has(document=Dot.VIEWING)
    pair.tree.setCurrentIndex(pair.row("Pad"))
    before, at = set(mark_of(pair, "", width=40)), pair.bob.workbench.now()
    (document,) = pair.bob.host.documents()
    newer = (
        Newer("PRT-9", Version("v5", VersionKind.REVISION, 5, user="alice", created_at=at)),
        Newer(pair.job.part, Version("v6", VersionKind.CHECKPOINT, user="alice")),
    )
    pair.bob.workbench.hooks.behind_changed((Behind(document, newer),))
    assert until(lambda: "PRT-9" in pair.said("") or bool(QApplication.processEvents()), pair.bob)
    people, uses, own = pair.said("").splitlines()
    assert "alice has this part open" in people
    moment = f"{at.astimezone():%H:%M}"
    assert (
        uses == f"Uses PRT-9, whose newer version (rev 5, by alice, {moment}) you do not have yet"
    )
    assert own == "Has a newer version (a checkpoint, by alice) that you do not have yet"
    drawn = set(mark_of(pair, "", width=40))
    assert drawn > before  # the ring as it was, and the arrow to its left
    assert max(x for x, _ in drawn - before) < min(x for x, _ in before)
    assert pair.said("Body") == ""


@pytest.mark.parametrize("base", ["#ffffff", "#1e1e1e"])
def test_marks_differ_in_shape_on_light_and_dark(pair: Pair, base: str) -> None:
    palette = QPalette(pair.tree.palette())
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    pair.tree.setPalette(palette)
    assert pair.has(document=Dot.VIEWING)
    pair.tree.setCurrentIndex(pair.row("Pad"))
    shapes = [mark_of(pair, "")]
    assert mark_of(pair, "Sketch") == []
    pair.alice.edit("Sketch001")
    within = Dot.EDITING_WITHIN
    assert pair.has(document=within, Body=within, Pocket=within, Sketch001=Dot.OTHER_EDITING_THIS)
    shapes += [mark_of(pair, ""), mark_of(pair, "Sketch001")]
    tops = [min(y for _, y in shape) for shape in shapes]
    outlines = [
        frozenset((x, y - top) for x, y in shape) for shape, top in zip(shapes, tops, strict=True)
    ]
    assert all(outlines)
    assert len(set(outlines)) == 3


def test_a_style_sheet_counts_more_than_the_palette(pair: Pair) -> None:
    palette = QPalette(pair.tree.palette())
    palette.setColor(QPalette.ColorRole.Base, QColor("#1e1e1e"))
    pair.tree.setPalette(palette)
    pair.tree.setStyleSheet("QTreeView { background: #ffffff; color: #000000 }")
    pair.tree.setCurrentIndex(pair.row("Pad"))
    pair.alice.edit("Sketch001")
    within = Dot.EDITING_WITHIN
    assert pair.has(document=within, Body=within, Pocket=within, Sketch001=Dot.OTHER_EDITING_THIS)
    picture = pair.tree.viewport().grab().toImage()
    drawn = {picture.pixelColor(x, y).name() for x, y in mark_of(pair, "Sketch001")}
    assert "#cf2222" in drawn  # as on a light ground
    assert "#ff6b64" not in drawn


def test_offline_they_fade_and_say_how_old_they_are(pair: Pair) -> None:
    pair.alice.edit("Sketch001")
    within = Dot.EDITING_WITHIN
    assert pair.has(document=within, Body=within, Pocket=within, Sketch001=Dot.OTHER_EDITING_THIS)
    before = pair.tree.grab().toImage()
    pair.bob.workbench.connection_is(Connection(ConnectionState.OFFLINE))  # as its link tells it
    assert until(
        lambda: (
            "unknown while offline" in pair.said("Sketch001") or bool(QApplication.processEvents())
        ),
        pair.bob,
    )
    assert " ago" in pair.said("Sketch001")
    assert "You cannot" not in pair.said("Sketch001")
    assert pair.tree.grab().toImage() != before


def test_a_thousand_events_a_second_are_drawn_twenty_times(pair: Pair, job: Job) -> None:
    assert pair.has(document=Dot.VIEWING)
    looks = []
    pair.marks._look.due.connect(lambda: looks.append(1))
    wire = {
        "id": "",
        "part_number": job.part,
        "user": "carol",
        "workstation_id": "w-carol",
        "context_level": "sketch",
        "object_id": "Sketch002",
        "acquired_at": "2026-03-03T14:02:00Z",
    }
    for number in range(500):
        session = {**wire, "id": f"many-{number}"}
        pair.bob.workbench._server_event(Event(None, "edit.session_acquired", session))
        over = {"part_number": job.part, "session_id": f"many-{number}"}
        pair.bob.workbench._server_event(Event(None, "edit.session_released", over))
    assert looks == []  # all of it came in one turn of the loop
    assert pair.has(document=Dot.VIEWING)
    QTest.qWait(200)
    assert 1 <= len(looks) <= 5


# -- the tree's own delegate -----------------------------------------------------------------------


class Own(QStyledItemDelegate):
    """Does something of its own in every method that FreeCAD's does something in."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.painted = 0
        self.seen: list[str] = []

    def paint(self, painter: object, option: object, index: object) -> None:
        self.painted += 1
        super().paint(painter, option, index)  # type: ignore[arg-type]

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: object
    ) -> QWidget:
        self.seen.append("created")
        return QLineEdit(parent)

    def setEditorData(self, editor: QWidget, index: object) -> None:  # noqa: N802
        assert isinstance(editor, QLineEdit)
        editor.setText("from the old one")

    def setModelData(self, editor: QWidget, model: object, index: object) -> None:  # noqa: N802
        assert isinstance(editor, QLineEdit)
        self.seen.append(editor.text())


def edited(tree: PartTree) -> QLineEdit:
    item = tree.topLevelItem(0)
    assert item
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    tree.editItem(item, 0)
    (editor,) = tree.findChildren(QLineEdit)
    return editor


@pytest.fixture
def alone(qapp: QApplication, job: Job) -> Iterator[tuple[PartTree, Own, Player]]:
    """A tree with a delegate of its own, and marks on it."""
    tree = PartTree()
    tree.show_part("Mounting Bracket", read_file(job.base))
    own = Own(tree)
    tree.setItemDelegate(own)
    player = job.player("bob")
    player.workbench.plugins.register(TreeMarks(tree, tree.part_of), "tree-marks")
    player.workbench.start()
    tree.show()
    yield tree, own, player
    player.workbench.stop()
    tree.deleteLater()  # not left to a garbage collector that may run on any thread
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_the_trees_own_delegate_paints_and_edits_as_before(
    alone: tuple[PartTree, Own, Player],
) -> None:
    tree, own, _ = alone
    assert isinstance(tree.itemDelegate(), MarkDelegate)
    tree.grab()
    assert own.painted > 0
    editor = edited(tree)
    assert editor.text() == "from the old one"
    own.commitData.emit(editor)  # FreeCAD's delegate says itself when an edit is over
    own.closeEditor.emit(editor)
    assert own.seen == ["created", "from the old one"]
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert tree.findChild(QLineEdit) is None


def test_the_tree_gets_its_delegate_back(alone: tuple[PartTree, Own, Player]) -> None:
    tree, own, player = alone
    player.workbench.stop()
    assert tree.itemDelegate() is own
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not tree.findChildren(MarkDelegate)
    own.painted = 0
    tree.grab()
    assert own.painted > 0
    edited(tree)
    player.workbench.start()
    assert isinstance(tree.itemDelegate(), MarkDelegate)


def test_a_tree_that_is_deleted_is_no_trouble(job: Job, qapp: QApplication) -> None:
    tree = PartTree()
    bob, alice = job.player("bob"), job.join("alice")
    bob.workbench.plugins.register(TreeMarks(tree, tree.part_of), "tree-marks")
    job.go_online(bob)
    tree.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    alice.edit("Sketch001")
    assert until(lambda: bool(bob.workbench.presence.sessions), alice, bob)
    QTest.qWait(100)
    bob.workbench.stop()
    states = {info.name: info.error for info in bob.workbench.plugins.plugins()}
    assert states["tree-marks"] == ""


def test_a_row_at_a_place_without_a_part_has_no_mark(pair: Pair) -> None:
    pair.tree.part_number = None
    pair.alice.edit("Sketch001")
    assert until(lambda: bool(pair.bob.workbench.presence.sessions), pair.alice, pair.bob)
    assert pair.has()
    assert pair.tree.indexAt(QPoint(5, 5)).isValid()
