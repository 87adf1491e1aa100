"""Opens the demo's two windows, for a person to play with or for the acts to play in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QPoint, QTranslator
from PySide6.QtWidgets import QApplication

from silo_core.model.exchange import ActivityEntry
from silo_core.ports.plugins import PluginManager
from silo_core.surfaces.qt import languages
from silo_core.surfaces.qt.tree_marks import TreeMarks
from silo_server.demo.acts import ACTS
from silo_server.demo.gui.window import DemoWindow
from silo_server.demo.narrator import Narrator
from silo_server.demo.player import Player
from silo_server.demo.stage import Check, Stage, stage

GAP = 12
TEXTS = Path(__file__).parents[2] / languages.FOLDER


@contextmanager
def windows(
    narrator: Narrator, environ: Mapping[str, str] | None = None
) -> Iterator[tuple[Stage, list[DemoWindow]]]:
    """The stage, with a window for each of the players. Needs a QApplication."""
    opened: list[DemoWindow] = []

    def cast(
        name: str,
        machine: str,
        folder: Path,
        server: tuple[str, str],
        say: Callable[[str, ActivityEntry], None],
    ) -> Player:
        window = DemoWindow(name, machine)
        opened.append(window)
        player = Player(name, machine, folder, server, say, environ, window.host)
        plugins = player.workbench.plugins
        plugins.register(window, "demo-window")
        plugins.register(TreeMarks(window.tree, window.tree.part_of), "demo-tree-marks")
        return player

    try:
        with stage(narrator, cast) as play:
            for window, player in zip(opened, (play.alice, play.bob), strict=True):
                window.build(player)
            _beside_each_other(opened)
            yield play, opened
    finally:
        for window in opened:
            window.end()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def play_in_windows(narrator: Narrator) -> list[Check]:
    """All acts, in the windows; they close at the end."""
    _application()
    with windows(narrator) as (play, _):
        for title, act in ACTS:
            narrator.act(title)
            act(play)
        return play.checks


def let_play(narrator: Narrator) -> None:
    """Until both windows are closed."""
    application = _application()
    speak(application, QLocale())
    with windows(narrator):
        application.exec()


def _application() -> QApplication:
    known = QApplication.instance()
    application = known if isinstance(known, QApplication) else QApplication(["silo demo"])
    application.setApplicationDisplayName("Silo demo")
    return application


def speak(application: QApplication, locale: QLocale) -> None:
    """Have the windows that are made from now on speak the language of ``locale``, and Qt's own buttons,
    such as Cancel, too."""
    plugins = PluginManager()
    plugins.load()
    languages.speak([TEXTS, *languages.folders(plugins)], locale.uiLanguages())
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(locale, "qtbase", "_", folder):
        application.installTranslator(translator)


def _beside_each_other(opened: list[DemoWindow]) -> None:
    screen = opened[0].screen().availableGeometry()
    width = min(opened[0].sizeHint().width(), (screen.width() - 3 * GAP) // len(opened))
    height = min(opened[0].sizeHint().height(), screen.height() - 6 * GAP)
    for number, window in enumerate(opened):
        window.resize(width, height)
        window.move(screen.topLeft() + QPoint(GAP + number * (width + GAP), GAP))
        window.show()
        window.arrange()
