"""Merges part files: what others pushed meanwhile and what this workstation made become one file."""

from silo_merge.plugin import Merge

__all__ = ["Merge"]
__version__ = "0.1.0"
