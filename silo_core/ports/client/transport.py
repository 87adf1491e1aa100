"""Requests and answers: the one way to the server, for calls, transfers and the event stream."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from silo_core.model.errors import OfflineError, ProtocolError, RejectedError, ServerError
from silo_core.ports.client.address import ServerAddress, check_token
from silo_core.ports.client.failures import from_status, from_transport

if TYPE_CHECKING:
    import httpx

    from silo_core.ports.client.network import Abort

CONNECT_TIMEOUT_S = 5.0
STEP_TIMEOUT_S = 15.0
ANSWER_TIMEOUT_S = 60.0
MAX_ANSWER = 128 * 1024 * 1024
"""Bytes. The largest real answer is the graph of a huge assembly, some 30 MB."""
_MAX_ERROR_ANSWER = 256 * 1024


class Transport:
    """Sends requests to one server with one token; safe to use from several threads at once.

    Nothing is connected, and httpx is not imported, before the first request.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout: float = STEP_TIMEOUT_S,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.address = ServerAddress.parse(base_url)
        self.timeout = timeout
        self._token = check_token(token)
        self._transport = transport
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None
        self._abort: Abort | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address}>"

    def sibling(self) -> Transport:
        """Another transport to the same server, to be closed on its own."""
        return Transport(
            str(self.address), self._token, timeout=self.timeout, transport=self._transport
        )

    def close(self) -> None:
        """Cut off every running request (each raises OfflineError at once) and refuse new ones."""
        with self._lock:
            self._closed = True
            http, self._http = self._http, None
        if self._abort:
            self._abort.set()
        if http:
            http.close()

    def call(self, method: str, *path: str, concerns: str = "", **request: Any) -> Any:
        """Send a request and answer its JSON. ``request`` is as for :meth:`exchange`.

        Raises:
            ServerError: of the kind that fits.
        """
        with self.exchange(method, *path, concerns=concerns, **request) as response:
            return self._read_json(response, concerns)

    def send(self, method: str, *path: str, concerns: str = "", **request: Any) -> None:
        """Send a request whose answer says nothing beyond its status."""
        with self.exchange(method, *path, concerns=concerns, **request):
            pass

    @contextmanager
    def exchange(
        self,
        method: str,
        *path: str,
        concerns: str = "",
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
        content: Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        read_timeout: float | None = None,
    ) -> Iterator[httpx.Response]:
        """The open response to a request, its body not yet read.

        ``body`` travels as JSON, ``form`` and ``files`` as multipart, ``content`` as
        it is; what ``query`` has as None or
        empty is left out; ``read_timeout`` in seconds takes the place of the usual one.

        Raises:
            ServerError: no answer, or one that is no success; also while the body is being read.
        """
        import httpx

        url = self.address.url(*path)
        sent_headers = dict(headers or {})
        if body is not None:
            data = json.dumps(body, separators=(",", ":")).encode()
            sent_headers["Content-Type"] = "application/json"
        timeout = httpx.Timeout(self.timeout, connect=min(self.timeout, CONNECT_TIMEOUT_S))
        if read_timeout is not None:
            timeout.read = read_timeout
        try:
            with self._client(concerns).stream(
                method,
                url,
                params=_params(query or {}, concerns),
                content=content if body is None else data,
                data=form,
                files=files,
                headers=sent_headers,
                timeout=timeout,
            ) as response:
                self._check(response, concerns)
                yield response
        except httpx.HTTPError as error:
            if self._closed:
                raise self._closed_error(concerns) from error
            raise self._hide(
                from_transport(error, server=str(self.address), concerns=concerns)
            ) from error
        except httpx.InvalidURL as error:
            raise RejectedError(f"The request cannot be sent ({error}).") from error
        except RuntimeError as error:  # httpx, on a client that another thread has closed
            if self._closed:
                raise self._closed_error(concerns) from error
            raise

    def read(self, response: httpx.Response, limit: int, concerns: str = "") -> bytes:
        """The whole body, unless it is larger than ``limit`` bytes or drips in for ever."""
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        data = bytearray()
        for chunk in response.iter_bytes():
            data += chunk
            if len(data) > limit:
                raise ProtocolError(
                    f"{self.address} sent an answer of more than {limit} bytes; check server_url.",
                    concerns=concerns,
                    status=response.status_code,
                )
            if time.monotonic() > deadline:
                raise OfflineError(
                    f"{self.address} takes too long to answer; try again later.", concerns=concerns
                )
        return bytes(data)

    def _client(self, concerns: str) -> httpx.Client:
        with self._lock:
            if self._closed:
                raise self._closed_error(concerns)
            if self._http is None:
                from silo_core.ports.client.network import Abort, make_http_client

                headers = {
                    "Authorization": f"Bearer {self._token}",
                    "Accept-Encoding": "identity",  # a small answer cannot become a huge one
                    "User-Agent": "silo-workbench",
                }
                abort = Abort()
                try:
                    self._http = make_http_client(
                        self.address.origin, headers, abort, self._transport
                    )
                except OSError as error:  # ssl's errors are among them
                    raise _no_certificates(error) from error
                self._abort = abort
            return self._http

    def _check(self, response: httpx.Response, concerns: str) -> None:
        status = response.status_code
        encoding = response.headers.get("Content-Encoding", "identity")
        if not response.is_success:
            body = b""
            if encoding == "identity":
                body = self._error_answer(response)
            raise self._hide(
                from_status(
                    status,
                    response.headers.get("Retry-After"),
                    body,
                    server=str(self.address),
                    concerns=concerns,
                )
            )
        accepted = response.request.headers.get("Accept-Encoding", "").split(", ")
        if encoding not in ("identity", *accepted):
            raise ProtocolError(
                f"{self.address} sent an answer in an encoding that was not asked for; "
                "check what stands between it and this computer.",
                concerns=concerns,
                status=status,
            )

    def _error_answer(self, response: httpx.Response) -> bytes:
        import httpx

        try:
            return self.read(response, _MAX_ERROR_ANSWER)
        except (httpx.HTTPError, ServerError):
            return b""  # the status alone says enough

    def _read_json(self, response: httpx.Response, concerns: str) -> Any:
        data = self.read(response, MAX_ANSWER, concerns)
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            kind = response.headers.get("Content-Type", "")
            what = "a web page" if "html" in kind else "no JSON"
            raise ProtocolError(
                f"{self.address} sent {what} where data was asked for; "
                "check that server_url is the address of a Silo server.",
                concerns=concerns,
                status=response.status_code,
            ) from None

    def _hide(self, error: ServerError) -> ServerError:
        """``error`` without the token, should a server repeat what it was sent."""
        if self._token and self._token in error.message:
            error.message = error.message.replace(self._token, "***")
            error.args = (error.message,)
        return error

    def _closed_error(self, concerns: str) -> OfflineError:
        return OfflineError(f"The connection to {self.address} was closed.", concerns=concerns)


def _params(query: Mapping[str, Any], concerns: str) -> dict[str, Any]:
    """What is sent of ``query``.

    Raises:
        RejectedError: a text is no Unicode, as what a terminal makes of a stray byte.
    """
    params = {key: value for key, value in query.items() if value not in (None, "")}
    for key, value in params.items():
        try:
            str(value).encode()
        except UnicodeEncodeError:
            raise RejectedError(
                f"{key} cannot be {value[:80]!r}, which holds half a character; type it anew.",
                concerns=concerns,
            ) from None
    return params


def _no_certificates(error: OSError) -> OfflineError:
    return OfflineError(
        f"The certificates of this computer cannot be read ({error.strerror or error}); check what "
        "SSL_CERT_FILE and SSL_CERT_DIR name."
    )
