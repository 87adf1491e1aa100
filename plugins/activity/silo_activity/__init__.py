"""Phase D: activity. So far it keeps the entries across restarts; the pane is to come."""

from silo_activity.plugin import Activity

__all__ = ["Activity"]
__version__ = "0.1.0"
