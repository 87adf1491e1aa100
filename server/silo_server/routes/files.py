"""File contents over HTTP: uploads as multipart, downloads with ranges and validators."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import BinaryIO
from urllib.parse import quote

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from silo_core.fcstd import read_thumbnail
from silo_core.model.errors import FileError
from silo_server.routes.service import Service
from silo_server.storage.ports import Blob
from silo_server.storage.records import VersionRecord
from silo_server.work.refusal import Refusal, invalid

_YEAR_S = 365 * 24 * 3600
CACHING = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
"""Headers of what does not change, and is no page."""

BUNDLED_AT_MOST = 1 << 20
BUNDLE_AT_MOST = 16 << 20
"""Bytes: of a file in a bundle, and of all in one."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@asynccontextmanager
async def multipart(request: Request, service: Service) -> AsyncIterator[FormData]:
    """The parts of the request; files among them are kept on disk meanwhile.

    Raises:
        Refusal: 422, it is no multipart form.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise invalid("Content-Type", "send multipart/form-data with a part named file.")
    try:
        form = await request.form(max_files=2, max_fields=16, max_part_size=service.max_metadata)
    except HTTPException as error:
        raise invalid("body", f"the multipart form cannot be read ({error.detail}).") from None
    try:
        yield form
    finally:
        await form.close()


def file_part(form: FormData, name: str = "file") -> UploadFile:
    """An uploaded file.

    Raises:
        Refusal: 422, there is none.
    """
    part = form.get(name)
    if not isinstance(part, UploadFile):
        raise invalid(name, "the form has no such part, or it is no file.")
    return part


async def text_part(form: FormData, name: str, default: str | None = None) -> str:
    """A field of the form, whether it came with a file name or not.

    Raises:
        Refusal: 422, it is missing (and has no default) or no UTF-8.
    """
    part = form.get(name, default)
    if isinstance(part, UploadFile):
        try:
            return (await part.read()).decode()
        except UnicodeDecodeError:
            raise invalid(name, "it is no UTF-8 text.") from None
    if part is None:
        raise invalid(name, "the form has no such part.")
    return part


async def store(service: Service, file: BinaryIO) -> Blob:
    """Make the upload durable, off the event loop."""
    return await run_in_threadpool(service.blobs.put, file)


def download(
    request: Request, service: Service, version: VersionRecord, file_name: str
) -> Response:
    """The content of a version, or the range of it that was asked for.

    Raises:
        Refusal: 416, the range lies outside the content.
    """
    etag = f'"{version.sha256}"'
    headers = {
        **CACHING,
        "ETag": etag,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name, safe='')}",
    }
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    part, status = asked_range(request, headers, version.size)
    content = service.blobs.read(version.sha256, part.start, len(part))
    return StreamingResponse(content, status, headers, media_type="application/octet-stream")


def asked_range(request: Request, headers: dict[str, str], size: int) -> tuple[range, int]:
    """Which of ``size`` bytes were asked for, and the status of the answer, whose ``headers``, with an
    ETag, get what belongs to it.

    Raises:
        Refusal: 416, they lie outside the content.
    """
    start, end = _asked_range(request, headers["ETag"], size)
    headers |= {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if (start, end) == (0, size):
        return range(size), 200
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return range(start, end), 206


def bundle(service: Service, versions: Sequence[VersionRecord]) -> Response:
    """Contents one after the other, each behind a line with its SHA-256 and size; not more than
    fit."""
    sent, room = [], BUNDLE_AT_MOST
    for version in versions:
        if 0 < version.size <= min(room, BUNDLED_AT_MOST):
            sent.append((f"{version.sha256} {version.size}\n".encode(), version))
            room -= version.size
    size = sum(len(line) + version.size for line, version in sent)

    def frames() -> Iterator[bytes]:
        for line, version in sent:
            yield b"".join((line, *service.blobs.read(version.sha256, 0, version.size)))

    headers = {**CACHING, "Content-Length": str(size)}
    return StreamingResponse(frames(), headers=headers, media_type="application/octet-stream")


async def picture(
    request: Request, service: Service, version: VersionRecord, *, lasting: bool
) -> Response:
    """The thumbnail of a version. ``lasting``: the address names the version, so that a client may keep
    the answer for good.

    Raises:
        Refusal: 404, its file holds none that can be shown.
    """
    headers = {
        "ETag": f'"{version.sha256}-thumbnail"',
        "Cache-Control": f"private, {f'max-age={_YEAR_S}, immutable' if lasting else 'no-cache'}",
        "X-Content-Type-Options": "nosniff",
    }
    if _matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    found = await service.compute(lambda: thumbnail_of(service, version))
    if found is None:
        raise Refusal(404, "no_thumbnail", f"The file of {version.part_number} holds no picture.")
    return Response(found, headers=headers, media_type="image/png")


def thumbnail_of(service: Service, version: VersionRecord) -> bytes | None:
    """The picture in the file of a version, None without one; takes a while. Raises OSError."""
    with service.blobs.open(version.sha256) as file, suppress(FileError):
        return read_thumbnail(file, name=version.part_number)
    return None


def _matches(condition: str, etag: str) -> bool:
    offered = [tag.strip().removeprefix("W/") for tag in condition.split(",")]
    return etag in offered or "*" in offered


def _asked_range(request: Request, etag: str, size: int) -> tuple[int, int]:
    """First byte and the one after the last. Several ranges, or one of another content
    (``If-Range``), are answered with everything, as RFC 9110 allows."""
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if asked is None or request.headers.get("if-range", etag) != etag or not any(asked.groups()):
        return 0, size
    first, last = asked.groups()
    if first:
        start, end = int(first), min(int(last) + 1, size) if last else size
    else:
        start, end = max(size - int(last), 0), size
    if start >= end:
        raise Refusal(
            416,
            "range_not_satisfiable",
            f"The range lies outside the content of {size} bytes.",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return start, end
