"""Being asked to hand an object over: [Release Now], [Defer], [Dismiss]. Main thread."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from silo_core.model.answers import HandoffAnswer
from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry, ConnectionState, HeldContext
from silo_core.ports.services import Services
from silo_locking import buttons, entries, texts
from silo_locking.buttons import Wish
from silo_locking.releasing import Releases

_ANSWERS = {
    buttons.RELEASE.name: HandoffAnswer.RELEASE,
    buttons.DEFER.name: HandoffAnswer.DEFER,
    buttons.DISMISS.name: HandoffAnswer.DISMISS,
}


class Handoffs:
    """The holder's side of a handoff."""

    def __init__(self, services: Services, releases: Releases) -> None:
        self._services = services
        self._releases = releases
        self._shown: dict[str, dict[tuple[str, str], str]] = {}
        """The ids of the activity entries that ask, by what is asked for and by who asks from where."""

    def event_came(self, event: Event) -> None:
        """A request for what is held here."""
        if event.type != "edit.handoff_requested":
            return
        held = self._held(str(event.data.get("session_id")))
        if held is None:
            return
        requester = str(event.data.get("requester", ""))
        message = str(event.data.get("message") or "")
        told = replace(
            entries.request_came(held.entry, requester, message, self._services.now()),
            actions=(buttons.RELEASE, buttons.DEFER, buttons.DISMISS),
            facts={
                "handoff": str(event.data.get("handoff_id")),
                "entry": held.entry.id,
                "requester": requester,
                **buttons.facts_of_wish(Wish(held.entry, (held.context,))),
            },
        )
        question = texts.asked_to_hand_over(held.entry, requester, message)
        shown = self._shown.setdefault(held.entry.id, {})
        asker = (requester, str(event.data.get("workstation_id")))
        if asker in shown:  # what they say now counts
            self._services.withdraw(shown[asker])
        shown[asker] = self._services.offer(told, question)

    def left(self, left: Collection[HeldContext]) -> None:
        """What was left cannot be handed over any more: who asked hears that it was left."""
        for held in left:
            for entry_id in self._shown.pop(held.entry.id, {}).values():
                self._services.withdraw(entry_id)

    def act(self, entry: ActivityEntry, action: str) -> str:
        """See ``silo_act``. Release Now leaves the context as the user would: what ends the session,
        a push or a release, gives the object to who asked, in one step. Left already: all that is left
        to give is the answer."""
        handoff_id, held = entry.facts.get("handoff", ""), self._still_held(entry)
        if action == buttons.RELEASE.name and held:
            self._services.leave(held.entry.document.key, held.context, handoff_id)
        else:
            self._releases.answer(handoff_id, _ANSWERS[action])
        if action == buttons.RELEASE.name:
            return texts.chosen_release(entry.facts.get("requester", ""))
        return texts.chosen_defer() if action == buttons.DEFER.name else texts.chosen_dismiss()

    def problem(self, entry: ActivityEntry, action: str) -> str:
        """See ``silo_action_problem``."""
        if self._still_held(entry) is None:
            return texts.not_held(buttons.title_of(entry))
        online = self._services.connection.state is ConnectionState.ONLINE
        return "" if online or action == buttons.RELEASE.name else texts.no_connection()

    def _still_held(self, entry: ActivityEntry) -> HeldContext | None:
        """Be it by another session than the one that was asked for, or by none: a session that was lost
        is asked for again without the user's doing."""
        for held in self._services.held():
            if held.entry.id == entry.facts.get("entry"):
                return held
        return None

    def _held(self, session_id: str) -> HeldContext | None:
        for held in self._services.held():
            if held.session and held.session.id == session_id:
                return held
        return None
