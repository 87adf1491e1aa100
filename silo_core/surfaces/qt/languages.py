"""The user's language: where texts in it are found, and how they come into windows.

A package brings its translations in a folder ``translations`` beside its modules, one Qt ``.qm`` file
for each language: ``silo_locking_de.qm``. That holds for Silo's own packages and for all plugins.

They are read here and not installed in the Qt application: that would have every widget of the program
that Silo runs in say its texts anew, which takes time, and which FreeCAD does not always survive.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from PySide6.QtCore import QTranslator

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


def speak(found: Iterable[Path], codes: Iterable[str]) -> None:
    """Have all texts said in the first of the languages ``codes`` (``de-AT``, ``de``) that there is, as
    far as the folders ``found`` have it, and otherwise as they were written."""
    wanted = list(codes)
    read = [made for folder in found for path in files(folder, wanted) if (made := _read(path))]

    @lru_cache(maxsize=2048)  # trees and lists say the same few texts again and again
    def translate(context: str, text: str) -> str:
        return next(filter(None, (one.translate(context, text) for one in read)), text)

    language.use(translate if read else language.as_written)


def files(folder: Path, codes: Iterable[str]) -> list[Path]:
    """The files of ``folder`` for the first of the languages that it has; none for English."""
    for code in codes:
        if code.partition("-")[0] == AS_WRITTEN:
            break
        if found := sorted(folder.glob(f"*_{code}.qm")):
            return found
    return []


def _read(path: Path) -> QTranslator | None:
    made = QTranslator()
    return made if made.load(str(path)) else None


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
