"""What a real FreeCAD does to a file by itself is no change; what a user does in it is one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from silo_core.fcstd import compare, content_digest, read_contents, same_content, summarise

DATA = Path(__file__).parents[1] / "data"
TIMEOUT_S = 100
CONSOLE = """
import shutil, FreeCAD as App
for part in {parts}:
    path = {folder!r} + "/" + part + ".FCStd"
    document = App.openDocument(path)
    for step in ("saved", "again"):
        document.save()
        shutil.copy(path, {folder!r} + f"/{{part}}-{{step}}.FCStd")
    document.recompute()
    document.save()
    shutil.copy(path, {folder!r} + f"/{{part}}-recomputed.FCStd")
    App.closeDocument(document.Name)
"""
WINDOW = """
import os, shutil, sys, traceback
import FreeCAD as App, FreeCADGui as Gui
from PySide6 import QtCore, QtWidgets

def settle():
    for _ in range(20):
        QtWidgets.QApplication.processEvents()
        QtCore.QThread.msleep(10)

def keep(document, step):
    settle()
    document.save()
    shutil.copy(document.FileName, {folder!r} + f"/window-{{step}}.FCStd")

def run():
    try:
        document = App.openDocument({folder!r} + "/bracket.FCStd")
        gui = Gui.getDocument(document.Name)
        keep(document, "saved")
        gui.setEdit(document.Sketch002)
        keep(document, "in-edit")
        gui.resetEdit()
        keep(document, "after-edit")
        gui.ActiveView.viewTop()
        gui.ActiveView.fitAll()
        document.Pad.ViewObject.Visibility = True
        keep(document, "looked-at")
        App.closeDocument(document.Name)
        document = App.openDocument({folder!r} + "/bracket.FCStd")
        keep(document, "reopened")
        document.Pad.ViewObject.ShapeColor = (1.0, 0.0, 0.0)
        keep(document, "coloured")
    except Exception:
        sys.__stderr__.write(traceback.format_exc())
        os._exit(1)
    os._exit(0)

QtCore.QTimer.singleShot(500, run)
"""


def run(program: Path, script: Path, text: str) -> None:
    script.write_text(text, "utf-8")
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SILO_", "QT_QPA_", "PYTHON"))
    }
    done = subprocess.run(
        ["timeout", str(TIMEOUT_S), program, script],
        env={**outside, "FREECAD_USER_HOME": str(script.parent / "home")},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def digest(path: Path) -> str:
    with path.open("rb") as source:
        return content_digest(source)


@pytest.mark.timeout(120)
def test_saving_and_recomputing_in_the_console_change_nothing(
    freecad_dir: Path, tmp_path: Path
) -> None:
    parts = ["bracket", "plate"]
    for part in parts:
        shutil.copy(DATA / f"{part}.FCStd", tmp_path)
    text = CONSOLE.format(parts=parts, folder=str(tmp_path))
    run(freecad_dir / "freecadcmd", tmp_path / "resave.py", text)
    for part in parts:
        original = digest(DATA / f"{part}.FCStd")
        for step in ("saved", "again", "recomputed"):
            assert digest(tmp_path / f"{part}-{step}.FCStd") == original, (part, step)


@pytest.mark.timeout(120)
def test_entering_and_leaving_a_sketch_and_looking_around_change_nothing(
    freecad_dir: Path, tmp_path: Path
) -> None:
    shutil.copy(DATA / "bracket.FCStd", tmp_path)
    text = WINDOW.format(folder=str(tmp_path))
    run(freecad_dir / "freecad", tmp_path / "look.FCMacro", text)
    saved = digest(tmp_path / "window-saved.FCStd")
    assert same_content(saved, digest(DATA / "bracket.FCStd"))
    for step in ("in-edit", "after-edit", "looked-at", "reopened"):
        assert digest(tmp_path / f"window-{step}.FCStd") == saved, step
    coloured = tmp_path / "window-coloured.FCStd"
    assert not same_content(digest(coloured), saved)
    with (tmp_path / "window-saved.FCStd").open("rb") as old, coloured.open("rb") as new:
        changes = compare(read_contents(old), read_contents(new))
    assert "Pad looks different" in summarise(changes, 10)
