"""Make the pictures of the demo's two windows, the tree and the settings in docs/images, from a real
server and a real part:

QT_SCALE_FACTOR=2 QT_QPA_PLATFORM=offscreen .venv/bin/python -m scripts.team_pictures
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from scripts.pictures import IMAGES, PALETTES
from silo_core.surfaces.headless import HeadlessHost
from silo_core.surfaces.qt.notice import Notice
from silo_core.surfaces.qt.settings_dialog import SettingsDialog
from silo_core.workbench import make_workbench
from silo_server.demo.gui.show import windows
from silo_server.demo.gui.window import DemoWindow
from silo_server.demo.narrator import Narrator
from silo_server.demo.stage import Stage

GAP = 16


def settings_picture(name: str) -> None:
    """The settings of somebody who has signed in and changed nothing."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        bench = make_workbench(
            HeadlessHost(), config=place / "s.toml", data=place, environ={}, name="CAD-12"
        )
        try:
            dialog = SettingsDialog(bench)
            dialog.tabs.setCurrentIndex(1)
            dialog.resize(560, 440)
            dialog.show()
            QApplication.processEvents()
            dialog.grab().save(str(IMAGES / f"settings-{name}.png"))
            dialog.close()
        finally:
            bench.stop()


def settle(play: Stage, seconds: float = 1.0) -> None:
    """Let what is under way arrive and be drawn."""
    until = time.monotonic() + seconds
    play.until(lambda: time.monotonic() > until)


def grabbed(widget: QWidget) -> QPixmap:
    """What the widget looks like, with the dialogs over it."""
    return widget.grab()


def side_by_side(opened: list[DemoWindow]) -> QPixmap:
    """Both windows on one picture, each with its title above it and its questions before it."""
    grabs = [grabbed(window) for window in opened]
    ratio = grabs[0].devicePixelRatio()
    size = opened[0].size()
    whole = QSize(2 * size.width() + 3 * GAP, size.height() + 2 * GAP + 22)
    picture = QPixmap(whole * ratio)
    picture.setDevicePixelRatio(ratio)
    palette = QApplication.palette()
    picture.fill(palette.color(palette.ColorRole.Mid))
    painter = QPainter(picture)
    for number, (window, grab) in enumerate(zip(opened, grabs, strict=True)):
        left = GAP + number * (size.width() + GAP)
        title = QRect(left, GAP, size.width(), 22)
        painter.fillRect(title, palette.color(palette.ColorRole.Button))
        painter.setPen(palette.color(palette.ColorRole.ButtonText))
        painter.drawText(title, 0x84, window.windowTitle())  # centred
        painter.drawPixmap(QPoint(left, GAP + 22), grab)
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                middle = QPoint((size.width() - dialog.width()) // 2, 185)
                place = QPoint(left, GAP + 22) + middle
                painter.drawPixmap(place, dialog.grab())
                painter.drawRect(QRect(place, dialog.size()))
    painter.end()
    return picture


def main() -> None:
    """Make all pictures."""
    application = QApplication(sys.argv)
    application.setStyle("Fusion")
    for name, colours in PALETTES.items():
        application.setPalette(colours)
        with windows(Narrator(None)) as (play, opened):
            for window in opened:  # the screen of a machine without one is small
                window.resize(window.sizeHint())
                QApplication.processEvents()
                window.arrange()
            alice, bob = opened
            alice.choose("Sketch001")
            alice.open_button.click()
            settle(play)
            bob.choose("Sketch001")
            settle(play, 0.5)
            tree = bob.tree.grab(QRect(0, 0, bob.tree.width(), 230))
            tree.save(str(IMAGES / f"tree-{name}.png"))
            bob.choose("Sketch002")
            bob.open_button.click()
            settle(play)
            bob.change_button.click()
            bob.choose("Sketch001")
            settle(play, 0.5)
            os.environ["HOME"] = str(play.bob.folder)  # the picture is of bob's computer
            dialog = bob.show_named("Silo_Info")
            if dialog:
                dialog.resize(560, 340)
                settle(play, 0.7)
                dialog.grab().save(str(IMAGES / f"info-{name}.png"))
                dialog.close()
            settings_picture(name)
            alice.change_button.click()
            settle(play, 0.3)
            bob.leave_button.click()
            settle(play, 1.5)
            bob.choose("Sketch001")
            bob.open_button.click()
            settle(play, 1)
            bob.host.answer("Request Handoff", message="May I have the holes for a minute?")
            settle(play, 1)
            bob.open_button.click()
            settle(play, 1)
            for window in opened:
                for notice in window.findChildren(Notice):
                    notice.dismiss()
            settle(play, 0.3)
            side_by_side(opened).save(str(IMAGES / f"demo-{name}.png"))


if __name__ == "__main__":
    main()
