"""Phase B: checkpoints. Leaving a context saves, snapshots, records a push in the outbox, and sends it
from a worker, with the edit sessions it ends."""

from silo_checkpoint.plugin import Checkpoint

__all__ = ["Checkpoint"]
__version__ = "0.1.0"
