"""The user's language: where texts in it are found, and how they come into windows.

A package brings its translations in a folder ``translations`` beside its modules, one Qt ``.qm`` file
for each language: ``silo_locking_de.qm``. That holds for Silo's own packages and for all plugins.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from silo_core.model import language
from silo_core.ports.plugins import PluginManager

FOLDER = "translations"
AS_WRITTEN = "en"
"""The language of the sources."""


def folders(plugins: PluginManager) -> list[Path]:
    """Where the texts of Silo and of the plugins in use are."""
    found = [_beside("silo_core")]
    found += [_beside(_module(plugins.plugin(info.name))) for info in plugins.plugins()]
    return list(dict.fromkeys(filter(None, found)))


def use_qt() -> None:
    """Have all texts translated by what is installed in this Qt application."""
    language.use(QCoreApplication.translate)


def load(found: Iterable[Path], locale: QLocale) -> None:
    """Install what ``found`` has for ``locale``, and Qt's own texts, in a program of Silo's own; within
    another one this is for that one to do. Needs a QApplication."""
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    for folder, names in ((qt, "qtbase"), *((folder, "*") for folder in found)):
        for path in _files(folder, names, locale):
            translator = QTranslator(QCoreApplication.instance())
            if translator.load(str(path)):
                QCoreApplication.installTranslator(translator)
    use_qt()


def _files(folder: Path, names: str, locale: QLocale) -> list[Path]:
    """Of the languages that the user reads, the first that there is."""
    for code in locale.uiLanguages():
        if code.partition("-")[0] == AS_WRITTEN:
            break
        if files := sorted(folder.glob(f"{names}_{code}.qm")):
            return files
    return []


def _module(plugin: object) -> str:
    return plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__


def _beside(module: str) -> Path | None:
    """The folder of the package that a module is in, or of one around it."""
    while module:
        for folder in getattr(sys.modules.get(module), "__path__", ()):
            if (found := Path(folder, FOLDER)).is_dir():
                return found
        module = module.rpartition(".")[0]
    return None
