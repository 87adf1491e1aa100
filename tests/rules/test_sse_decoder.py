from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.errors import ProtocolError
from silo_core.rules.sse import SseDecoder, SseMessage

RICH = (
    b"\xef\xbb\xbfretry: 2500\r\n"  # a BOM, a retry without data: no message
    b": hello\r\n\r\n"
    b'id: 1\r\nevent: edit.session_acquired\r\ndata: {"label":\r\n'
    b'data:  "Tr\xc3\xa4ger \xf0\x9f\x94\xa9"}\r\n\r\n'
    b":\n\n: heartbeat\n\n"
    b"data: the id persists\n\n"
    b"id: 2\rdata:no space\rdata\rdata:\r\r"  # lone CRs, data lines without a value
    b"id: 3\nevent: nothing\n\n"  # no data: no message, but the id counts
    b"data\n\n"  # one empty line of data is a message
    b"id: 4\0\ndata: id with NUL ignored\nretry: 10s\n\n"
    b"Data: wrong case\nunknown: x\n data: indented name\n\n"
    b"event: a\nevent: b\ndata: colon: inside\nretry: 40\n\r\n"
    b"id\ndata: id reset \xe2\x82 broken \xff\n\n"
    b"\xef\xbb\xbfdata: not a BOM here\n\r"
    b"id: 9\ndata: never completed\n"
)
MESSAGES = [
    SseMessage("1", "edit.session_acquired", '{"label":\n "Träger 🔩"}'),
    SseMessage("1", "message", "the id persists"),
    SseMessage("2", "message", "no space\n\n"),
    SseMessage("3", "message", ""),
    SseMessage("3", "message", "id with NUL ignored"),
    SseMessage("3", "b", "colon: inside", retry=40),
    SseMessage(None, "message", "id reset \ufffd broken \ufffd"),
]


def decode(*chunks: bytes) -> list[SseMessage]:
    decoder = SseDecoder()
    return [message for chunk in chunks for message in decoder.feed(chunk)]


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    ends = [0, *sorted(places), len(stream)]
    return [stream[a:b] for a, b in pairwise(ends)]


def test_a_rich_stream_is_read_as_the_standard_says() -> None:
    assert decode(RICH) == MESSAGES


def test_every_split_in_two_gives_the_same_messages() -> None:
    for place in range(len(RICH) + 1):
        assert decode(RICH[:place], b"", RICH[place:]) == MESSAGES, place


def test_byte_by_byte_gives_the_same_messages() -> None:
    assert decode(*(RICH[n : n + 1] for n in range(len(RICH)))) == MESSAGES


@given(st.lists(st.integers(0, len(RICH)), max_size=40))
def test_any_split_in_many_gives_the_same_messages(places: list[int]) -> None:
    assert decode(*cut(RICH, places)) == MESSAGES


pieces = st.sampled_from(
    [
        *(b"\r", b"\n", b"\r\n", b":", b" ", b"\0"),
        *(b"data", b"data:", b"id:", b"event:", b"retry:", b"1"),
        *(b"x", b"\xef", b"\xbb", b"\xbf", b"\xc3\xa4", b"\xff", b"\xe2\x82"),
    ]
)


@given(st.lists(pieces, max_size=40).map(b"".join), st.data())
def test_no_stream_depends_on_how_it_is_split(stream: bytes, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=10))
    whole, parts = SseDecoder(), SseDecoder()
    expected = whole.feed(stream)
    assert [m for chunk in cut(stream, places) for m in parts.feed(chunk)] == expected
    assert (parts.last_event_id, parts.retry) == (whole.last_event_id, whole.retry)


@given(st.lists(pieces, max_size=40).map(b"".join), st.data())
def test_the_limits_do_not_depend_on_how_it_is_split(stream: bytes, data: st.DataObject) -> None:
    def outcome(chunks: list[bytes]) -> tuple[list[SseMessage], bool]:
        decoder = SseDecoder(max_line=8, max_event=6)
        found: list[SseMessage] = []
        try:
            for chunk in [*chunks, b""]:
                found += decoder.feed(chunk)
        except ProtocolError:
            return found, True
        return found, False

    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=10))
    assert outcome(cut(stream, places)) == outcome([stream])


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    assert decode(b"\xef\xbb", b"\xbfdata: x\n\n") == [SseMessage(None, "message", "x")]


def test_a_message_is_given_as_soon_as_its_empty_line_ends() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: x\r\n\r") == [SseMessage(None, "message", "x")]
    assert decoder.feed(b"\ndata: y\n\n") == [SseMessage(None, "message", "y")]


def test_the_id_for_a_reconnect_is_that_of_the_last_complete_block() -> None:
    decoder = SseDecoder()
    decoder.feed(b"id: 5\n\nid: 6\ndata: cut")
    assert decoder.last_event_id == "5"


def test_the_id_of_the_connection_before_carries_over() -> None:
    decoder = SseDecoder(last_event_id="41")
    assert decoder.feed(b"data: x\n\n") == [SseMessage("41", "message", "x")]
    assert decoder.last_event_id == "41"


@pytest.mark.parametrize(
    ("field", "retry"),
    [(b"0", 0), (b"3000", 3000), (b"", None), (b"-1", None), (b"1.5", None), (b"9" * 5000, None)],
)
def test_retry_takes_only_digits(field: bytes, retry: int | None) -> None:
    decoder = SseDecoder()
    decoder.feed(b"retry: " + field + b"\n\n")
    assert decoder.retry == retry


def test_a_line_up_to_the_limit_passes_and_a_longer_one_does_not() -> None:
    line = b"data: " + b"x" * 94
    assert len(SseDecoder(max_line=100).feed(line + b"\n\n")) == 1
    with pytest.raises(ProtocolError, match="a line of more than 100 bytes"):
        SseDecoder(max_line=100).feed(line + b"x\n\n")


def test_a_line_that_never_ends_is_refused_before_it_fills_the_memory() -> None:
    decoder = SseDecoder(max_line=100)
    for _ in range(10):
        decoder.feed(b"x" * 10)
    with pytest.raises(ProtocolError):
        decoder.feed(b"x")


def test_an_event_up_to_the_limit_passes_and_a_larger_one_does_not() -> None:
    assert len(SseDecoder(max_event=20).feed(b"data:xxxx\n" * 4 + b"\n")) == 1
    assert len(SseDecoder(max_event=20).feed((b"data:xxxx\n" * 4 + b"\n") * 9)) == 9
    with pytest.raises(ProtocolError, match="an event of more than 20 bytes"):
        SseDecoder(max_event=20).feed(b"data:xxxx\n" * 5)


def test_messages_before_a_failure_are_answered_and_then_it_stays_failed() -> None:
    decoder = SseDecoder(max_line=10)
    assert decoder.feed(b"data: x\n\ndata: much too long\n\n") == [SseMessage(None, "message", "x")]
    for _ in range(2):
        with pytest.raises(ProtocolError):
            decoder.feed(b"data: y\n\n")
