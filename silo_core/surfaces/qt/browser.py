"""The user's browser."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from silo_core.model.errors import HostError


def open_in_browser(address: str) -> None:
    """Show a page. Main thread.

    Raises:
        HostError: it is no address of a page, or there is no browser.
    """
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if url.scheme() not in ("http", "https") or not url.host():
        raise HostError("It has no address that a browser could show.")
    if not QDesktopServices.openUrl(url):
        raise HostError(
            "No browser could be started; set a standard one in your system's settings."
        )
