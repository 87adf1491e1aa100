"""Notices: what a user should see now, in a corner of the window, and may ignore.

A notice never takes the keyboard and never stops anything. It goes by itself, except while the mouse
or the keyboard is in it.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from silo_core.model.exchange import ActivityEntry
from silo_core.model.language import translate
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.looks import look_of

MOST = 3
"""Notices that are shown at once."""

SHOWN_MS = 12_000
READING_MS = 60
"""A notice stays for ``SHOWN_MS``, or for this much a character where that is longer."""

AGAIN_MS = 3_000
"""How soon a notice that was in use when its time was over is looked at again."""

WIDTH_CHARS = 46
DETAILS_LINES = 9
"""The details take at most this many lines, and scroll beyond them."""

MARGIN = 12
SPACING = 8
STRIPE = 4
BORDER = 0.3
"""How much of the text's colour the border has."""

READABLE = 100
"""How far apart the lightness of text and ground has to be, of 255."""


class Notices(QObject):
    """The notices of one window, in its lower right corner, the newest on top. Main thread."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._open: list[Notice] = []

    def show(self, entry: ActivityEntry) -> None:
        """Show ``entry``, in place of one that says the same, or else of the oldest of too many."""
        for notice in tuple(self._open):
            if notice.says_the_same_as(entry):
                notice.dismiss()
        notice = Notice(entry, self._window)
        notice.gone.connect(lambda: self._gone(notice))
        self._open.insert(0, notice)
        for watched in {self._window, _inner(self._window)}:
            watched.installEventFilter(self)  # only while there is something to arrange
        for oldest in tuple(self._open[MOST:]):
            oldest.dismiss()
        self._arrange()
        notice.show()
        notice.announce()

    def close(self) -> None:
        """Take all notices away."""
        for notice in tuple(self._open):
            if isValid(notice):  # its window may have taken it along
                notice.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep the corner when the window, or what is within its panels, changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self._open:
            self._arrange()
        return super().eventFilter(watched, event)

    def _gone(self, notice: Notice) -> None:
        if notice in self._open:
            self._open.remove(notice)
            self._arrange()
        if not self._open:
            for watched in {self._window, _inner(self._window)}:
                watched.removeEventFilter(self)

    def _arrange(self) -> None:
        """Newest on top; those that do not fit into the window any more go, the oldest first."""
        self._open = [notice for notice in self._open if isValid(notice)]
        area = _corner(self._window)
        needed = sum(notice.sizeHint().height() + SPACING for notice in self._open)
        while len(self._open) > 1 and needed > area.height():
            oldest = self._open.pop()
            needed -= oldest.sizeHint().height() + SPACING
            oldest.dismiss()
        bottom = area.bottom()
        for notice in reversed(self._open):
            size = notice.sizeHint()
            notice.setGeometry(
                area.right() - size.width(), bottom - size.height(), size.width(), size.height()
            )
            notice.raise_()
            bottom -= size.height() + SPACING


class Notice(QWidget):
    """One notice. ``gone`` is emitted once, when it was closed or its time was over; it then deletes
    itself."""

    gone = Signal()

    def __init__(self, entry: ActivityEntry, window: QWidget) -> None:
        super().__init__(window)
        self.entry = entry
        self._look = look_of(entry.kind)
        self._is_gone = False
        self.ensurePolished()  # its font counts from here on
        word = translate("SiloKinds", self._look.word)
        title = entry.text.removeprefix(f"{word}: ")
        if title != entry.text:  # else it may begin with somebody's name, which stays as it is
            title = title[:1].upper() + title[1:]
        self.setAccessibleName(f"{word}: {title}")
        self.setAccessibleDescription("\n".join(entry.details))
        self._headline = text.headline(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STRIPE + 12, 8, 8, 12)
        layout.setSpacing(4)
        layout.addLayout(self._caption(word))
        width = WIDTH_CHARS * self.fontMetrics().averageCharWidth()
        for part in self._body(entry.details, width):
            layout.addWidget(part)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._time_is_over)
        length = len(entry.text) + sum(map(len, entry.details))
        self._clock.start(max(SHOWN_MS, length * READING_MS))

    def says_the_same_as(self, entry: ActivityEntry) -> bool:
        """Whether a user would see no difference."""
        mine = self.entry
        return (mine.kind, mine.text, mine.details) == (entry.kind, entry.text, entry.details)

    def announce(self) -> None:
        """Have a screen reader read it out, as it does not get the keyboard."""
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def dismiss(self) -> None:
        """Take it away."""
        if not self._is_gone:
            self._is_gone = True
            self._clock.stop()
            self.hide()
            self.gone.emit()
            self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A ground of its own, as it may stand on a drawing, and a stripe in the colour of its kind."""
        ink = self._headline.palette().color(QPalette.ColorRole.WindowText)
        painter = QPainter(self)
        painter.fillRect(self.rect(), _ground(self.palette().color(QPalette.ColorRole.Window), ink))
        ink.setAlphaF(BORDER)
        painter.setPen(ink)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.fillRect(0, 0, STRIPE, self.height(), QColor(self._look.colour))

    def _caption(self, word: str) -> QHBoxLayout:
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize, None, self)
        icon = QLabel(self)
        icon.setPixmap(self.style().standardIcon(self._look.icon, None, self).pixmap(size, size))
        close = QToolButton(self)
        close.setAutoRaise(True)
        close.setText("×")  # in the colour of the text, which an icon of the style is not
        close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        close.setAccessibleName(translate("SiloNotice", "Close this notice"))
        close.setToolTip(translate("SiloNotice", "Close this notice"))
        close.clicked.connect(self.dismiss)
        caption = QLabel(word, self)
        caption.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(icon)
        row.addWidget(caption, 1)
        row.addWidget(close)
        return row

    def _body(self, details: tuple[str, ...], width: int) -> list[QWidget]:
        headline = self._headline
        headline.setFixedWidth(width)
        headline.setFixedHeight(headline.heightForWidth(width))
        if not details:
            return [headline]
        most = DETAILS_LINES * self.fontMetrics().lineSpacing()
        name = translate("SiloNotice", "Details of the notice")
        return [
            headline,
            text.scrolled(text.column(text.paragraphs(details), width, 3), width, most, name),
        ]

    def _time_is_over(self) -> None:
        focused = QApplication.focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._clock.start(AGAIN_MS)
        else:
            self.dismiss()


def _ground(wanted: QColor, ink: QColor) -> QColor:
    """``wanted``, unless ``ink`` cannot be read on it: a style sheet may colour the text alone."""
    if abs(wanted.lightness() - ink.lightness()) >= READABLE:
        return wanted
    return QColor("#2b2b2b" if ink.lightness() > 127 else "#f7f7f7")


def _inner(window: QWidget) -> QWidget:
    """What is within the window's panels and toolbars, where it has such."""
    central = window.centralWidget() if isinstance(window, QMainWindow) else None
    return central or window


def _corner(window: QWidget) -> QRect:
    """Where notices may stand, in the window's coordinates."""
    inner = _inner(window)
    origin = QPoint(0, 0) if inner is window else inner.mapTo(window, QPoint(0, 0))
    return QRect(origin, inner.size()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
