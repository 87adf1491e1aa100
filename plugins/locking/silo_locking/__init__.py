"""Phase A: edit sessions. Entering a context asks the server for a lease on the object; what others
hold blocks, warns or lets pass."""

from silo_locking.plugin import Locking

__all__ = ["Locking"]
__version__ = "0.1.0"
