"""Decoding a Server-Sent Events stream, byte by byte if need be.

Source: WHATWG HTML, "Server-sent events", sections 9.2.5 and 9.2.6. Two limits are ours: a line
and an event have a largest size, since a stream that never ends a line would fill the memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from silo_core.model.errors import ProtocolError

MAX_LINE = 8 * 1024 * 1024
"""Bytes. The largest real line is the cone of an edit session: 100,000 names are about 3 MB."""

MAX_EVENT = 16 * 1024 * 1024
"""Bytes of data in one event."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"
_MAX_RETRY_DIGITS = 9


@dataclass(frozen=True, slots=True)
class SseMessage:
    """One event. ``id`` is the last event id in force (None if there is none), ``event`` its type
    (``message`` unless named), ``retry`` the reconnection time in milliseconds it came with."""

    id: str | None
    event: str
    data: str
    retry: int | None = None


class SseDecoder:
    """Turns bytes, however they are split, into messages. One decoder for one connection.

    ``last_event_id`` carries the id over from the connection before. Comments (a server's
    heartbeats) and blocks without data make no message: an idle timer starts again with every
    chunk of bytes, whatever is in it. A block that the stream ends in is dropped, as it must be.
    """

    def __init__(
        self, *, max_line: int = MAX_LINE, max_event: int = MAX_EVENT, last_event_id: str = ""
    ) -> None:
        self.max_line = max_line
        self.max_event = max_event
        self.last_event_id = last_event_id
        """The id of the last complete block: what ``Last-Event-ID`` of a reconnect says."""
        self.retry: int | None = None
        """The reconnection time in milliseconds that the server asked for last."""
        self._failure: ProtocolError | None = None
        self._line = bytearray()
        self._first_line = True
        self._after_cr = False
        self._id = last_event_id
        self._data: list[str] = []
        self._data_size = 0
        self._event = ""
        self._block_retry: int | None = None

    def feed(self, data: bytes) -> list[SseMessage]:
        """The messages that ``data`` completes.

        :raises ProtocolError: a line or an event is too large. Messages complete before that are
            answered first, and the error is raised by the next call and all after it.
        """
        messages: list[SseMessage] = []
        try:
            self._consume(data, messages)
        except ProtocolError as error:
            self._failure = error
            if not messages:
                raise
        return messages

    def _consume(self, data: bytes, messages: list[SseMessage]) -> None:
        if self._failure is not None:
            raise self._failure
        if not data:
            return
        # A CR ends its line at once; an LF right behind it belongs to it, though it comes later.
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
        self._after_cr = data.endswith(b"\r")
        *complete, rest = _LINE_END.split(data)
        for part in complete:
            self._extend_line(part)
            message = self._end_line()
            if message is not None:
                messages.append(message)
        self._extend_line(rest)

    def _extend_line(self, part: bytes) -> None:
        self._line += part
        if len(self._line) > self.max_line:
            raise _too_large("a line", self.max_line)

    def _end_line(self) -> SseMessage | None:
        # Decoding by line is decoding the whole: no UTF-8 sequence, broken or not, spans an LF.
        line = bytes(self._line)
        self._line.clear()
        if self._first_line:
            line = line.removeprefix(_BOM)
            self._first_line = False
        if not line:
            return self._end_block()
        name, _, value = line.partition(b":")
        self._field(name, value.removeprefix(b" "))
        return None

    def _field(self, name: bytes, value: bytes) -> None:
        """Unknown names are ignored, and so is the empty one: a comment."""
        if name == b"data":
            self._data_size += len(value) + 1
            if self._data_size > self.max_event:
                raise _too_large("an event", self.max_event)
            self._data.append(_decode(value))
        elif name == b"event":
            self._event = _decode(value)
        elif name == b"id" and b"\0" not in value:
            self._id = _decode(value)
        elif name == b"retry" and value.isdigit() and len(value) <= _MAX_RETRY_DIGITS:
            self.retry = self._block_retry = int(value)

    def _end_block(self) -> SseMessage | None:
        self.last_event_id = self._id
        message = None
        if self._data:
            message = SseMessage(
                id=self._id or None,
                event=self._event or "message",
                data="\n".join(self._data),
                retry=self._block_retry,
            )
        self._data, self._data_size, self._event, self._block_retry = [], 0, "", None
        return message


def _decode(value: bytes) -> str:
    return value.decode("utf-8", errors="replace")


def _too_large(what: str, limit: int) -> ProtocolError:
    return ProtocolError(
        f"The event stream sent {what} of more than {limit} bytes. "
        "Check that server_url names a Silo server."
    )
