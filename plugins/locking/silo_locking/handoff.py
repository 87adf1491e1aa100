"""Handing an object over: asking its holder, and being asked. Main thread."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial

from silo_core.model.answers import HandoffAnswer
from silo_core.model.errors import SiloError
from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityEntry,
    ActivityKind,
    ContextEntry,
    HeldContext,
    Question,
)
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement
from silo_core.ports.services import Services
from silo_locking import texts

_ANSWERS = {
    texts.RELEASE: HandoffAnswer.RELEASE,
    texts.DEFER: HandoffAnswer.DEFER,
    texts.DISMISS: HandoffAnswer.DISMISS,
}


class Handoffs:
    """Both sides of a handoff."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._releasing: dict[str, str] = {}

    def offer(self, entry: ContextEntry, judgement: Judgement) -> None:
        """Show a refused user who is in the way, with [Request Handoff] where a person is."""
        holder = texts.holder_of(judgement)

        def answered(choice: str) -> None:
            if choice == texts.REQUEST and holder:
                self.request(entry, holder)

        self._services.host.ask(texts.blocked(entry, judgement), answered)

    def request(self, entry: ContextEntry, holder: EditSession, message: str = "") -> None:
        """Ask ``holder`` for the object; what comes of it is told as activity."""
        client = self._services.client
        if client is None:
            return
        asked = self._services.submit(
            partial(
                client.request_handoff,
                holder.part_number,
                holder.id,
                message=message,
                workstation_id=self._services.workstation_id,
            )
        )
        asked.add_done_callback(partial(self._requested, entry, holder))

    def event_came(self, event: Event) -> None:
        """Requests to this workstation, and answers to its own."""
        if event.type == "edit.handoff_requested":
            self._requested_of_us(event)
        elif event.type == "edit.handoff_answered":
            self._answered_us(event)
        elif event.type == "edit.session_released":
            self._released(event)

    def _requested(
        self, entry: ContextEntry, holder: EditSession, asked: Future[str | None]
    ) -> None:
        """Worker thread: posting activity is all it does."""
        title = entry.context.title
        error = None if asked.cancelled() else asked.exception()
        if error is None:
            text = f"Asked {holder.user} to hand over {title} on {holder.part_number}"
        else:
            why = error.message if isinstance(error, SiloError) else str(error)
            text = f"Could not ask {holder.user} to hand over {title}: {why}"
        self._tell(text, holder.part_number, entry.context.object_id, holder.user)

    def _requested_of_us(self, event: Event) -> None:
        data = event.data
        held = self._held(str(data.get("session_id")))
        if held is None:
            return
        requester, message = str(data.get("requester", "")), str(data.get("message") or "")
        title = f"{held.context.title} on {held.entry.document.part_number}"
        text = f"{requester} requests {title}"
        self._tell(text, event.part_number or "", held.context.object_id, requester, message)
        question = Question(
            title=text,
            text=message or f"{requester} would like to edit {title}, which you hold.",
            options=(texts.DEFER, texts.RELEASE, texts.DISMISS),
            document=held.entry.document,
        )
        handoff_id = str(data.get("handoff_id"))
        self._services.host.ask(question, partial(self._answer, handoff_id, held))

    def _answer(self, handoff_id: str, held: HeldContext, choice: str) -> None:
        """Release Now leaves the context as the user would: that saves, pushes and releases, and the
        requester is answered once the session has ended."""
        answer = _ANSWERS.get(choice)
        if answer is None:  # closed, or replaced by a newer question: nothing was said
            return
        session = held.session
        if answer is HandoffAnswer.RELEASE and session and self._held(session.id):
            self._releasing[session.id] = handoff_id
            self._services.leave(held.entry.document.key)
        else:
            self._send(handoff_id, answer)

    def _released(self, event: Event) -> None:
        handoff_id = self._releasing.pop(str(event.data.get("session_id")), None)
        if handoff_id:
            self._send(handoff_id, HandoffAnswer.RELEASE)

    def _send(self, handoff_id: str, answer: HandoffAnswer) -> None:
        client = self._services.client
        if client:
            self._services.submit(partial(client.answer_handoff, handoff_id, answer))

    def _answered_us(self, event: Event) -> None:
        holder, answer = str(event.data.get("holder", "")), str(event.data.get("answer", ""))
        said = {
            "release": "released it to you",
            "defer": "will release it later",
            "dismiss": "keeps it for now",
        }.get(answer, f"answered: {answer}")
        object_id = str(event.data.get("object_id", ""))
        text = f"{holder} {said}: {object_id} on {event.part_number}"
        self._tell(text, event.part_number or "", object_id, holder)

    def _held(self, session_id: str) -> HeldContext | None:
        for held in self._services.held():
            if held.session and held.session.id == session_id:
                return held
        return None

    def _tell(
        self, text: str, part_number: str, object_id: str, user: str, detail: str = ""
    ) -> None:
        entry = ActivityEntry(
            at=self._services.now(),
            kind=ActivityKind.HANDOFF,
            text=text,
            details=(detail,) if detail else (),
            part_number=part_number,
            object_id=object_id,
            user=user,
        )
        self._services.post_activity(entry)
