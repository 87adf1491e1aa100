"""How the server says no."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that is not carried out. ``error`` is the slug for programs, ``message`` the sentence
    for people, ``members`` go into the answer beside them."""

    def __init__(
        self,
        status: int,
        error: str,
        message: str,
        *,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message
        self.headers = headers
        self.members = members

    def body(self) -> dict[str, Any]:
        """The JSON that answers the request."""
        return {"error": self.error, "message": self.message, **self.members}


def not_found(message: str) -> Refusal:
    """What was asked for is not there."""
    return Refusal(404, "not_found", message)


def forbidden(message: str) -> Refusal:
    """The caller may not do this."""
    return Refusal(403, "forbidden", message)


def invalid(member: str, message: str) -> Refusal:
    """A member of the request has a bad value; ``message`` says what it should be."""
    return Refusal(422, "invalid_value", f"{member}: {message}", member=member)
