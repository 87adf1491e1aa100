"""How much of a file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are in bytes. The defaults leave room for parts of 100,000 objects (5 KB of
    Document.xml and 3 members each). A member of FreeCAD's own example files shrinks at most
    67 times; deflate reaches 1,032 times, on data that says nothing."""

    file_size: int = 4 << 30
    directory_size: int = 64 << 20
    members: int = 500_000
    member_size: int = 2 << 30
    total_size: int = 16 << 30
    ratio: int = 300
    ratio_from: int = 1 << 20
    """Members that inflate to less than this may have any ratio."""
    document_size: int = 1 << 30
    """Of Document.xml, inflated."""
    xml_depth: int = 64
    xml_token: int = 16 << 20
    """Of one tag with its attributes, or of one run of text."""


DEFAULT_LIMITS = Limits()
