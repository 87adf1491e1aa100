"""The Silo add-on for FreeCAD. Everything happens in ``init_gui``: without a window there is nobody
whose editing could be reported."""
