"""Phase D: the activity pane, presence marks and notifications."""

from __future__ import annotations
