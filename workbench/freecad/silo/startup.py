"""Starts Silo once FreeCAD's window is up, and stops it when FreeCAD ends."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import FreeCAD
from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from silo_core.workbench import Workbench


def start() -> Workbench | None:
    """Start Silo. What keeps it from starting is one sentence in the Report view; FreeCAD goes on."""
    try:
        from freecad.silo.host import FreeCADHost
        from silo_core.model.errors import SiloError
        from silo_core.workbench import make_workbench
    except ImportError as error:
        _say(
            f"Silo is not active: the Python package {error.name or error} is missing; install Silo's "
            f'packages into "{packages_folder()}" with pip (see docs/freecad.md) and start FreeCAD '
            "again."
        )
        return None
    _log_to_report_view()
    try:
        workbench = make_workbench(FreeCADHost())
    except SiloError as error:
        _say(f"Silo is not active: {error.message}")
        return None
    workbench.start()
    _stop_at_the_end(workbench)
    return workbench


def packages_folder() -> str:
    """Where FreeCAD looks for the Python packages of add-ons."""
    version = "py{}{}".format(*sys.version_info[:2])
    return f"{FreeCAD.getUserAppDataDir()}AdditionalPythonPackages/{version}"


def _stop_at_the_end(workbench: Workbench) -> None:
    """FreeCAD has closed its documents by then; stopping leaves what was held in them."""
    application = QCoreApplication.instance()
    if application is not None:
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
