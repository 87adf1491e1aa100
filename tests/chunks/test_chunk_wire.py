"""What travels comes out as it went in, and nothing else comes out."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silo_core.chunks import (
    Chunk,
    ChunkError,
    Coding,
    Manifest,
    available,
    compact,
    decode,
    encode,
    from_compact,
    manifest_from_wire,
    manifest_to_wire,
    packed,
    plan_uploads,
    read_part,
    rebuilt,
    split,
    unpacked,
)
from silo_core.chunks.compact import number
from silo_core.chunks.limits import MAX_CHUNK, MAX_FILE, PIECE
from tests.chunks.kit import SAMPLES, chunks_of, form_of, planned, reading, zipped, zips

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"".join(b"<Object name='Pad%d'/>\n" % number for number in range(2000))
CHANGED = TEXT.replace(b"Pad77'", b"Pocket'")
NOISE = random.Random(3).randbytes(PIECE + 100_000)
DCZ_HEADER = bytes.fromhex("5e2a4d1820000000")

chunks = st.builds(
    lambda body, deflate: (Chunk(hashlib.sha256(body).hexdigest(), len(body), deflate), body),
    st.binary(max_size=80),
    st.sampled_from([None, None, 1, 7, 9]),
)  # fmt: skip


@given(st.binary(max_size=500), st.one_of(st.none(), st.binary(max_size=500)))
def test_any_bytes_with_any_dictionary(plain: bytes, dictionary: bytes | None) -> None:
    sent = encode(plain, dictionary)
    assert len(sent.body) <= len(plain)
    assert decode(sent.coding, sent.body, len(plain), dictionary) == plain


def test_a_python_without_zstandard_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available()
    monkeypatch.setitem(sys.modules, zstd.__name__.rpartition(".")[0], None)
    assert not available()


def test_the_smallest_coding_is_chosen() -> None:
    noise = random.Random(1).randbytes(1000)
    assert encode(noise).coding is Coding.IDENTITY
    assert encode(noise, TEXT).coding is Coding.IDENTITY
    assert encode(TEXT).coding is Coding.ZSTD
    sent = encode(CHANGED, TEXT)
    assert sent.coding is Coding.DCZ
    assert len(sent.body) < 100
    assert sent.body.startswith(DCZ_HEADER + hashlib.sha256(TEXT).digest())


def test_a_change_in_a_document_of_25_mb_stays_small() -> None:
    source = random.Random(2)
    base = b"".join(b"<Float value='%d'/>\n" % source.getrandbits(60) for _ in range(680_000))
    assert len(base) > 24_000_000
    changed = b"<new/>" + base[:-500_000] + b"<inserted/>" + base[-500_000:]
    sent = encode(changed, base)
    assert sent.coding is Coding.DCZ
    assert len(sent.body) < 5000
    assert decode(sent.coding, sent.body, len(changed), base) == changed


SENT = encode(CHANGED, TEXT).body
BOMB = zstd.compress(bytes(50 << 20))


@pytest.mark.parametrize(
    ("coding", "body", "dictionary"),
    [
        ("gzip", b"abc", None),
        ("identity", bytes(len(CHANGED) + 1), None),
        ("zstd", b"", None),
        ("zstd", b"no frame", None),
        ("zstd", BOMB, None),
        ("zstd", zstd.compress(CHANGED)[:-1], None),
        ("zstd", zstd.compress(CHANGED) + b"x", None),
        ("zstd", zstd.compress(CHANGED) + zstd.compress(b"second frame"), None),
        ("dcz", SENT, None),
        ("dcz", SENT, CHANGED),
        ("dcz", SENT[:39], TEXT),
        ("dcz", SENT[:-1], TEXT),
        ("dcz", SENT + b"x", TEXT),
        ("dcz", b"x" + SENT[1:], TEXT),
        ("dcz", SENT[:40] + BOMB, TEXT),
        ("dcz", SENT[:40] + SENT, TEXT),
    ],
)
def test_hostile_encodings(coding: str, body: bytes, dictionary: bytes | None) -> None:
    with pytest.raises(ChunkError, match="nothing was changed"):
        decode(coding, body, len(CHANGED), dictionary)


@settings(deadline=None)
@given(st.integers(0, len(SENT) - 1), st.integers(1, 255))
def test_flipped_bits_give_the_one_error_or_bytes_of_the_limit(at: int, flip: int) -> None:
    body = bytearray(SENT)
    body[at] ^= flip
    with contextlib.suppress(ChunkError):
        assert len(decode("dcz", bytes(body), len(CHANGED), TEXT)) <= len(CHANGED)


def test_a_window_above_128_mib_is_refused() -> None:
    # A frame head by hand: no single segment, window 2 ** 28, then an empty last block.
    with pytest.raises(ChunkError):
        decode("zstd", bytes.fromhex("28b52ffd") + bytes((0, (28 - 10) << 3)) + b"\1\0\0", 10)


@given(st.lists(chunks, max_size=12))
def test_a_manifest_on_the_wire(parts: list[tuple[Chunk, bytes]]) -> None:
    # Any size that its chunks allow for will do here.
    size = sum(chunk.size + (2 if chunk.deflate else 0) for chunk, _ in parts)
    manifest = Manifest("ab" * 32, size, tuple(chunk for chunk, _ in parts))
    assert manifest_from_wire(json.loads(json.dumps(manifest_to_wire(manifest)))) == manifest
    form = compact(manifest, lambda index: parts[index][1])
    back = from_compact(form)
    assert back.manifest == manifest
    assert back.inlined == {c.sha256: body for c, body in parts if c.deflate is None}


GOOD = manifest_to_wire(split(io.BytesIO(TEXT)).manifest)


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": None}, {"sha256": "AB" * 32}, {"sha256": "ab" * 31}, {"sha256": 5},
        {"size": None}, {"size": -1}, {"size": True}, {"size": 1.0}, {"size": len(TEXT) + 1},
        {"size": 1 << 70}, {"chunks": None}, {"chunks": {}}, {"chunks": [5]}, {"chunks": []},
        {"chunks": [{**GOOD["chunks"][0], "deflate": 0}]},
        {"chunks": [{**GOOD["chunks"][0], "deflate": 10}]},
        {"chunks": [{**GOOD["chunks"][0], "deflate": True}]},
        {"chunks": [{**GOOD["chunks"][0], "size": (64 << 20) + 1}]},
        {"chunks": [{**GOOD["chunks"][0], "sha256": "x" * 64}]},
        {"chunks": [{**GOOD["chunks"][0], "deflate": 7}], "size": 3},
    ],
)  # fmt: skip
def test_a_manifest_that_contradicts_itself(change: dict[str, Any]) -> None:
    with pytest.raises(ChunkError, match="nothing was changed"):
        manifest_from_wire({**GOOD, **change})


def test_a_manifest_never_asks_for_more_work_than_a_file_is_worth() -> None:
    largest = {"sha256": "ab" * 32, "size": MAX_CHUNK, "deflate": 9}
    with pytest.raises(ChunkError, match="cannot make up"):
        manifest_from_wire({**GOOD, "size": MAX_FILE // 100, "chunks": [largest] * 600})


@pytest.mark.parametrize("data", [None, [], "x", 5])
def test_what_is_no_manifest(data: object) -> None:
    with pytest.raises(ChunkError):
        manifest_from_wire(data)


def pack_of(new: bytes, base: bytes | None) -> bytes:
    """All that is sent of ``new`` to one who holds ``base``."""
    to, of = split(io.BytesIO(new)), split(io.BytesIO(base)) if base is not None else None
    held = chunks_of(base, of) if base is not None and of else {}
    form = form_of(new, to)
    lacking = (
        {c.sha256 for c in to.manifest.chunks} - held.keys() - from_compact(form).inlined.keys()
    )
    uploads = plan_uploads(
        to.manifest.chunks, [part.name for part in to.parts], lacking,
        {part.name: part.chunk for part in of.parts} if of else {},
    )  # fmt: skip
    base_form = form_of(base, of) if base is not None and of else None
    return b"".join(packed(form, base_form, uploads, reading(new, to), held.__getitem__))


def received(body: bytes, base: bytes | None) -> bytes:
    """The file that the holder of ``base`` makes of it."""
    of = split(io.BytesIO(base)) if base is not None else None
    held = chunks_of(base, of) if base is not None and of else {}
    base_form = form_of(base, of) if base is not None and of else None
    came = unpacked(io.BytesIO(body), base_form, held.get)
    have = {**held, **came.form.inlined, **dict(came.chunks)}
    return b"".join(rebuilt(came.form.manifest, have.__getitem__))


@settings(max_examples=60, deadline=None)
@given(zips(), st.one_of(st.none(), zips()))
def test_a_pack_carries_any_file_over_any_base(new: bytes, base: bytes | None) -> None:
    assert received(pack_of(new, base), base) == new


def test_one_change_in_a_part_is_a_small_pack() -> None:
    base = zipped({"Document.xml": TEXT, **{f"{n}.brp": TEXT[n:] for n in range(30)}})
    new = zipped({"Document.xml": CHANGED, **{f"{n}.brp": TEXT[n:] for n in range(30)}})
    body = pack_of(new, base)
    assert received(body, base) == new
    assert len(body) < 500


BASE = SAMPLES[0].read_bytes()
PACK = pack_of(SAMPLES[1].read_bytes(), BASE)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(PACK) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_pack_gives_the_file_or_the_one_error(at: int, value: int, cut: bool) -> None:
    body = bytearray(PACK)
    body[at] = value
    if cut:
        del body[at:]
    with contextlib.suppress(ChunkError, KeyError):  # KeyError: whole records were cut off
        assert received(bytes(body), BASE) == SAMPLES[1].read_bytes()


def test_a_pack_is_bounded_as_a_whole() -> None:
    came = unpacked(io.BytesIO(pack_of(NOISE, None)), None, lambda _: None, limit=PIECE + 1)
    assert len(next(came.chunks)[1]) == PIECE
    with pytest.raises(ChunkError, match="larger"):
        next(came.chunks)


def record(plain: bytes) -> bytes:
    sent = encode(plain)
    return bytes((list(Coding).index(sent.coding),)) + number(len(sent.body)) + sent.body


@pytest.mark.parametrize("plain", [b"stowaway", NOISE[:PIECE]], ids=["not named", "twice"])
def test_a_pack_brings_no_chunk_but_those_of_its_manifest(plain: bytes) -> None:
    body = pack_of(NOISE, None) + record(plain)
    with pytest.raises(ChunkError, match="does not name, or came twice"):
        dict(unpacked(io.BytesIO(body), None, lambda _: None).chunks)


def test_a_chunk_builds_on_the_member_of_the_same_name() -> None:
    base = split(io.BytesIO(zipped({"a": TEXT, "b": CHANGED, "c": TEXT[5:]})))
    new = split(io.BytesIO(zipped({"c": TEXT[9:], "d": TEXT[:-9], "a": TEXT})))
    held = {part.name: part.chunk.sha256 for part in base.parts}
    names = {part.name: index for index, part in enumerate(new.parts)}
    plan = dict(planned(new, base))
    assert plan[names["member c 0"]] == held["member c 0"]
    assert plan[names["member d 0"]] is None
    assert names["member a 0"] not in plan


def test_a_chunk_is_sent_once_and_never_builds_on_one_that_is_lacking() -> None:
    one, other = Chunk("1" * 64, 5), Chunk("2" * 64, 5)
    uploads = plan_uploads([one, one], ["a", "b"], {one.sha256, other.sha256}, {"a": other})
    assert [(upload.index, upload.dictionary) for upload in uploads] == [(0, None)]


def test_a_part_is_read_as_its_chunk() -> None:
    source = io.BytesIO(BASE)
    for part in split(source).parts:
        assert hashlib.sha256(read_part(source, part)).hexdigest() == part.chunk.sha256
