"""A server inside another program: demos, tests, trying things out."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType

from silo_core.model.errors import SiloError
from silo_server.app import Options, create_app, utc_now
from silo_server.running import StreamingServer, listen, url_of
from silo_server.storage.folder import open_store
from silo_server.storage.records import Role
from silo_server.work.desk import Clock, Judge
from silo_server.work.users import add_user

_PATIENCE = 60.0


class EmbeddedServer:
    """A server on loopback in a thread of its own.

    ``with EmbeddedServer(data) as server:`` starts it; ``stop`` and ``start`` may be repeated, and it
    returns on the same port.
    """

    def __init__(
        self,
        data: Path,
        *,
        port: int = 0,
        clock: Clock = utc_now,
        judge: Judge | None = None,
        options: Options | None = None,
    ) -> None:
        self._data = data
        self._port = port
        self._clock = clock
        self._judge = judge
        self._options = options
        self._server: StreamingServer | None = None
        self._thread: threading.Thread | None = None
        self.url = ""
        """Where it is reached, once it was started."""

    def start(self) -> str:
        """Start it; answers the address once it accepts requests.

        Raises:
            SiloError: the port is in use, or the data folder cannot be used.
        """
        if self._thread is not None:
            return self.url
        bound = listen("127.0.0.1", self._port)
        try:
            app = create_app(
                self._data, clock=self._clock, judge=self._judge, options=self._options
            )
        except SiloError:
            bound.close()
            raise
        self._port = bound.getsockname()[1]
        self.url = url_of(bound)
        self._server = StreamingServer(app)
        self._thread = threading.Thread(
            target=self._server.run, args=([bound],), name="silo-server", daemon=True
        )
        self._thread.start()
        try:
            self._wait_until_started()
        except BaseException:  # an interrupt too: nobody else would stop it
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Stop it; everything it answered is on disk."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(_PATIENCE)
        stuck = self._thread.is_alive()
        self._server = self._thread = None
        if stuck:
            raise SiloError("The embedded server did not stop in time.")

    @property
    def connected(self) -> frozenset[str]:
        """Workstations that have an event stream open."""
        return self._server.connected() if self._server else frozenset()

    def add_user(self, name: str, role: str = "editor") -> str:
        """A new user; answers the token. Works whether the server runs or not.

        Raises:
            SiloError: there is such a user already.
        """
        with open_store(self._data) as store:
            return store.write(lambda tx: add_user(tx, name, Role(role), self._clock())).result()

    def _wait_until_started(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while self._server and self._thread and not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise SiloError("The embedded server did not start; its log says why.")
            time.sleep(0.002)

    def __enter__(self) -> EmbeddedServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
