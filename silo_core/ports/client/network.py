"""Network work that can be cut off from outside.

A blocked ``recv`` or ``connect`` cannot be ended from another thread in a way that works on every
system, and closing an editor must not wait for a server that hangs. So every socket here is
non-blocking, and whoever waits for it waits for an :class:`Abort` as well.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar, cast

import h11
import httpcore
import httpx

from silo_core.ports.client.proxies import ProxyChoice, proxy_for

T = TypeVar("T")
_CONNECTING = {errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", -1)}
_RESOLVER_POLL_S = 0.02
_MAX_CONNECTIONS = 20
_KEEPALIVE_S = 3.0
"""Below what servers use (5 s and more): a connection must not be used as it is being closed."""


# made for each wait: an epoll costs three calls of the system more, a plain select takes no high number
_Selector: type[selectors.BaseSelector] = getattr(
    selectors, "PollSelector", selectors.DefaultSelector
)


class AbortedError(OSError):
    """The work was cut off by :meth:`Abort.set`."""


class Abort:
    """Ends all network work that shares it: at once, for good, from any thread."""

    def __init__(self) -> None:
        self._set = threading.Event()
        # The waiting end becomes readable once the other is closed, and stays so.
        self._wake, self._waker = socket.socketpair()
        # The waiting end is closed only when nobody is left who could wait for it.
        weakref.finalize(self, _close, self._wake, self._waker)

    def set(self) -> None:
        """Cut off what runs and what would begin. Harmless when repeated."""
        self._set.set()
        self._waker.close()

    @property
    def is_set(self) -> bool:
        """Whether the work was cut off."""
        return self._set.is_set()

    def check(self) -> None:
        """Raise AbortedError if it was cut off."""
        if self.is_set:
            raise AbortedError("the connection was closed on this side")

    def sleep(self, seconds: float) -> None:
        """Wait, until cut off at most."""
        self._set.wait(seconds)

    def wait(self, sock: socket.socket, event: int, timeout: float | None) -> None:
        """Wait until ``sock`` is ready for ``event`` (of ``selectors``).

        Raises:
            AbortedError: it was cut off.
            TimeoutError: ``timeout`` seconds have passed.
        """
        with _Selector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            selector.register(sock, event)
            ready = selector.select(timeout)
        self.check()
        if not ready:
            raise TimeoutError("no answer in time")


def _close(*socks: socket.socket) -> None:
    for sock in socks:
        sock.close()


class _Stream(httpcore.NetworkStream):
    def __init__(self, sock: socket.socket, abort: Abort) -> None:
        self._sock = sock
        self._abort = abort

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _mapped(httpcore.ReadTimeout, httpcore.ReadError):
            return self._run(lambda: self._sock.recv(max_bytes), selectors.EVENT_READ, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        with _mapped(httpcore.WriteTimeout, httpcore.WriteError):
            while rest:
                send = partial(self._sock.send, rest)
                rest = rest[self._run(send, selectors.EVENT_WRITE, timeout) :]

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            try:
                secure = ssl_context.wrap_socket(
                    self._sock, server_hostname=server_hostname, do_handshake_on_connect=False
                )
                self._sock = secure
                self._run(secure.do_handshake, selectors.EVENT_READ, timeout)
            except BaseException:
                self.close()
                raise
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # an idle connection with something to read was closed
            return self._is_readable()
        if info == "ssl_object":
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        return {
            "socket": lambda: self._sock,
            "client_addr": self._sock.getsockname,
            "server_addr": self._sock.getpeername,
        }.get(info, lambda: None)()

    def _is_readable(self) -> bool:
        with suppress(OSError, ValueError):  # closed meanwhile
            try:
                self._abort.wait(self._sock, selectors.EVENT_READ, 0)
            except TimeoutError:
                return False
        return True

    def _run(self, call: Callable[[], T], event: int, timeout: float | None) -> T:
        """``call``, again each time the socket is ready, until it does not have to wait."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            self._abort.check()
            try:
                return call()
            except ssl.SSLWantReadError:
                wanted = selectors.EVENT_READ
            except ssl.SSLWantWriteError:
                wanted = selectors.EVENT_WRITE
            except BlockingIOError:
                wanted = event
            self._abort.wait(self._sock, wanted, _left(deadline))


