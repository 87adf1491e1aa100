"""Questions to the user, beside the editor and never in its way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from silo_core.model.exchange import Question, Reply
from silo_core.model.language import translate
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.looks import look_of

Answer = Callable[[Reply], None]

TEXT_WIDTH_CHARS = 58
"""Width of the text, in average characters of the font: what is comfortable to read."""

SCREEN_SHARE = 0.4
"""The text takes at most this share of the screen's height, and scrolls beyond it."""

MESSAGE_LENGTH = 500
"""The most characters of a message."""

STEP = QPoint(28, 28)
"""How far a question stands from the one that was asked before it, in pixels."""


class Questions:
    """The questions that are open over one window. Main thread."""

    def __init__(self, window: QWidget | None) -> None:
        self._window = window
        self._open: list[QuestionBox] = []

    def ask(self, question: Question, answer: Answer) -> Callable[[], None]:
        """Show ``question`` and return at once; ``answer`` is called once, with what was chosen. A
        question that is asked again takes the place of the one still open, which counts as closed;
        what was written beside it is kept. What comes back takes the question away, unanswered.
        """
        earlier = [box for box in self._open if isValid(box) and box.question == question]
        box = QuestionBox(question, self._window)
        box.finished.connect(lambda _: self._finished(box, answer))
        box.step_aside([other for other in self._open if other not in earlier and isValid(other)])
        self._open.append(box)
        for replaced in earlier:
            box.write(replaced.message)
            replaced.reject()
        box.appear()
        return lambda: self._withdraw(box)

    def is_about(self, entry_id: str) -> bool:
        """Whether a question is open that an activity entry offers, too."""
        return any(isValid(box) and box.question.entry_id == entry_id for box in self._open)

    def close(self) -> None:
        """Take all open questions away; they are not answered any more."""
        for box in tuple(self._open):
            self._withdraw(box)

    def _withdraw(self, box: QuestionBox) -> None:
        if box in self._open:
            self._open.remove(box)
            if isValid(box):  # its window may have taken it along
                box.close()

    def _finished(self, box: QuestionBox, answer: Answer) -> None:
        if box in self._open:
            self._open.remove(box)
            answer(Reply(box.choice, box.message))


class QuestionBox(QDialog):
    """One question. ``choice`` is the option that was chosen, ``""`` until then and for Escape or the
    window's close button. The box deletes itself once it is closed."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self.choice = ""
        self._message: QLineEdit | None = None
        self._options: list[QPushButton] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("SiloQuestion", "Silo"))
        self.setAccessibleName(question.title)
        self.setAccessibleDescription(question.text)
        width = TEXT_WIDTH_CHARS * self.fontMetrics().averageCharWidth()
        most = int(self.screen().availableGeometry().height() * SCREEN_SHARE)
        name = translate("SiloQuestion", "Text of the question")
        beside_icon = QVBoxLayout()
        beside_icon.setSpacing(14)
        beside_icon.addWidget(text.scrolled(_content(question, width), width, most, name))
        if question.message_label:
            beside_icon.addLayout(self._message_line(question.message_label, width))
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._icon(), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(beside_icon)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(18)
        layout.addLayout(row)
        layout.addWidget(self._buttons())
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)

    @property
    def message(self) -> str:
        """What the user wrote beside the question."""
        return self._message.text().strip() if self._message else ""

    def write(self, message: str) -> None:
        """Put ``message`` into the line beside the question, where there is one."""
        if self._message and message:
            self._message.setText(message)

    def step_aside(self, others: list[QuestionBox]) -> None:
        """Stand a step away from the newest of ``others``, so that each can be seen."""
        visible = [other for other in others if other.isVisible()]
        if not visible:
            return
        taken = {(other.x(), other.y()) for other in visible}
        screen = visible[-1].screen().availableGeometry()
        place, size, columns = visible[-1].pos(), self.sizeHint(), 0
        while (place.x(), place.y()) in taken:
            place += STEP
            if not screen.contains(QRect(place, size)) and columns < len(taken):
                columns += 1
                place = screen.topLeft() + QPoint(columns * STEP.x(), STEP.y())
        self.move(place)

    def appear(self) -> None:
        """Show the box. It takes the keyboard, except from somebody who is typing: what was meant for
        a dimension must not answer a question."""
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, _is_typing())
        self.show()
        self.raise_()
        QApplication.alert(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Return in the message line goes on to the buttons once something is written: the default
        option is the one that sends nothing, and would throw the message away. The button that gets
        the keyboard shows it, and Return there presses it."""
        is_return = (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        )
        if watched is not self._message or not is_return or not self.message:
            return super().eventFilter(watched, event)
        self._options[min(1, len(self._options) - 1)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _icon(self) -> QLabel:
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_MessageBoxIconSize, None, self)
        kind = self.question.kind
        picture = look_of(kind).icon if kind else QStyle.StandardPixmap.SP_MessageBoxQuestion
        shown = QLabel(self)
        shown.setPixmap(self.style().standardIcon(picture, None, self).pixmap(size, size))
        return shown

    def _message_line(self, name: str, width: int) -> QVBoxLayout:
        """The line for a message below its label."""
        field = QLineEdit(self)
        field.setMaxLength(MESSAGE_LENGTH)
        field.setFixedWidth(width)
        field.setAccessibleName(name)
        field.installEventFilter(self)
        above = text.label(_with_mnemonic(name))
        above.setFixedWidth(width)
        above.setBuddy(field)
        self._message = field
        layout = QVBoxLayout()
        layout.setSpacing(4)
        layout.addWidget(above)
        layout.addWidget(field)
        return layout

    def _buttons(self) -> QDialogButtonBox:
        """The options, where the platform has its buttons; the first one is the default."""
        box = QDialogButtonBox(self)
        for index, option in enumerate(self.question.options):
            role = QDialogButtonBox.ButtonRole
            shown = translate("SiloButtons", option)
            button = QPushButton(shown.replace("&", "&&"), box)
            button.clicked.connect(lambda _=False, option=option: self._choose(option))
            box.addButton(button, role.ActionRole if index else role.AcceptRole)
            button.setDefault(index == 0)
            self._options.append(button)
            if index == 0:
                button.setFocus()
        return box

    def _choose(self, option: str) -> None:
        self.choice = option
        self.accept()


def _content(question: Question, width: int) -> QWidget:
    parts: list[QWidget | QHBoxLayout] = [text.headline(question.title, 1.15)]
    if question.text:
        parts.append(text.label(question.text))
    details = [detail for detail in question.details if detail != question.text]
    if details:
        parts += [text.line(), *text.paragraphs(details)]
    return text.column(parts, width, 8)


def _with_mnemonic(name: str) -> str:
    """``name`` for a label, its first letter with Alt as the way to what it labels."""
    escaped = name.replace("&", "&&")
    return f"&{escaped}" if name[0].isalnum() else escaped


def _is_typing() -> bool:
    """Whether the keyboard is in a field that takes text."""
    focused = QApplication.focusWidget()
    return focused is not None and focused.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
