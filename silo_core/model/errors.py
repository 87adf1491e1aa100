"""The error tree. Every error carries what a user needs: a title, a sentence to act on, and what
it concerns. HTTP problems are translated into these in one place (``silo_core.ports.client``)."""

from __future__ import annotations

from silo_core.model.item import Version
from silo_core.model.session import Holder


class SiloError(Exception):
    """Something went wrong that a user can be told about.

    ``message`` is one clear sentence that says what was wrong and what to do; ``concerns`` names
    the file, item, object or setting it is about.
    """

    title = "Silo"

    def __init__(self, message: str, *, concerns: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.concerns = concerns


class FileError(SiloError):
    """A file cannot be read or written as what it should be."""

    title = "File problem"


class SettingError(SiloError):
    """A setting has a value outside what it may have, or does not exist."""

    title = "Setting problem"


class StoreError(SiloError):
    """The local store cannot be opened, read or written."""

    title = "Local store problem"


class HostError(SiloError):
    """The editor could not do what was asked of it (save, leave a context)."""

    title = "Editor problem"


class PluginError(SiloError):
    """A plugin breaks the contract; the message names the plugin and its distribution."""

    title = "Plugin problem"


class ServerError(SiloError):
    """The server was asked and something came of it other than an answer. Base of the errors that
    a call of the client raises. ``status`` is the HTTP status, None where no answer came."""

    title = "Server problem"

    def __init__(self, message: str, *, concerns: str = "", status: int | None = None) -> None:
        super().__init__(message, concerns=concerns)
        self.status = status


class OfflineError(ServerError):
    """No answer: no network, no server, or it does not answer in time. Worth another try."""

    title = "Offline"


class BusyError(ServerError):
    """The server answers but cannot serve now (429, 5xx). ``retry_after`` in seconds, if it said."""

    title = "Server busy"

    def __init__(
        self,
        message: str,
        *,
        concerns: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, concerns=concerns, status=status)
        self.retry_after = retry_after


class AuthError(ServerError):
    """The token is missing or not valid (401), or its role is not enough (403)."""

    title = "Not allowed"


class NotFoundError(ServerError):
    """What was asked for is not there (404)."""

    title = "Not found"


class ConflictError(ServerError):
    """The state of the server does not permit it (409)."""

    title = "Conflict"


class HardInterferenceError(ConflictError):
    """Somebody else edits the object. ``holder`` is None where a rule refuses without a session."""

    title = "Being edited"

    def __init__(self, message: str, *, concerns: str = "", holder: Holder | None = None) -> None:
        super().__init__(message, concerns=concerns, status=409)
        self.holder = holder


class HeadMovedError(ConflictError):
    """A push was made from a version that is not the head any more; ``head`` is the head now."""

    title = "Newer version on the server"

    def __init__(self, message: str, *, concerns: str = "", head: Version | None = None) -> None:
        super().__init__(message, concerns=concerns, status=409)
        self.head = head


class RejectedError(ServerError):
    """The server found the request wrong (other 4xx); trying again does not help."""

    title = "Request rejected"


class ProtocolError(ServerError):
    """The answer is not what the protocol says; the server may be of another kind or broken."""

    title = "Unexpected answer"
