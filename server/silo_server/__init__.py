"""The reference server of Silo: edit sessions, checkpoints and events on SQLite and local files."""

__version__ = "0.1.0"
