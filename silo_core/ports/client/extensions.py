"""What a server without an extension of the protocol is asked instead. Only this module knows.

Source: the wire protocol's marks in square brackets; ``GET /api/server`` names what a server has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from silo_core.chunks import available
from silo_core.model.answers import ServerInfo
from silo_core.model.errors import NotFoundError, RejectedError
from silo_core.model.item import Version


class Extensions:
    """The shape of requests to one server."""

    def __init__(self, info: ServerInfo) -> None:
        self._have = info.extensions

    @property
    def renews_leases(self) -> bool:
        """Whether heartbeats are understood. Without, an open event stream keeps sessions alive."""
        return "lease" in self._have

    @property
    def answers_handoffs(self) -> bool:
        """Whether a holder's answer can be sent. Without, only the release itself is seen."""
        return "handoff" in self._have

    @property
    def keeps_waiting_lists(self) -> bool:
        """Whether one can wait for an object. Without, the end of its session is all one sees."""
        return "waiting" in self._have

    @property
    def lists_checkpoints(self) -> bool:
        """Whether every version of an item is listed. Without, only its revisions are."""
        return "history" in self._have

    @property
    def checks_bases(self) -> bool:
        """Whether a push is refused where the head is not what it was made from."""
        return "base" in self._have

    @property
    def lists_all_sessions(self) -> bool:
        """Whether everybody's edit sessions come in one listing; the published server's is unknown."""
        return "lease" in self._have

    @property
    def takes_many_acks(self) -> bool:
        """Whether many versions can be acknowledged in one request."""
        return "acks" in self._have

    @property
    def gives_bundles(self) -> bool:
        """Whether many small files can be had in one answer."""
        return {"bundles", "history"} <= self._have

    @property
    def explains_rules(self) -> bool:
        """Whether it tells what each of its conflict rules says without a session being acquired."""
        return "explain" in self._have

    @property
    def takes_chunks(self) -> bool:
        """Whether files can travel in chunks, here and there. Without, they travel whole."""
        return "chunks" in self._have and available()

    @property
    def takes_packs(self) -> bool:
        """Whether all chunks of a push can travel in one request. Without, each takes its own."""
        return self.takes_chunks and {"packs", "history", "base"} <= self._have

    @property
    def previews_subscriptions(self) -> bool:
        """Whether it tells what a change of subscriptions would bring. Without, only doing it does."""
        return "preview" in self._have

    @property
    def has_pages(self) -> bool:
        """Whether it has a page of each item for a browser. Without, there is nothing to look at."""
        return "pages" in self._have

    @property
    def gives_thumbnails(self) -> bool:
        """Whether it gives out the pictures that files hold. Without, there are none."""
        return "thumbnails" in self._have

    def page_path(self, part_number: str) -> tuple[str, ...]:
        """Where a link to an item's page is given out.

        Raises:
            NotFoundError: the server has no such pages.
        """
        if not self.has_pages:
            raise NotFoundError(
                f"The server has no page of {part_number} to look at.", concerns=part_number
            )
        return ("items", part_number, "view-link")

    def group_path(self, kind: str) -> tuple[str, ...]:
        """Where the projects or categories of items are listed.

        Raises:
            NotFoundError: the server does not list them.
        """
        if "catalogue" not in self._have:
            raise NotFoundError(
                f"The server does not list {kind}; type the name of the one you mean."
            )
        return (kind,)

    def pack_path(self, part_number: str, version: Version) -> tuple[str, ...] | None:
        """Where a version is given as its difference from another; None where it is not."""
        if not self.takes_packs:
            return None
        return ("items", part_number, "versions", version.id, "pack")

    def manifest_path(self, part_number: str, version: Version) -> tuple[str, ...] | None:
        """Where the chunks of a version are named; None where they are not."""
        if not (self.takes_chunks and "history" in self._have):
            return None
        return ("items", part_number, "versions", version.id, "manifest")

    def waiting_path(self, part_number: str) -> tuple[str, ...]:
        """Where one waits for objects of an item.

        Raises:
            NotFoundError: the server keeps no waiting lists.
        """
        if not self.keeps_waiting_lists:
            raise NotFoundError(
                "The server keeps no waiting lists; watch for the end of the edit session instead.",
                concerns=part_number,
            )
        return ("items", part_number, "waiting")

    def explain_path(self, part_number: str) -> tuple[str, ...]:
        """Where the rules are asked about objects of an item.

        Raises:
            NotFoundError: the server does not explain its rules.
        """
        if not self.explains_rules:
            raise NotFoundError(
                "The server does not explain its conflict rules; try to edit the object to see "
                "what they say.",
                concerns=part_number,
            )
        return ("items", part_number, "explain")

    def audit_path(self) -> tuple[str, ...]:
        """Where the audit record is.

        Raises:
            NotFoundError: the server does not show it.
        """
        if "audit" not in self._have:
            raise NotFoundError(
                "The server does not show its audit record; ask whoever runs it to look there."
            )
        return ("audit",)

    def acquisition(self, body: Mapping[str, Any], base: str | None) -> dict[str, Any]:
        """The body that asks for an edit session."""
        return {**body, "base": base} if "base" in self._have else dict(body)

    def handoff_request(self, message: str, workstation_id: str | None) -> dict[str, Any]:
        """The body that asks a holder for a handoff."""
        body = {"message": message}
        if self.answers_handoffs and workstation_id:
            body["workstation_id"] = workstation_id
        return body

    def checkpoint(
        self,
        metadata: Mapping[str, Any],
        base: str | None,
        rescue: bool,
        key: str,
        handoff_id: str,
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Metadata and headers of a push. Without [handoff] the end of the session is all that a
        request for handoff can be answered with.

        Raises:
            RejectedError: a rescue, which without [base] would become the head.
        """
        headers = {"Idempotency-Key": key} if "idempotency" in self._have else {}
        if handoff_id and self.answers_handoffs:
            metadata = {**metadata, "handoff_id": handoff_id}
        if "base" in self._have:
            return {**metadata, "base": base, "rescue": rescue}, headers
        if rescue:
            raise RejectedError("The server cannot keep a version beside the newest one.")
        return dict(metadata), headers

    def history_path(self, part_number: str) -> tuple[str, ...]:
        """Where an item's versions are listed; without [history] only its revisions are."""
        return ("items", part_number, "versions" if "history" in self._have else "revisions")

    def content_path(self, part_number: str, version: Version) -> tuple[str, ...]:
        """Where the bytes of a version are.

        Raises:
            NotFoundError: it is no revision, and the server gives out nothing else.
        """
        if "history" in self._have:
            return ("items", part_number, "versions", version.id, "content")
        if version.revision_number is None:
            raise NotFoundError(
                f"The server gives out revisions of {part_number} only.", concerns=part_number
            )
        return ("items", part_number, "file", str(version.revision_number))
