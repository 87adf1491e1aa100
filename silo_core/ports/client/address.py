"""The server's address and the token, checked before they are used."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from silo_core.model.errors import RejectedError, SettingError

_KEY = "server_url"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """``origin`` is ``scheme://host[:port]``, ``path`` what is before ``/api`` (often nothing)."""

    origin: str
    path: str

    @classmethod
    def parse(cls, text: str) -> ServerAddress:
        """Read what a user typed: with or without a slash or ``/api`` at its end.

        Raises:
            SettingError: it is no http or https address, or says more than an address may.
        """
        text = text.strip()
        try:
            parts = urlsplit(text)
            host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        except ValueError:  # among them UnicodeError
            raise _bad(text, "cannot be read") from None
        if parts.scheme not in ("http", "https"):
            raise _bad(text, "does not begin with http:// or https://")
        if not host or not text.isprintable() or " " in text:
            raise _bad(text, "names no host")
        if parts.username is not None or parts.password is not None:
            # not repeated in the message: it holds a password
            raise _bad("", "holds a user name or password, which belong elsewhere")
        if parts.query or parts.fragment:
            raise _bad(text, "has a query or a fragment")
        shown_host = f"[{host}]" if ":" in host else host
        origin = f"{parts.scheme}://{shown_host}" + (f":{port}" if port else "")
        path = parts.path.rstrip("/").removesuffix("/api").rstrip("/")
        return cls(origin, quote(path, safe="/%"))

    def __str__(self) -> str:
        return self.origin + self.path

    def url(self, *segments: str) -> str:
        """The address of a call; each segment is one step of the path, whatever is in it.

        Raises:
            RejectedError: a segment is empty or would be another step.
        """
        return "/".join([f"{self}/api", *(_segment(segment) for segment in segments)])


def check_token(token: str) -> str:
    """The token without the space around it.

    Raises:
        SettingError: it cannot be sent as a header. It is not repeated in the message.
    """
    token = token.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SettingError(
            "The token has characters that no token has; copy it again from where it was shown.",
            concerns="token",
        )
    return token


def _segment(text: str) -> str:
    try:
        segment = quote(text, safe="")
    except UnicodeEncodeError:
        segment = ""
    if segment in ("", ".", ".."):
        raise RejectedError(f"{text!r} cannot be a part number or an id.", concerns=repr(text))
    return segment


def _bad(text: str, problem: str) -> SettingError:
    shown = f" {text!r}" if text else ""
    return SettingError(
        f"The server address{shown} {problem}; set {_KEY} to one like https://silo.example.org.",
        concerns=_KEY,
    )
