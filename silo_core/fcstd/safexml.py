"""Streaming XML without a document type, entities, bottomless nesting or endless tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from silo_core.fcstd.limits import Limits


class Handler(Protocol):
    """What is told of an XML stream."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def text(self, data: str) -> None:
        """A piece of text; one run of it may come in several pieces."""

    def end(self, tag: str) -> None:
        """An element ends."""


def parse(chunks: Iterable[bytes], handler: Handler, limits: Limits, title: str) -> None:
    """Tell ``handler`` what ``chunks`` hold.

    Raises:
        FileError: not well-formed, a document type declaration (and with it any entity), or over a
            limit of depth or token size.
    """
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.xml_depth:
            raise _refused(title, f"nests deeper than {limits.xml_depth} elements")
        handler.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(tag)

    def doctype(*_: object) -> None:
        raise _refused(title, "declares entities")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = doctype
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            # Expat keeps an unfinished token and scans it again with every chunk.
            if fed - parser.CurrentByteIndex > limits.xml_token:
                raise _refused(title, f"holds a value of more than {limits.xml_token} bytes")
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        # The latter two: an encoding that Python does not know, or that does not fit the bytes.
        raise _damaged(title) from error


def check_whole(data: bytes, title: str) -> None:
    """See that all of a member is well-formed of which ``parse`` will see only a part.

    Raises:
        FileError: it is not, or it has a document type declaration.
    """

    def doctype(*_: object) -> None:
        raise _refused(title, "declares entities")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _damaged(title) from error


def _damaged(title: str) -> FileError:
    return FileError(
        f"{title} is damaged: its Document.xml is not well-formed; "
        "get the file again from where it came from.",
        concerns=title,
    )


def _refused(title: str, why: str) -> FileError:
    return FileError(
        f"{title} is not opened because its Document.xml {why}, which FreeCAD never writes.",
        concerns=title,
    )
