"""Comparing what is wanted with what is here. On the engine's own thread, which alone changes what is
kept of both: two comparisons never meet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from os import stat
from pathlib import Path

from silo_core.fcstd import content_digest
from silo_core.model.errors import FileError
from silo_core.model.item import PART_NUMBER, Version, VersionKind
from silo_core.model.subscription import SyncDiff, SyncEntry
from silo_core.model.sync import ItemStatus, SyncChoice, SyncState
from silo_core.ports.bases import Bases
from silo_core.ports.files import opened
from silo_core.ports.services import Services
from silo_core.ports.store import TrackedFile, WantedItem
from silo_core.rules.sync import DAMAGED, SyncAction, Tree, plan
from silo_subscriptions import texts
from silo_subscriptions.engine.paths import Places
from silo_subscriptions.engine.plan import Fetch, Situation, Survey
from silo_subscriptions.engine.scanner import Look, look, tracked_as

_SHA256 = re.compile("([0-9a-f]{64})?")
_MOST_BYTES = 1 << 50
_FETCHED = {SyncAction.DOWNLOAD, SyncAction.REPLACE, SyncAction.MERGE}


class Surveyor:
    """Keeps what is wanted, and compares. One thread at a time."""

    def __init__(self, services: Services, bases: Bases) -> None:
        self._services = services
        self._bases = bases
        self._wanted: dict[str, WantedItem] | None = None
        self._removed: set[str] = set()
        self._paused: set[str] = set()
        self._settled: set[str] = set()
        """Whose status was told, and that nothing is to be done."""
        self._versions: dict[str, str] | None = None
        self.stopped = False

    @property
    def wanted(self) -> dict[str, WantedItem]:
        """All that is wanted, by part number. Raises StoreError."""
        if self._wanted is None:
            self._wanted = {item.part_number: item for item in self._services.store.wanted.all()}
        return self._wanted

    # -- what the server says ----------------------------------------------------------------------

    def take(self, diff: SyncDiff, asked: Collection[str], survey: Survey) -> None:
        """Remember what the server says of the items that were ``asked`` about, of all if of none."""
        wanted, changed = self.wanted, list[WantedItem]()
        listed = set()
        for entry in diff.entries:
            listed.add(entry.part_number)
            if problem := _problem(entry):
                survey.refused.append(problem)
            elif new := self._news(entry):
                changed.append(new)
        scope = set(asked) if diff.partial else set(wanted) | self._paused | self._removed
        self._paused = (self._paused - scope) | set(diff.paused)
        removed = set(filter(PART_NUMBER.fullmatch, diff.removed))
        self._removed = (self._removed - scope) | removed
        for number in sorted(scope - listed - self._paused - removed):
            known = wanted.get(number)
            if known and not known.acknowledged:
                changed.append(self._as_it_is(known))
                survey.doubtful.add(number)
        without = [item.part_number for item in changed if not item.version.id]
        changed = [item for item in changed if item.version.id]
        if changed or without:
            self._services.store.wanted.change(changed, without=without)
        self._versions = None
        for number in without:
            wanted.pop(number, None)
            survey.gone.add(number)
        wanted.update((item.part_number, item) for item in changed)
        self._settled -= {item.part_number for item in changed} | set(diff.paused) | removed

    def _news(self, entry: SyncEntry) -> WantedItem | None:
        known = self.wanted.get(entry.part_number)
        if known and known.version.id == entry.version.id:
            if not known.acknowledged and known.file_name == entry.file_name:
                return None
            return replace(known, acknowledged=False, file_name=entry.file_name)
        return WantedItem(
            entry.part_number, entry.file_name, entry.version, entry.version.kind is not _REVISION
        )

    def _as_it_is(self, known: WantedItem) -> WantedItem:
        """Not listed, though it was never acknowledged: the version that is here is the one that is
        wanted, or nothing is any more. Acknowledging the one that is here brings it out."""
        tracked = self._services.store.tracked.get(known.part_number)
        base = tracked.base_version if tracked else None
        if tracked is None or base is None:
            return replace(known, version=replace(known.version, id=""))
        if base == known.version.id:
            return known
        released = tracked.base_revision
        kind = VersionKind.CHECKPOINT if released is None else _REVISION
        version = Version(base, kind, released, tracked.sha256, tracked.size)
        return replace(known, version=version, is_checkpoint=released is None, skipped=False)

    # -- what is here ------------------------------------------------------------------------------

    def compare(self, scope: Collection[str] | None, situation: Situation, survey: Survey) -> None:
        """Look at the items of ``scope`` (None: at all) and say what is to be done about each."""
        suspects = self._suspects(scope, survey)
        if not suspects:
            return
        pushing = self._pushing()
        stamps = self._services.store.tracked.stamps()
        places = Places(
            self._services.settings.workspace, {str(row[0]): str(row[1]) for row in stamps}
        )
        places.reserve((item.part_number, item.file_name) for item in self.wanted.values())
        records: list[TrackedFile] = []
        for number in suspects:
            if self.stopped:
                return
            record = self._judge(number, places, situation, number in pushing, survey)
            if record:
                records.append(record)
        if records:
            self._services.store.tracked.put_all(records)

    def _suspects(self, scope: Collection[str] | None, survey: Survey) -> list[str]:
        """Part numbers that something may have to be done about. Ten thousand files are looked at in
        here, so it does next to nothing for those that are as they were."""
        ours = self.wanted.keys() | self._removed | self._paused
        if scope is not None:
            return sorted(ours & set(scope))
        agreed, settled, stamps = (
            self._agreed(),
            self._settled,
            self._services.store.tracked.stamps(),
        )
        suspects = ours.difference([stamp[0] for stamp in stamps]) | self._removed | self._paused
        for number, path, base, size, mtime_ns in stamps:
            try:
                found = stat(path)
            except OSError:
                suspects.add(number)
                continue
            if (
                found.st_mtime_ns != mtime_ns
                or found.st_size != size
                or agreed.get(number, "") != base
            ):
                suspects.add(number)
            elif number not in settled:
                settled.add(number)
                item = self.wanted[number]
                survey.statuses[number] = _status(item, number, Path(path), SyncState.UP_TO_DATE)
        return sorted(suspects & ours)

    def _agreed(self) -> dict[str, str]:
        """The versions that are wanted and acknowledged, by part number."""
        if self._versions is None:
            self._versions = {
                number: item.version.id for number, item in self.wanted.items() if item.acknowledged
            }
        return self._versions

    def _pushing(self) -> set[str]:
        store = self._services.store
        waiting = {job.part_number for job in store.outbox.pending() if not job.set_aside}
        return waiting | {left.part_number for left in store.leavings.unfinished()}

    def _judge(
        self, number: str, places: Places, situation: Situation, pushing: bool, survey: Survey
    ) -> TrackedFile | None:
        """One item. Answers what is to be recorded of its file."""
        self._settled.discard(number)
        item, removed = self.wanted.get(number), number in self._removed
        tracked = self._services.store.tracked.get(number) if places.has(number) else None
        if item is None and not removed:
            survey.statuses[number] = ItemStatus(number, None, SyncState.PAUSED)
            return None
        try:
            path = places.of(number, item.file_name if item else "")
            found = look(path, tracked)
        except FileError as error:
            survey.statuses[number] = _status(item, number, None, SyncState.FAILED, error.message)
            return None
        is_open = found.target in situation.open_files or path in situation.open_files
        version = item.version if item else None
        base = Tree(tracked.base_version, tracked.sha256) if tracked else None
        local = self._meant(number, path, found, tracked)
        choice = SyncChoice.SKIP if item and item.skipped else situation.choices.get(number)
        action = plan(
            Tree(version.id, version.sha256) if version else None,
            local,
            base if base and base.version else None,
            is_open=is_open,
            paused=number in self._paused,
            own=version is not None and version.workstation_id == self._services.workstation_id,
            removed=removed,
            pushing=pushing,
            choice=choice,
        )
        if removed or item is None:
            self._let_go(number, action, path, survey)
            return None
        record = None
        if action is SyncAction.RECORD:
            record = tracked_as(number, path, item.version, item.version.sha256, found.identity)
        if action in (SyncAction.RECORD, SyncAction.NOTHING):
            if not item.acknowledged:
                survey.acks[number] = (item.version.id, item.is_checkpoint)
            is_mine = action is SyncAction.NOTHING and tracked and local != tracked.sha256
            self._settled.add(number)
            survey.statuses[number] = _status(
                item, number, path, SyncState.UP_TO_DATE, texts.CHANGED_HERE if is_mine else ""
            )
            return record
        if action in _FETCHED:
            try:
                places.make_workspace(path)
            except FileError as error:
                survey.statuses[number] = _status(
                    item, number, path, SyncState.FAILED, error.message
                )
                return None
            survey.fetch.append(Fetch(item, action, path, found, tracked))
        status = self._described(item, action, path, found, local, tracked, situation)
        survey.statuses[number] = status
        if action is SyncAction.ASK and self._is_news("conflict", item):
            survey.conflicts.append(status)
        if SyncChoice.RELOAD in status.choices and self._is_news("waiting", item):
            survey.waiting.append(status)
        return None

    def _meant(
        self, number: str, path: Path, found: Look, tracked: TrackedFile | None
    ) -> str | None:
        """What the file says. What an editor only saved again, and what went into the newest version by
        a merge, holds nothing that could be lost."""
        local = found.local
        if tracked is None or local in (None, DAMAGED, tracked.sha256):
            return local
        if self._services.store.kept.joined(number, tracked.base_version, path) == local:
            return tracked.sha256
        base = self._bases.find(tracked.sha256)
        if base is None:
            return local
        try:
            with opened(base) as before, opened(found.target) as after:
                is_same = content_digest(before) == content_digest(after)
        except FileError:
            return local
        return tracked.sha256 if is_same else local

    def _let_go(self, number: str, action: SyncAction, path: Path, survey: Survey) -> None:
        """No subscription reaches it any more."""
        if action is SyncAction.DEFER:
            survey.statuses[number] = ItemStatus(
                number, path, SyncState.UNTRACKED, reason=texts.LET_GO_LATER
            )
            return
        store = self._services.store
        store.tracked.remove(number)
        store.wanted.change(without=[number])
        self._versions = None
        self.wanted.pop(number, None)
        self._removed.discard(number)
        survey.statuses.pop(number, None)
        survey.gone.add(number)
        survey.acks[number] = (None, False)

    def _described(
        self,
        item: WantedItem,
        action: SyncAction,
        path: Path,
        found: Look,
        local: str | None,
        tracked: TrackedFile | None,
        situation: Situation,
    ) -> ItemStatus:
        is_clean = tracked is not None and local == tracked.sha256
        choices: tuple[SyncChoice, ...] = ()
        if action is SyncAction.DEFER and is_clean and found.target in situation.documents:
            choices = (SyncChoice.RELOAD,)
        elif action in (SyncAction.ASK, SyncAction.SKIP):
            choices = (SyncChoice.OVERWRITE, SyncChoice.SKIP)
            key = (item.part_number, item.version.id)
            has_base = tracked is not None and tracked.base_version is not None
            if has_base and key not in situation.unmergeable and self._services.hooks.can_merge:
                choices = (*choices, SyncChoice.MERGE)
        state, reason = texts.of_action(action, item)
        return _status(item, item.part_number, path, state, reason, choices)

    def _is_news(self, what: str, item: WantedItem) -> bool:
        """Whether the user has not been told that of this version yet."""
        meta, key = self._services.store.meta, f"{what} {item.part_number}"
        if meta.get(key) == item.version.id:
            return False
        meta.set(key, item.version.id)
        return True

    # -- what became of it -------------------------------------------------------------------------

    def mark(
        self,
        numbers: Mapping[str, str | None],
        *,
        acknowledged: bool | None = None,
        skipped: bool | None = None,
    ) -> None:
        """Change what is kept of items that still want the version of that id. Raises StoreError."""
        changed = [
            replace(
                item,
                acknowledged=item.acknowledged if acknowledged is None else acknowledged,
                skipped=item.skipped if skipped is None else skipped,
            )
            for number, version in numbers.items()
            if (item := self.wanted.get(number)) and item.version.id == version
        ]
        if changed:
            self._services.store.wanted.change(changed)
            self._versions = None
            self.wanted.update((item.part_number, item) for item in changed)


_REVISION = VersionKind.REVISION


def _status(
    item: WantedItem | None,
    number: str,
    path: Path | None,
    state: SyncState,
    reason: str = "",
    choices: tuple[SyncChoice, ...] = (),
) -> ItemStatus:
    version = item.version if item else None
    is_checkpoint = item is not None and item.is_checkpoint
    return ItemStatus(number, path, state, version, is_checkpoint, reason, choices)


def _problem(entry: SyncEntry) -> str:
    """What is wrong with what a server lists, empty if nothing is: it may be broken, or hostile."""
    if not PART_NUMBER.fullmatch(entry.part_number):
        return f"The server lists {entry.part_number[:60]!r}, which is no part number."
    version = entry.version
    if not version.id or not _SHA256.fullmatch(version.sha256):
        return f"What the server says of the newest version of {entry.part_number} makes no sense."
    if not 0 <= version.size < _MOST_BYTES:
        return (
            f"The server says that {entry.part_number} has {version.size} bytes, which cannot be."
        )
    return ""
