"""Questions to the user, beside the editor and never in its way."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from silo_core.model.exchange import Question

Answer = Callable[[str], None]

TEXT_WIDTH_CHARS = 58
"""Width of the text, in average characters of the font: what is comfortable to read."""

SCREEN_SHARE = 0.4
"""The text takes at most this share of the screen's height, and scrolls beyond it."""

_LONG_WORD = re.compile(r"\S{24}(?=\S)")


class Questions:
    """The questions that are open over one window. Main thread."""

    def __init__(self, window: QWidget | None) -> None:
        self._window = window
        self._open: list[QuestionBox] = []

    def ask(self, question: Question, answer: Answer) -> None:
        """Show ``question`` and return at once; ``answer`` is called once, with what was chosen. A
        question that is asked again takes the place of the one still open, which counts as closed.
        """
        earlier = [box for box in self._open if isValid(box) and box.question == question]
        box = QuestionBox(question, self._window)
        box.finished.connect(lambda _: self._finished(box, answer))
        self._open.append(box)
        for replaced in earlier:
            replaced.reject()
        box.appear()

    def close(self) -> None:
        """Take all open questions away; they are not answered any more."""
        boxes, self._open = self._open, []
        for box in boxes:
            if isValid(box):  # its window may have taken it along
                box.close()

    def _finished(self, box: QuestionBox, answer: Answer) -> None:
        if box in self._open:
            self._open.remove(box)
            answer(box.choice)


class QuestionBox(QDialog):
    """One question. ``choice`` is the option that was chosen, ``""`` until then and for Escape or the
    window's close button. The box deletes itself once it is closed."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self.choice = ""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_translate("Silo"))
        self.setAccessibleName(question.title)
        self.setAccessibleDescription(question.text)
        width = TEXT_WIDTH_CHARS * self.fontMetrics().averageCharWidth()
        beside_icon = QHBoxLayout()
        beside_icon.setSpacing(16)
        beside_icon.addWidget(self._icon(), 0, Qt.AlignmentFlag.AlignTop)
        most = int(self.screen().availableGeometry().height() * SCREEN_SHARE)
        beside_icon.addWidget(_scrolled(_content(question, width), width, most))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(18)
        layout.addLayout(beside_icon)
        layout.addWidget(self._buttons())
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)

    def appear(self) -> None:
        """Show the box. It takes the keyboard, except from somebody who is typing: what was meant for
        a dimension must not answer a question."""
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, _is_typing())
        self.show()
        self.raise_()
        QApplication.alert(self)

    def _icon(self) -> QLabel:
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_MessageBoxIconSize, None, self)
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxQuestion, None, self)
        label = QLabel(self)
        label.setPixmap(icon.pixmap(size, size))
        return label

    def _buttons(self) -> QDialogButtonBox:
        """The options, where the platform has its buttons; the first one is the default."""
        box = QDialogButtonBox(self)
        for index, option in enumerate(self.question.options):
            role = QDialogButtonBox.ButtonRole
            button = QPushButton(option.replace("&", "&&"), box)
            button.clicked.connect(lambda _=False, option=option: self._choose(option))
            box.addButton(button, role.ActionRole if index else role.AcceptRole)
            button.setDefault(index == 0)
            if index == 0:
                button.setFocus()
        return box

    def _choose(self, option: str) -> None:
        self.choice = option
        self.accept()


def _content(question: Question, width: int) -> QWidget:
    content = QWidget()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    headline = _label(question.title)
    font = QFont(headline.font())
    font.setBold(True)
    if font.pointSizeF() > 0:  # a style sheet may have set its size in pixels
        font.setPointSizeF(font.pointSizeF() * 1.15)
    headline.setFont(font)
    layout.addWidget(headline)
    layout.addWidget(_label(question.text))
    details = [detail for detail in question.details if detail != question.text]
    if details:
        layout.addWidget(_line())
        for detail in details:
            layout.addLayout(_bullet(detail))
    layout.addStretch()
    content.setFixedWidth(width)
    return content


def _bullet(text: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    dot = QLabel("•")
    dot.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    row.addWidget(dot, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(_label(text), 1)
    return row


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Sunken)
    return line


def _label(text: str) -> QLabel:
    # what users and servers wrote is text, never markup; a zero-width space lets a long word wrap
    label = QLabel(_LONG_WORD.sub("\\g<0>\u200b", text))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _scrolled(content: QWidget, width: int, most: int) -> QScrollArea:
    """``content`` in an area that scrolls only when it is taller than ``most``; in pixels."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    layout = content.layout()
    needed = layout.totalHeightForWidth(width) if layout else 0
    content.setFixedHeight(needed)
    scrolls = needed > most
    bar = area.verticalScrollBar().sizeHint().width() if scrolls else 0
    area.setFixedSize(width + bar, min(needed, most))
    if scrolls:
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName(_translate("Text of the question"))
    else:
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _is_typing() -> bool:
    """Whether the keyboard is in a field that takes text."""
    focused = QApplication.focusWidget()
    return focused is not None and focused.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def _translate(text: str) -> str:
    return QCoreApplication.translate("SiloQuestion", text)
