"""The activity pane. PySide6 is imported here, and only when the pane is opened."""
