"""Phase D: what happened and what waits for the user, in a pane and on the command line; who edits what;
and the few notifications that ask something of the user."""

from silo_activity.plugin import Activity

__all__ = ["Activity"]
__version__ = "0.1.0"
