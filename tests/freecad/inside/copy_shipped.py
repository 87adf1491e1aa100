"""Runs in FreeCAD's console: copies every FCStd that this FreeCAD ships to ``SILO_SHIPPED_OUT``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import FreeCAD as App

RESOURCES = Path(App.getResourceDir())
FOLDERS = [RESOURCES, *(RESOURCES.parent / "doc").glob("freecad*")]
for source in {path.resolve() for folder in FOLDERS for path in folder.rglob("*.FCStd")}:
    shutil.copyfile(source, Path(os.environ["SILO_SHIPPED_OUT"]) / source.name)
