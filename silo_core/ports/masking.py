"""Keeps tokens out of what is logged and shown: an exception may carry whatever its code had at hand."""

from __future__ import annotations

import logging
import re

TOKEN = r"silo_[A-Za-z0-9_-]{40,}"  # noqa: S105 - the form in which a server makes them
"""Shorter ones are left: packages begin alike, and the one that is to blame has to be named."""
_TOKEN = re.compile(rf"\b{TOKEN}")


def masked(text: str) -> str:
    """The text with TOKEN in the place of each of a server's tokens."""
    return _TOKEN.sub("TOKEN", text)


class Masking(logging.Filter):
    """Masks the message and the traceback of whatever passes; drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - arguments that do not fit: the handler says so
            return True
        if (shown := masked(message)) != message:
            record.msg, record.args = shown, ()
        if record.exc_info:  # every formatter takes the text that is there already
            text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = masked(text)
        return True
