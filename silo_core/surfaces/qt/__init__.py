"""Windows and the event loop. PySide6 is imported here and nowhere further in."""
