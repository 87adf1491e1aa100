"""Silo Workbench core: the hooks, rules and services that the phases are built on.

Importing this package is cheap on purpose (it runs while a CAD program starts): httpx, Qt and
sqlite3 are imported only by the modules that use them.
"""

__version__ = "0.1.0"
