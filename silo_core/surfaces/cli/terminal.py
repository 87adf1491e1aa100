"""What every command minds when it prints what others wrote."""

from __future__ import annotations


def plain(text: str) -> str:
    """Without control characters: the texts of a file or a plugin must not steer the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)
