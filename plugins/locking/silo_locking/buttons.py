"""The buttons of this plugin's activity entries, and what an entry remembers to carry them out, also
after a restart. Pure."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from silo_core.model.context import Context, ContextLevel, ContextPath, Document
from silo_core.model.exchange import Action, ActivityEntry, ContextEntry
from silo_core.model.session import EditSession
from silo_locking import texts

REQUEST = Action("locking.request-handoff", texts.REQUEST)
NOTIFY = Action("locking.notify-when-free", texts.NOTIFY)
EDIT_NOW = Action("locking.edit-now", texts.EDIT_NOW)
RELEASE = Action("locking.release-now", texts.RELEASE)
DEFER = Action("locking.defer", texts.DEFER)
DISMISS = Action("locking.dismiss", texts.DISMISS)
UPDATE = Action("locking.update-first", texts.UPDATE)
ANYWAY = Action("locking.edit-anyway", texts.ANYWAY)

WISHES = frozenset({REQUEST.name, NOTIFY.name, EDIT_NOW.name})
HANDOFFS = frozenset({RELEASE.name, DEFER.name, DISMISS.name})
UPDATES = frozenset({UPDATE.name, ANYWAY.name})


@dataclass(frozen=True, slots=True)
class Wish:
    """An entry that was refused, and the path it would have led to."""

    entry: ContextEntry
    path: ContextPath


def of_refused(holder: EditSession | None) -> tuple[Action, ...]:
    """What can be done about a refusal. What is kept for somebody is not theirs to hand over yet."""
    if holder is None:
        return ()
    return (REQUEST, NOTIFY) if holder.id else (NOTIFY,)


def facts_of_wish(wish: Wish, holder: EditSession | None = None) -> Mapping[str, str]:
    """What a wish is rebuilt from, and who is in its way."""
    path = [[context.level.value, context.object_id, context.label] for context in wish.path]
    facts = {"path": json.dumps(path), "file": str(wish.entry.document.path or "")}
    return facts | ({"session": holder.id, "holder": holder.user} if holder else {})


def wish_of(entry: ActivityEntry, documents: Iterable[Document]) -> Wish | None:
    """The wish that an entry remembers, where its part is open; of two copies the one it was about."""
    path = _path(entry.facts.get("path", "[]"))
    found = document_of(entry, documents)
    if found is None or not path:
        return None
    return Wish(ContextEntry(uuid.uuid4().hex, found, path[-1]), path)


def document_of(entry: ActivityEntry, documents: Iterable[Document]) -> Document | None:
    """The open document that an entry is about; of two copies the one of the same file."""
    same = [found for found in documents if found.part_number == entry.part_number]
    same.sort(key=lambda found: str(found.path or "") != entry.facts.get("file"))
    return next(iter(same), None)


def title_of(entry: ActivityEntry) -> str:
    """How messages name the object of an entry."""
    path = _path(entry.facts.get("path", "[]"))
    return path[-1].title if path else entry.object_id


def _path(written: str) -> ContextPath:
    try:
        return tuple(
            Context(ContextLevel(level), object_id, label)
            for level, object_id, label in json.loads(written)
        )
    except (TypeError, ValueError):  # another version of this plugin wrote it
        return ()
