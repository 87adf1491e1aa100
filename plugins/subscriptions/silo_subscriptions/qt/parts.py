"""Pieces that the windows of this plugin share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QObject,
    Qt,
    Signal,
)
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from silo_core.model.language import translate
from silo_core.model.subscription import Policy
from silo_core.surfaces.qt import text
from silo_subscriptions.qt.rows import RowDelegate

MAX_REVISION = 1_000_000
ICON = 16


class Line(QWidget):
    """One line that says how things are; a problem has an icon and the word beside it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self._text = text.label("")
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._name = name
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self._text.setMinimumHeight(self.fontMetrics().lineSpacing())
        self._icon.hide()
        self.is_problem = False
        self.setAccessibleName(name)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text().replace("\u200b", "")

    def say(self, words: str) -> None:
        """Say something; nothing, to be empty."""
        self._show(words, is_problem=False)

    def complain(self, words: str) -> None:
        """Say what did not work. A screen reader reads it out."""
        self._show(
            translate("SiloSubscriptions", "Problem: {what}").format(what=words), is_problem=True
        )
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _show(self, words: str, *, is_problem: bool) -> None:
        self.is_problem = is_problem
        self._text.setText(text.breakable(words))
        self._icon.setVisible(is_problem)
        if is_problem:
            icon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
            self._icon.setPixmap(icon.pixmap(ICON, ICON))
        self.setAccessibleDescription(words)


class PolicyChooser(QWidget):
    """Which content is wanted. ``changed`` is emitted when another one is chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.policies = QComboBox()
        for policy, name in (
            (Policy.LATEST, translate("SiloSubscriptions", "Latest")),
            (Policy.LATEST_RELEASED, translate("SiloSubscriptions", "Latest released")),
            (Policy.PINNED, translate("SiloSubscriptions", "Pinned to a revision")),
        ):
            self.policies.addItem(name, policy)
        self.policies.setAccessibleName(
            translate("SiloSubscriptions", "Which version to keep up with")
        )
        self.revision = QSpinBox()
        self.revision.setRange(1, MAX_REVISION)
        self.revision.setPrefix(translate("SiloSubscriptions", "revision "))
        self.revision.setAccessibleName(translate("SiloSubscriptions", "Revision to keep to"))
        self.note = text.label("")
        label = QLabel(translate("SiloSubscriptions", "Keep &up with:"))
        label.setBuddy(self.policies)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.policies)
        row.addWidget(self.revision)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.note)
        self.policies.currentIndexChanged.connect(self._chosen)
        self.revision.valueChanged.connect(lambda _: self.changed.emit())
        self._explain()

    @property
    def policy(self) -> Policy:
        """The policy that is chosen."""
        return Policy(self.policies.currentData())

    @property
    def pinned_to(self) -> int | None:
        """The revision of a pinned one."""
        return self.revision.value() if self.policy is Policy.PINNED else None

    def choose(self, policy: Policy, revision: int | None) -> None:
        """Show this one."""
        self.policies.setCurrentIndex(self.policies.findData(policy))
        if revision:
            self.revision.setValue(min(revision, MAX_REVISION))

    def _chosen(self) -> None:
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        policy = self.policy
        self.revision.setVisible(policy is Policy.PINNED)
        self.note.setText(
            {
                Policy.LATEST: translate(
                    "SiloSubscriptions",
                    "Working checkpoints too: what somebody left a minute ago, finished or not.",
                ),
                Policy.LATEST_RELEASED: translate(
                    "SiloSubscriptions", "Formal revisions only, the newest one."
                ),
                Policy.PINNED: translate(
                    "SiloSubscriptions", "That revision, whatever comes after it."
                ),
            }[policy]
        )


class List(QListView):
    """A long list of rows. Space checks the selected rows, or takes their checks away."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(RowDelegate(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def selected_rows(self) -> list[int]:
        """The rows that are selected, from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedIndexes())

    def select_rows(self, rows: Iterable[int]) -> None:
        """Select these too (in their order). In one step and as few ranges as can be: thousands of
        single ones take seconds."""
        model, ranges = self.model(), QItemSelection()
        for first, last in _ranges(rows):
            ranges.append(QItemSelectionRange(model.index(first, 0), model.index(last, 0)))
        self.selectionModel().select(ranges, QItemSelectionModel.SelectionFlag.Select)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space, for all selected rows at once."""
        indexes = self.selectedIndexes() or [self.currentIndex()]
        role = Qt.ItemDataRole.CheckStateRole
        if event.key() != Qt.Key.Key_Space or indexes[0].data(role) is None:
            super().keyPressEvent(event)
            return
        is_on = all(Qt.CheckState(one.data(role)) is Qt.CheckState.Checked for one in indexes)
        wanted = Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked
        for index in indexes:
            self.model().setData(index, wanted, role)


def _ranges(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of rows."""
    first = last = -2
    for row in rows:
        if row != last + 1:
            if first >= 0:
                yield first, last
            first = row
        last = row
    if first >= 0:
        yield first, last


class KeyForwarder(QObject):
    """Down in a search field goes on to the list below it."""

    def __init__(self, field: QWidget, below: QWidget) -> None:
        super().__init__(field)
        self._below = below
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See the class."""
        is_down = (
            event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Down
        )
        if is_down:
            self._below.setFocus(Qt.FocusReason.TabFocusReason)
        return is_down or super().eventFilter(watched, event)
