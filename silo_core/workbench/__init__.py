"""Ring 4: the object that starts, joins and stops everything."""

from silo_core.workbench.bench import Here, Workbench
from silo_core.workbench.startup import make_workbench

__all__ = ["Here", "Workbench", "make_workbench"]
