"""Texts in the user's language, also for code that knows nothing of Qt.

Every text that a window shows goes through ``translate``, as literals: that is how Qt's ``lupdate``
finds it in the sources. Until :func:`use` says how texts are translated, they are as they were written:
on the command line, in logs, and on a server.
"""

from __future__ import annotations

from collections.abc import Callable

Translator = Callable[[str, str], str]
"""Answers the text in the user's language for a context and a text as it was written."""


def as_written(_context: str, text: str) -> str:
    """``text`` itself."""
    return text


_translator: Translator = as_written


def translate(context: str, text: str) -> str:
    """``text`` in the user's language. ``context`` says to translators which window or plugin it
    is from; what varies is put in with ``format`` afterwards. Any thread."""
    return _translator(context, text)


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # noqa: N802 - what Qt's tools look for
    """``text`` as it was written, marked for translators: it is translated where it is shown."""
    return text


def use(translator: Translator) -> None:
    """Have texts translated by ``translator`` from now on. It is called on any thread."""
    global _translator  # noqa: PLW0603 - one user, one language
    _translator = translator
