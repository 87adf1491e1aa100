"""Being asked to hand an object over: [Release Now], [Defer], [Dismiss]. Main thread."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from silo_core.model.answers import HandoffAnswer
from silo_core.model.event import Event
from silo_core.model.exchange import HeldContext, Reply
from silo_core.ports.services import Services
from silo_locking import texts
from silo_locking.releasing import Releases

_ANSWERS = {
    texts.RELEASE: HandoffAnswer.RELEASE,
    texts.DEFER: HandoffAnswer.DEFER,
    texts.DISMISS: HandoffAnswer.DISMISS,
}


class Handoffs:
    """The holder's side of a handoff."""

    def __init__(self, services: Services, releases: Releases) -> None:
        self._services = services
        self._releases = releases
        self._shown: dict[str, dict[tuple[str, str], Callable[[], None]]] = {}
        """What takes each question away, by the entry it is about and by who asks from where."""

    def event_came(self, event: Event) -> None:
        """A request for what is held here."""
        if event.type != "edit.handoff_requested":
            return
        held = self._held(str(event.data.get("session_id")))
        if held is None:
            return
        requester = str(event.data.get("requester", ""))
        message = str(event.data.get("message") or "")
        self._services.post_activity(
            texts.request_came(held.entry, requester, message, self._services.now())
        )
        question = texts.asked_to_hand_over(held.entry, requester, message)
        handoff_id = str(event.data.get("handoff_id"))
        shown = self._shown.setdefault(held.entry.id, {})
        asker = (requester, str(event.data.get("workstation_id")))
        if asker in shown:  # what they say now counts
            shown[asker]()
        shown[asker] = self._services.host.ask(question, partial(self._answer, handoff_id, held))

    def left(self, left: Collection[HeldContext]) -> None:
        """What was left cannot be handed over any more: who asked hears that it was left."""
        for held in left:
            for take_away in self._shown.pop(held.entry.id, {}).values():
                take_away()

    def _answer(self, handoff_id: str, held: HeldContext, reply: Reply) -> None:
        """Release Now leaves the context as the user would: what ends the session then, a push or a
        release, gives the object to who asked, in one step. Left already: all that is left to give is
        the answer."""
        answer = _ANSWERS.get(reply.choice)
        if answer is None:  # closed, or replaced by a newer question: nothing was said
            return
        if answer is HandoffAnswer.RELEASE and self._is_still_held(held):
            self._services.leave(held.entry.document.key, held.context, handoff_id)
        else:
            self._releases.answer(handoff_id, answer)

    def _is_still_held(self, asked: HeldContext) -> bool:
        """Be it by another session than the one that was asked for, or by none: a session that was lost
        is asked for again without the user's doing."""
        return any(held.entry.id == asked.entry.id for held in self._services.held())

    def _held(self, session_id: str) -> HeldContext | None:
        for held in self._services.held():
            if held.session and held.session.id == session_id:
                return held
        return None
