"""What a refused user can do about it: ask for a handoff, or be told when the object is free.
Main thread, but for what is submitted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TypeVar

from silo_core.model.answers import HandoffAnswer
from silo_core.model.context import Context, ContextPath, Document
from silo_core.model.errors import SiloError
from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry, ConnectionState, ContextEntry, Question
from silo_core.model.language import translate
from silo_core.model.session import EditSession, ReleaseReason
from silo_core.ports.services import Services
from silo_locking import buttons, entries, texts
from silo_locking.buttons import Wish
from silo_locking.gates import OBJECT, object_of, object_of_event

T = TypeVar("T")


class Wishes:
    """From the refusal to [Edit Now]."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._requests: dict[str, Wish] = {}
        self._left: dict[str, Wish] = {}
        self._waiting: dict[OBJECT, Wish] = {}
        self._watched: set[OBJECT] = set()
        self._shown: dict[tuple[str, Context], tuple[Wish, str]] = {}
        """What was offered about the last refusal of a context in an open document (its key): the wish,
        and the id of its activity entry."""
        self._offered_now: dict[OBJECT, str] = {}
        """The id of the activity entry that offers an object."""

    # -- asking ----------------------------------------------------------------------------------

    def refused(
        self, wish: Wish, told: ActivityEntry, question: Question, holder: EditSession | None
    ) -> None:
        """Tell of the refusal, and offer what can be done about it."""
        entry = replace(
            told,
            actions=buttons.of_refused(holder),
            facts=buttons.facts_of_wish(wish, holder),
        )
        offered = self._services.offer(entry, question)
        self._shown[wish.entry.document.key, wish.entry.context] = (wish, offered)

    def act(self, entry: ActivityEntry, action: str) -> str | None:
        """See ``silo_act``."""
        wish = buttons.wish_of(entry, self._services.host.documents())
        if wish is None:
            return None
        if action == buttons.EDIT_NOW.name:
            self._services.enter(wish.entry.document.key, wish.path)
            return translate("SiloButtons", texts.EDIT_NOW)
        if action == buttons.NOTIFY.name:
            self._wait(wish)
            return texts.chosen_notify()
        facts = entry.facts
        self._request(wish, facts.get("session", ""), facts["holder"], facts.get("message", ""))
        return texts.chosen_request(facts["holder"])

    def problem(self, entry: ActivityEntry, action: str) -> str:
        """See ``silo_action_problem``."""
        services, title = self._services, buttons.title_of(entry)
        wish = buttons.wish_of(entry, services.host.documents())
        if wish is None:
            return texts.not_open(entry.part_number)
        if any(h.context == wish.entry.context for h in services.held(wish.entry.document.key)):
            return texts.held_here(title)
        if services.connection.state is not ConnectionState.ONLINE:
            return "" if action == buttons.EDIT_NOW.name else texts.no_connection()
        others = services.presence.sessions_of_others(
            entry.part_number, services.workstation_id or ""
        )
        if action == buttons.EDIT_NOW.name:
            wanted = object_of(wish.entry)
            there = [o for o in others if (o.part_number, o.context_level, o.object_id) == wanted]
            return texts.edited_by(there[0].user, title) if there else ""
        asked = entry.facts.get("session", "")
        if asked and all(other.id != asked for other in others):
            return texts.not_edited(entry.facts.get("holder", ""), title)
        return ""

    def come_true(self, entry: ContextEntry) -> None:
        """The entry is not refused after all: the user is let in now, unless they have answered, or
        gone on to something else."""
        shown = self._shown.pop((entry.document.key, entry.context), None)
        if shown is None:
            return
        wish, offered = shown
        self._services.withdraw(offered)
        if wish.path == self.path_to(entry):
            self._services.enter(entry.document.key, wish.path)

    def closed(self, document: Document) -> None:
        """What was refused in it is no context of anybody's any more."""
        for key in [key for key in self._shown if key[0] == document.key]:
            del self._shown[key]

    def path_to(self, entry: ContextEntry) -> ContextPath:
        """What is edited around the entry, and the entry's context."""
        around = [held.context for held in self._services.held(entry.document.key)]
        return (*(c for c in around if c != entry.context), entry.context)

    def _request(self, wish: Wish, session_id: str, holder: str, message: str) -> None:
        client = self._services.client
        if client is None:
            return
        asked = self._services.submit(
            partial(
                client.request_handoff,
                wish.entry.document.part_number or "",
                session_id,
                message=message,
                workstation_id=self._services.workstation_id,
            )
        )
        self._then(asked, partial(self._requested, wish, holder))

    def _requested(self, wish: Wish, holder: str, asked: Future[str | None]) -> None:
        error = asked.exception()
        handoff_id = None if error else asked.result()
        if handoff_id:
            self._requests[handoff_id] = wish
        elif error is None:  # all that will be seen of an answer is the end of the session
            self._waiting[object_of(wish.entry)] = wish
            self._watched.add(object_of(wish.entry))
        self._tell(wish, texts.requested(wish.entry, holder, _why(error)), holder)

    def wait_again(self) -> None:
        """The server is back: it may have given the places in its line to others, and not every server
        tells afterwards what became free meanwhile."""
        for wish in tuple(self._waiting.values()):
            self._ask_to_wait(wish, partial(self._waits, wish))
        for wish in tuple(self._requests.values()):
            self._look_whether_free(object_of(wish.entry))

    def _wait(self, wish: Wish) -> None:
        self._waiting[object_of(wish.entry)] = wish
        self._ask_to_wait(wish, partial(self._begins_to_wait, wish))

    def _ask_to_wait(self, wish: Wish, call: Callable[[Future[int]], None]) -> None:
        services, client = self._services, self._services.client
        if client is None or services.workstation_id is None:
            return
        context = wish.entry.context
        waiting = services.submit(
            partial(
                client.wait_for,
                wish.entry.document.part_number or "",
                services.workstation_id,
                context.level,
                context.object_id,
            )
        )
        self._then(waiting, call)

    def _begins_to_wait(self, wish: Wish, waiting: Future[int]) -> None:
        position = 1 if waiting.exception() else waiting.result()
        self._tell(wish, texts.waits(wish.entry, position))
        self._waits(wish, waiting)

    def _waits(self, wish: Wish, waiting: Future[int]) -> None:
        """A server that keeps no waiting lists tells everybody at once, when the session ends: it may
        have done so before anybody listened for it."""
        wanted = object_of(wish.entry)
        if not waiting.exception():
            self._watched.discard(wanted)
        elif wanted in self._waiting:
            self._watched.add(wanted)
            self._look_whether_free(wanted)

    def _look_whether_free(self, wanted: OBJECT) -> None:
        part_number, level, object_id = wanted

        def known() -> None:
            sessions = self._services.presence.sessions_on(part_number or "")
            if all((s.context_level, s.object_id) != (level, object_id) for s in sessions):
                self._freed(wanted)

        self._services.refresh_presence(part_number or "", known)

    # -- being told ------------------------------------------------------------------------------

    def event_came(self, event: Event) -> None:
        """Answers to own requests, and objects that are free."""
        if event.type == "edit.handoff_answered":
            self._answered(event)
        elif event.type == "edit.object_free":
            self._free(object_of_event(event))
        elif event.type == "edit.session_acquired":
            self._take_back(object_of_event(event))
        elif event.type == "edit.session_released":
            is_handoff = event.data.get("reason") == ReleaseReason.HANDOFF
            self._freed(object_of_event(event), is_answered=is_handoff)

    def _freed(self, freed: OBJECT, *, is_answered: bool = False) -> None:
        """Nobody edits it any more; ``is_answered``: who asked for it is told of that by itself."""
        if not is_answered:
            self._left_unanswered(freed)
        if freed in self._watched:
            self._watched.discard(freed)
            self._free(freed)

    def _left_unanswered(self, freed: OBJECT) -> None:
        """Who was asked for the object has left it without an answer: that it is free is one."""
        for handoff_id, wish in tuple(self._requests.items()):
            if object_of(wish.entry) == freed:
                self._left[handoff_id] = self._requests.pop(handoff_id)
                if self._waiting.setdefault(freed, wish) is wish:
                    self._watched.add(freed)

    def come_otherwise(self, entry: ContextEntry) -> None:
        """What was wished for is had already."""
        self._waiting.pop(object_of(entry), None)
        self._watched.discard(object_of(entry))
        self._take_back(object_of(entry))

    def _answered(self, event: Event) -> None:
        """Released: offer to enter it. Deferred, or somebody else has it: be told when it is free."""
        data = event.data
        holder, answer = str(data.get("holder", "")), str(data.get("answer", ""))
        handoff_id = str(data.get("handoff_id"))
        left = self._left.pop(handoff_id, None)  # and had again, before the answer
        wish = self._requests.pop(handoff_id, left)
        title = wish.entry.context.title if wish else str(data.get("object_id", ""))
        said = entries.handoff_answered(event, title, holder, answer, self._services.now())
        if wish and answer == HandoffAnswer.RELEASE and not texts.went_elsewhere(event):
            self._offer(wish, said, texts.handed_over(wish.entry, holder))
            return
        self._services.post_activity(said)
        if wish is None:
            return
        if answer == HandoffAnswer.DEFER or texts.went_elsewhere(event):
            self._wait(wish)

    def _free(self, freed: OBJECT) -> None:
        wish = self._waiting.pop(freed, None)
        if wish:
            told = entries.handoff(wish.entry, texts.is_free(wish.entry), self._services.now())
            self._offer(wish, told, texts.free(wish.entry))

    def _offer(self, wish: Wish, told: ActivityEntry, question: Question) -> None:
        """Tell, with [Edit Now] unless the document was closed or it is edited already."""
        entry = wish.entry
        is_open = any(d.key == entry.document.key for d in self._services.host.documents())
        held = [held.context for held in self._services.held(entry.document.key)]
        if is_open and entry.context not in held:
            self._take_back(object_of(entry))
            facts = buttons.facts_of_wish(wish)
            offered = replace(told, actions=(buttons.EDIT_NOW,), facts=facts)
            self._offered_now[object_of(entry)] = self._services.offer(offered, question)
        else:
            self._services.post_activity(told)

    def _take_back(self, offered: OBJECT) -> None:
        """It is had here already, or somebody else was faster."""
        entry_id = self._offered_now.pop(offered, None)
        if entry_id:
            self._services.withdraw(entry_id)

    # -- below -----------------------------------------------------------------------------------

    def _then(self, asked: Future[T], call: Callable[[Future[T]], None]) -> None:
        """On the main thread, unless the workbench stops first."""

        def done(future: Future[T]) -> None:
            if not future.cancelled():
                self._services.post(lambda: call(future))

        asked.add_done_callback(done)

    def _tell(self, wish: Wish, text: str, user: str = "") -> None:
        self._services.post_activity(entries.handoff(wish.entry, text, self._services.now(), user))


def _why(error: BaseException | None) -> str:
    if error is None:
        return ""
    return error.message if isinstance(error, SiloError) else str(error)