class _Backend(httpcore.NetworkBackend):
    def __init__(self, abort: Abort) -> None:
        self._abort = abort

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        deadline = None if timeout is None else time.monotonic() + timeout
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            addresses = _resolve(host, port, deadline, self._abort)
            failure: OSError = OSError(f"no address for {host}")
            for tried, (family, kind, protocol, _, address) in enumerate(addresses):
                left = _left(deadline)
                share = None if left is None else left / (len(addresses) - tried)
                try:
                    return _Stream(
                        self._connect(family, kind, protocol, address, share), self._abort
                    )
                except OSError as error:
                    failure = error
            raise failure

    def _connect(
        self, family: int, kind: int, protocol: int, address: Any, timeout: float | None
    ) -> socket.socket:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = sock.connect_ex(address)
            if code in _CONNECTING:
                self._abort.wait(sock, selectors.EVENT_WRITE, timeout)
                code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise OSError(code, os.strerror(code))
        except BaseException:
            sock.close()
            raise
        return sock


def _resolve(host: str, port: int, deadline: float | None, abort: Abort) -> list[Any]:
    """The addresses of ``host``. Looking up a name can hang for half a minute and cannot be ended:
    a thread of its own does it, which is left behind when nobody waits for it any more."""
    try:
        flags = socket.AI_NUMERICHOST
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except socket.gaierror:
        pass  # a name
    outcome: list[list[Any] | OSError] = []

    def look_up() -> None:
        try:
            outcome.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            outcome.append(OSError(f"the name {host} cannot be looked up: {_words(error)}"))

    thread = threading.Thread(target=look_up, name="silo-resolver", daemon=True)
    thread.start()
    while not outcome:
        thread.join(_RESOLVER_POLL_S)
        abort.check()
        if deadline is not None and time.monotonic() > deadline and not outcome:
            raise TimeoutError(f"the name {host} was not looked up in time")
    addresses = outcome[0]
    if isinstance(addresses, OSError):
        raise addresses
    return addresses


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


@contextmanager
def _mapped(timed_out: type[Exception], failed: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise timed_out(_words(error)) from error
    except (OSError, ValueError) as error:  # ValueError: closed by another thread meanwhile
        raise failed(_words(error)) from error


def _words(error: Exception) -> str:
    """What the system says of it, without its number."""
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return "it does not speak TLS; its address may have to begin with http://"
    return getattr(error, "strerror", None) or str(error)


class _Transport(httpx.BaseTransport):
    """httpx over these sockets. (httpx's own transport takes no network backend.)"""

    def __init__(self, origin: str, abort: Abort) -> None:
        url = httpx.URL(origin)
        self._choice = proxy_for(url)
        self._pool = _make_pool(url, abort, self._choice)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = cast(
            "Iterable[bytes]", request.stream
        )  # a client that is not async sends no other
        with _as_httpx(), _naming(self._choice):
            response = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=_core_url(request.url),
                    headers=request.headers.raw,
                    content=content,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._response.iter_stream()

    def close(self) -> None:
        with _as_httpx():
            self._response.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    """httpcore's errors as those of httpx that bear the same names."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        raise kind(str(error)) from error
    except h11.LocalProtocolError as error:  # httpcore lets it through: a file shrank meanwhile
        raise httpx.LocalProtocolError(str(error)) from error


@contextmanager
def _naming(choice: ProxyChoice | None) -> Iterator[None]:
    """What keeps a connection through a proxy from being made, with the proxy's name."""
    try:
        yield
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.ProxyError) as error:
        if choice is None:
            raise
        raise httpcore.ProxyError(f"{choice.name} does not connect: {error}") from error


def _make_pool(
    origin: httpx.URL, abort: Abort, choice: ProxyChoice | None
) -> httpcore.ConnectionPool:
    options: dict[str, Any] = {
        "network_backend": _Backend(abort),
        "max_connections": _MAX_CONNECTIONS,
        "keepalive_expiry": _KEEPALIVE_S,
    }
    if origin.scheme == "https":
        options["ssl_context"] = httpx.create_ssl_context()
        options["ssl_context"].load_default_certs()  # a company's own authority stands there
    if choice is None:
        return httpcore.ConnectionPool(**options)
    proxy = choice.proxy
    return httpcore.HTTPProxy(_core_url(proxy.url), proxy_auth=proxy.raw_auth, **options)


def _core_url(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def make_http_client(
    origin: str, headers: dict[str, str], abort: Abort, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """An HTTP client for one origin (``https://host:port``) whose work ``abort`` cuts off; it
    honours the environment's proxy, except for this machine. ``transport`` takes the place of the
    network."""
    return httpx.Client(
        headers=headers,
        transport=transport or _Transport(origin, abort),
        follow_redirects=False,
        trust_env=False,
    )
