"""Keeps what is held in step with what is edited: reports of the host in, hooks out.

Every report is planned against what is held (``silo_core.rules.planner``), so a report may come twice,
late, or while another is being dealt with.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from silo_core.model.context import CheckpointContext, Context, ContextPath, Document
from silo_core.model.exchange import ContextEntry, ContextExit, HeldContext
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement, Verdict
from silo_core.ports.host import Host
from silo_core.ports.plugins import Hooks
from silo_core.rules.planner import closing_kind, plan, reachable

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Tracked:
    """What is known of one open document."""

    document: Document
    path: ContextPath = ()
    reported: float = 0.0
    held: list[HeldContext] = field(default_factory=list)
    refused: set[Context] = field(default_factory=set)
    passed: set[Context] = field(default_factory=set)
    """Contexts somebody else holds that are passed through on the way to something within them."""
    again: ContextPath = ()
    """What to enter once the editor has left what was refused of it."""
    handoff: tuple[Context, str] | None = None
    busy: bool = False

    def wanted(self) -> ContextPath:
        """What of the path can be held, given what was refused on it."""
        self.refused.intersection_update(self.path)
        return reachable(self.contexts(), self.path, self.refused)

    def is_innermost(self, context: Context) -> bool:
        """Whether the user edits ``context`` itself, and not something within it."""
        return self.path[-1:] == (context,)

    def contexts(self) -> ContextPath:
        return tuple(held.context for held in self.held)

    def take(self, contexts: Collection[Context]) -> tuple[HeldContext, ...]:
        """Remove ``contexts`` from what is held, and answer them in the order asked for."""
        by_context = {held.context: held for held in self.held}
        self.held = [held for held in self.held if held.context not in contexts]
        return tuple(by_context[context] for context in contexts if context in by_context)


class ContextTracker:
    """The host's listener. Main thread only."""

    def __init__(self, host: Host, hooks: Hooks) -> None:
        self._host = host
        self._hooks = hooks
        self._tracked: dict[str, _Tracked] = {}

    # -- what the host reports -------------------------------------------------------------------

    def document_opened(self, document: Document) -> None:
        """See :class:`silo_core.ports.host.HostListener`."""
        known = self._tracked.get(document.key)
        if known and known.document == document:
            return
        if known and known.document.part_number != document.part_number:
            self.document_closing(document.key)  # what was held belonged to the other item
            known = None
        if document.part_number is None:
            return
        if known:
            known.document = document
            return
        self._tracked[document.key] = _Tracked(document)
        self._hooks.document_opened(document)

    def context_changed(self, document_key: str, path: ContextPath) -> None:
        """See :class:`silo_core.ports.host.HostListener`."""
        tracked = self._tracked.get(document_key)
        if tracked is None:
            return
        tracked.path, tracked.reported = path, time.monotonic()
        self._settle(tracked)
        self._enter_again(tracked)

    def document_closing(self, document_key: str) -> None:
        """See :class:`silo_core.ports.host.HostListener`."""
        tracked = self._tracked.pop(document_key, None)
        if tracked is None:
            return
        tracked.path = ()
        self._leave(tracked, plan(tracked.contexts(), ()).leave, closing=True)
        self._hooks.document_closed(tracked.document)

    # -- what plugins ask for --------------------------------------------------------------------

    def documents(self) -> tuple[Document, ...]:
        """The open documents that belong to an item."""
        return tuple(tracked.document for tracked in self._tracked.values())

    def held(self, document_key: str | None = None) -> tuple[HeldContext, ...]:
        """What is held in one document, or in all, outermost first."""
        return tuple(
            held
            for key, tracked in self._tracked.items()
            if document_key in (None, key)
            for held in tracked.held
        )

    def attach_session(self, entry: ContextEntry, session: EditSession) -> bool:
        """Record the session of an entry; False if the entry is not held any more."""
        return self._update(entry, session)

    def detach_sessions(self, session_ids: Collection[str]) -> tuple[HeldContext, ...]:
        """Forget sessions that ended; answers the contexts that lost one."""
        lost = tuple(
            held for held in self.held() if held.session and held.session.id in session_ids
        )
        for held in lost:
            self._update(held.entry, None)
        return lost

    def settle_entry(self, entry: ContextEntry, judgement: Judgement) -> None:
        """The late answer to an entry: HARD backs out of it if it is still what is edited, and warns
        once, as an answer in time does, if something within it is."""
        tracked = self._tracked.get(entry.document.key)
        if tracked is None or judgement.verdict is not Verdict.HARD:
            return
        if not any(held.entry.id == entry.id for held in tracked.held):
            return
        if tracked.is_innermost(entry.context):
            self._refuse(tracked, entry, judgement)
        elif entry.context not in tracked.passed:
            tracked.passed.add(entry.context)
            self._hooks.context_entered(entry, judgement.softened())

    def leave(self, document_key: str, context: Context, handoff_id: str = "") -> None:
        """Leave a held context and what is held within it; to hand it over, if there is a
        ``handoff_id``."""
        tracked = self._tracked.get(document_key)
        if tracked is None or context not in tracked.contexts():
            return
        tracked.handoff = (context, handoff_id) if handoff_id else None
        self._host.leave(document_key, context)

    def enter(self, document_key: str, path: ContextPath) -> None:
        """Let the editor edit ``path``, once it has left what was refused of it."""
        tracked = self._tracked.get(document_key)
        if tracked and path:
            tracked.again = path
            self._enter_again(tracked)

    def _enter_again(self, tracked: _Tracked) -> None:
        if tracked.again and tracked.again[-1] not in tracked.path:
            path, tracked.again = tracked.again, ()
            self._host.enter(tracked.document.key, *path)

    def leave_all(self) -> None:
        """Leave everything without asking the host to, and forget it: the workbench stops."""
        for tracked in tuple(self._tracked.values()):  # saving may open or close others
            tracked.path = ()
            self._leave(tracked, plan(tracked.contexts(), ()).leave)
        self._tracked.clear()

    # -- the steps -------------------------------------------------------------------------------

    def _settle(self, tracked: _Tracked) -> None:
        """Take steps until what is held is what is wanted. A hook may lead to another report while
        this runs: it changes ``path``, and the loop takes it from there."""
        if tracked.busy:
            return
        tracked.busy = True
        try:
            while self._step(tracked):
                pass
        finally:
            tracked.busy = False

    def _step(self, tracked: _Tracked) -> bool:
        self._ask_again(tracked)
        steps = plan(tracked.contexts(), tracked.wanted())
        if steps.leave:
            self._leave(tracked, steps.leave)
        elif steps.enter:
            self._enter(tracked, steps.enter[0])
        return bool(steps.leave or steps.enter)

    def _ask_again(self, tracked: _Tracked) -> None:
        """What was only passed through is now edited itself: its gate decides after all."""
        tracked.passed.intersection_update(tracked.path)
        again = [
            held.context
            for held in tracked.held
            if held.context in tracked.passed and tracked.is_innermost(held.context)
        ]
        tracked.take(again)
        tracked.passed.difference_update(again)

    def _leave(
        self, tracked: _Tracked, contexts: Collection[Context], *, closing: bool = False
    ) -> None:
        if not contexts:
            return
        kind = closing_kind(tracked.contexts(), tracked.wanted())
        handoff_id = ""
        if tracked.handoff and tracked.handoff[0] in contexts:
            kind, handoff_id = CheckpointContext.HANDOFF, tracked.handoff[1]
            tracked.handoff = None
        left = ContextExit(tracked.document, tracked.take(contexts), kind, closing, handoff_id)
        self._hooks.context_exit(left)
        self._hooks.context_exited(left)

    def _enter(self, tracked: _Tracked, context: Context) -> None:
        entry = ContextEntry(uuid.uuid4().hex, tracked.document, context, reported=tracked.reported)
        # held before the gate is asked, so that a plugin can attach its session while it answers
        tracked.held.append(HeldContext(entry))
        judgement = self._hooks.context_enter(entry)
        if judgement.verdict is Verdict.HARD and tracked.is_innermost(context):
            self._refuse(tracked, entry, judgement)
            return
        if judgement.verdict is Verdict.HARD:
            # A body that is edited elsewhere must not keep people out of its other sketches
            tracked.passed.add(context)
            judgement = judgement.softened()
        self._hooks.context_entered(entry, judgement)

    def _refuse(self, tracked: _Tracked, entry: ContextEntry, judgement: Judgement) -> None:
        (refused,) = tracked.take([entry.context])
        tracked.refused.add(entry.context)
        self._hooks.context_refused(entry, judgement, refused.session)
        self._host.back_out(tracked.document.key, entry.context)

    def _update(self, entry: ContextEntry, session: EditSession | None) -> bool:
        tracked = self._tracked.get(entry.document.key)
        for index, held in enumerate(tracked.held if tracked else ()):
            if tracked and held.entry.id == entry.id:
                tracked.held[index] = replace(held, session=session)
                if session:
                    tracked.passed.discard(entry.context)
                return True
        return False
