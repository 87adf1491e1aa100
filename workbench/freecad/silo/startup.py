"""Starts Silo once FreeCAD's window is up, and stops it when FreeCAD ends."""

from __future__ import annotations

import logging
import signal
from typing import TYPE_CHECKING

import FreeCAD
import FreeCADGui
from PySide6.QtCore import QCoreApplication

from freecad.silo import needs

if TYPE_CHECKING:
    from freecad.silo.shell import Shell
    from silo_core.workbench import Workbench

NAME = "freecad"
"""What the add-on is called among the plugins."""


def start() -> Workbench | None:
    """Start Silo. What keeps it from starting is one sentence in the Report view; FreeCAD goes on."""
    if unmet := needs.unmet():
        _say_unmet(unmet)
        return None
    try:
        return _start()
    except ImportError as error:  # there, but not whole
        _say_unmet([(error.name or str(error)).partition(".")[0]])
        return None


def _start() -> Workbench | None:
    from freecad.silo import speaking, tree
    from freecad.silo.choosing import Known, make_host
    from freecad.silo.shell import Shell
    from silo_core.model.errors import SiloError
    from silo_core.surfaces.qt import languages
    from silo_core.surfaces.qt.tree_marks import TreeMarks
    from silo_core.workbench import make_workbench

    _log_to_report_view()
    _outlive_connections()
    try:
        workbench = make_workbench(make_host(known := Known()))
    except SiloError as error:
        _say(f"Silo is not active: {error.message}")
        return None
    known.services = workbench
    languages.speak([speaking.FOLDER, *languages.folders(workbench.plugins)], [speaking.code()])
    shell = Shell()
    workbench.plugins.register(shell, NAME)
    if (model := tree.find(FreeCADGui.getMainWindow())) is not None:
        workbench.plugins.register(TreeMarks(model, tree.part_number), f"{NAME}-tree")
    workbench.start()
    shell.build()
    _at_the_end(workbench, shell)
    return workbench


def _outlive_connections() -> None:
    """Let a server that goes away be an error, as in any Python program. Within FreeCAD nobody has told
    the system so, and to write to a connection that the other side has closed would end FreeCAD."""
    pipe = getattr(signal, "SIGPIPE", None)  # Windows has none
    if pipe is not None and signal.getsignal(pipe) == signal.SIG_DFL:
        signal.signal(pipe, signal.SIG_IGN)


def _say_unmet(unmet: list[str]) -> None:
    from freecad.silo.missing import MissingDialog

    # FreeCAD pops up what it is told as a warning, which would be the same thing twice
    FreeCAD.Console.PrintMessage(f"{needs.sentence(unmet)}\n")
    MissingDialog(unmet).show()


def _at_the_end(workbench: Workbench, shell: Shell) -> None:
    """FreeCAD has closed its documents by then; stopping leaves what was held in them."""
    application = QCoreApplication.instance()
    if application is not None:
        application.aboutToQuit.connect(shell.remove)
        application.aboutToQuit.connect(workbench.stop)


def _log_to_report_view() -> None:
    """Send warnings to the Report view, a line each and without tracebacks."""
    handler = _ReportView(logging.WARNING)
    for name in ("freecad.silo", "silo_core"):
        logging.getLogger(name).addHandler(handler)


class _ReportView(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _say(f"Silo: {record.getMessage()}")


def _say(sentence: str) -> None:
    FreeCAD.Console.PrintWarning(f"{sentence}\n")
