"""Text of users and servers in widgets: plain text, never markup, that wraps and scrolls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from silo_core.model.exchange import Transfer
from silo_core.model.language import translate
from silo_core.rules import amounts

_LONG_WORD = re.compile(r"\S{24}(?=\S)")


def tip(text: str) -> str:
    """``text`` as a tooltip, in which nothing that others wrote is taken for markup; none for none."""
    return f"<qt>{'<br>'.join(map(escape, text.splitlines()))}</qt>" if text else ""


def breakable(text: str) -> str:
    """``text`` with zero-width spaces that let words wrap that are too long for a line."""
    return _LONG_WORD.sub("\\g<0>\u200b", text)


def label(text: str) -> QLabel:
    """``text`` as it is, wrapped; a word that is too long for a line wraps too."""
    shown = QLabel(breakable(text))
    shown.setTextFormat(Qt.TextFormat.PlainText)
    shown.setWordWrap(True)
    return shown


def headline(text: str, scale: float = 1.0) -> QLabel:
    """``text`` in bold, ``scale`` times as large as the font around it."""
    shown = label(text)
    font = QFont(shown.font())
    font.setBold(True)
    if font.pointSizeF() > 0:  # a style sheet may have set its size in pixels
        font.setPointSizeF(font.pointSizeF() * scale)
    shown.setFont(font)
    return shown


def bullet(text: str) -> QHBoxLayout:
    """``text`` behind a dot."""
    row = QHBoxLayout()
    row.setSpacing(6)
    dot = QLabel("•")
    dot.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    row.addWidget(dot, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(text), 1)
    return row


def paragraphs(texts: Sequence[str]) -> list[QWidget | QHBoxLayout]:
    """One as it is, several behind a dot each."""
    return [label(texts[0])] if len(texts) == 1 else [bullet(text) for text in texts]


def line() -> QFrame:
    """A line between two parts of a text."""
    shown = QFrame()
    shown.setFrameShape(QFrame.Shape.HLine)
    shown.setFrameShadow(QFrame.Shadow.Sunken)
    return shown


def column(parts: Iterable[QWidget | QHBoxLayout], width: int, spacing: int) -> QWidget:
    """``parts`` below each other, ``width`` pixels wide, ``spacing`` pixels apart."""
    content = QWidget()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for part in parts:
        if isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    layout.addStretch()
    content.setFixedWidth(width)
    return content


def scrolled(content: QWidget, width: int, most: int, name: str) -> QScrollArea:
    """``content`` in an area that scrolls only when it is taller than ``most``; in pixels. ``name`` is
    what a screen reader calls it."""
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
        area.setAccessibleName(name)
    else:
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def progress(transfer: Transfer) -> str:
    """``1.2 MB of 3.4 MB, 1.0 MB/s, 3 s left``, in the user's language."""
    done = amounts.size(transfer.done)
    if transfer.total is not None:
        said = translate("Silo", "{done} of {total}")
        done = said.format(done=done, total=amounts.size(transfer.total))
    parts = [done, f"{amounts.size(int(transfer.rate))}/s"]
    if transfer.seconds_left is not None:
        left = amounts.duration(transfer.seconds_left)
        parts.append(translate("Silo", "{time} left").format(time=left))
    return ", ".join(parts)
