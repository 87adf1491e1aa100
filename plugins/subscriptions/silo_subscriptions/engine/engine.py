"""Keeping the copies of subscribed items in step: the plugin's ``Sync``.

Three kinds of threads: the main thread decides, and renames what has arrived over its target; one thread
of the engine's own compares and records; up to ``subscription_max_downloads`` download.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from silo_core.model.context import Document
from silo_core.model.errors import BusyError, NotFoundError, OfflineError, SiloError
from silo_core.model.exchange import Connection, ConnectionState, Transfer
from silo_core.model.subscription import SyncDiff
from silo_core.model.sync import ItemStatus, SyncChoice, SyncState
from silo_core.ports.bases import Bases
from silo_core.ports.services import Services
from silo_subscriptions.engine import messages
from silo_subscriptions.engine.acknowledging import Acknowledging
from silo_subscriptions.engine.download import CancelledError, UnmergeableError, clear_leftovers
from silo_subscriptions.engine.downloads import Downloads
from silo_subscriptions.engine.installing import Landed
from silo_subscriptions.engine.open_files import OpenFiles
from silo_subscriptions.engine.plan import Acks, Fetch, Situation, Survey
from silo_subscriptions.engine.planning import Surveyor
from silo_subscriptions.engine.queue import Agenda, Request
from silo_subscriptions.engine.reloading import Reloading
from silo_subscriptions.engine.reporting import Audience
from silo_subscriptions.engine.retrying import Patience
from silo_subscriptions.engine.updating import Updater
from silo_subscriptions.engine.worker import Lane

logger = logging.getLogger(__name__)

_MARK = "sync is running"
_PUT_OFF = (SyncState.DEFERRED, SyncState.UNTRACKED, SyncState.CONFLICT)


class Engine:
    """See ``silo_subscriptions.facade.Sync``. Main thread, but where it says otherwise."""

    def __init__(self, services: Services, updater: Updater) -> None:
        self._services = services
        self.reloading = Reloading(services, updater, self.updated)
        self.audience = Audience(services)
        self._patience = Patience(services, self._go_on)
        bases = Bases(services.store.path.parent / "bases")
        self._lane = Lane(services)
        self._surveyor = Surveyor(services, bases)
        self.open_files = OpenFiles(services, self.look_at_what_was_put_off)
        self._downloads = Downloads(services, bases, self.open_files, self._lane, self)
        self._acks = Acknowledging(
            services, self._lane, self._surveyor, self._ask_about, self._acknowledged
        )
        self._agenda = Agenda()
        self._statuses: dict[str, ItemStatus] = {}
        self._sorted: tuple[ItemStatus, ...] | None = ()
        self._choices: dict[str, SyncChoice] = {}
        self._unmergeable: set[tuple[str, str]] = set()
        self._failed: dict[str, tuple[str, str]] = {}
        """Version and reason, by part number: not tried again by itself."""
        self._cancelled: set[str] = set()
        self._forced: set[str] = set()
        """Fetched whatever ``subscription_auto_sync`` says."""
        self._comparing = True
        self._stopped = False
        self._lane.run(self._begin, lambda _: self._begun(), self._not_compared)

    def stop(self) -> None:
        """Give up what is under way. What was downloaded in part is gone on with another time."""
        self._stopped = self._surveyor.stopped = True
        self._patience.stop()
        self._downloads.stop()
        self._lane.stop()
        try:
            self._services.store.meta.remove(_MARK)
        except SiloError as error:
            logger.warning("%s", error.message)

    def _begin(self) -> None:
        """After a crash no file's stat is trusted: a power cut leaves some that only look right."""
        store = self._services.store
        if store.meta.get(_MARK):
            store.tracked.read_again()
        store.meta.set(_MARK, "1")
        clear_leftovers(self._services.settings.workspace, self._surveyor.wanted.values())

    def _begun(self) -> None:
        self._comparing = False
        self._agenda.add(None, ask=False)
        self._go_on()

    # -- the facade --------------------------------------------------------------------------------

    @property
    def listeners(self) -> list[Callable[[], None]]:
        """See ``Sync``."""
        return self.audience.listeners

    @property
    def transfers(self) -> Mapping[str, Transfer]:
        """See ``Sync``."""
        return self._downloads.transfers

    def statuses(self) -> tuple[ItemStatus, ...]:
        """See ``Sync``."""
        if self._sorted is None:
            self._sorted = tuple(self._statuses[number] for number in sorted(self._statuses))
        return self._sorted

    @property
    def busy(self) -> bool:
        """See ``Sync``."""
        due = self._agenda.has_local or (self._agenda.asks and self._can_ask)
        due = due or (self._patience.is_hopeful and self._is_online)
        return not self._stopped and bool(
            self._comparing or due or self._downloads.busy or self._acks.is_sending
        )

    def look(self) -> None:
        """See ``Sync``."""
        self.look_at()

    def sync_now(self) -> None:
        """See ``Sync``."""
        self._failed.clear()
        self._cancelled.clear()
        self._patience.forget()
        self._agenda.add(None, force=True)
        self._go_on()

    def retry(self, part_number: str) -> None:
        """See ``Sync``."""
        self._forced.add(part_number)
        self._failed.pop(part_number, None)
        self._cancelled.discard(part_number)
        self.look_at(part_number)

    def cancel(self, part_number: str) -> None:
        """See ``Sync``."""
        self._forced.discard(part_number)
        if self._downloads.drop(part_number):
            self._cancelled.add(part_number)
            self._becomes(part_number, SyncState.PENDING, messages.CANCELLED)

    def resolve(self, part_number: str, choice: SyncChoice) -> None:
        """See ``Sync``."""
        status = self._statuses.get(part_number)
        if status is None or choice not in status.choices or status.wanted is None:
            return
        if choice is SyncChoice.RELOAD:
            self.reloading.begin(status)
            return
        if choice is SyncChoice.SKIP:
            self._choices.pop(part_number, None)
        else:
            self._choices[part_number] = choice
            self._forced.add(part_number)
        named = {part_number: status.wanted.id}
        self._lane.run(
            lambda: self._surveyor.mark(named, skipped=choice is SyncChoice.SKIP),
            lambda _: None,
            self._complain,
        )
        self.look_at(part_number, ask=False)

    def updated(self, document: Document) -> None:
        """The file of an open document may be another now, and link to other files."""
        self.open_files.read_again(document)
        self.look_at(document.part_number, ask=False)

    def status_of(self, part_number: str) -> ItemStatus | None:
        """The status of one item, None of one that is not subscribed to."""
        return self._statuses.get(part_number)

    # -- what makes it look ------------------------------------------------------------------------

    def look_at(self, part_number: str | None = None, *, ask: bool = True) -> None:
        """Compare one item, or all, soon; with what the server says now, if ``ask``."""
        self._agenda.add(part_number, ask=ask)
        self._go_on()

    def look_at_what_was_put_off(self) -> None:
        """What is open has changed, or how a push went is known."""
        for number, status in self._statuses.items():
            if status.state in _PUT_OFF:
                self._agenda.add(number, ask=False)
        self._downloads.land_soon()
        self._go_on()

    def connection_changed(self, connection: Connection) -> None:
        """Back online: everything is compared anew, unless the user wants to ask for it."""
        if connection.state is ConnectionState.ONLINE:
            self._failed.clear()
            self._patience.forget()
            if self._services.settings.flag("subscription_sync_on_connect"):
                self._agenda.add(None)
            self._downloads.start()
        self._go_on()

    # -- comparing ---------------------------------------------------------------------------------

    @property
    def _is_online(self) -> bool:
        return self._services.connection.state is ConnectionState.ONLINE

    @property
    def _can_ask(self) -> bool:
        known = self._services.client is not None and self._services.workstation_id is not None
        return known and self._is_online and not self._patience.is_waiting

    def _go_on(self) -> None:
        """Begin with what is due."""
        self.audience.tell(is_over=not self.busy)
        if self._stopped or self._comparing or not self.open_files.is_known:
            return
        client, workstation = self._services.client, self._services.workstation_id
        if not self._agenda.has_local and not (self._agenda.asks and self._can_ask):
            return
        request = self._agenda.take(online=self._can_ask)
        self._comparing = True
        if client and workstation and request.asks:
            found = self._services.submit(partial(client.get_sync_diff, workstation, request.asked))
            answered = partial(self._answered, request)
            found.add_done_callback(lambda done: self._services.post(partial(answered, done)))
        else:
            self._compare(request, None)

    def _answered(self, request: Request, future: Future[SyncDiff]) -> None:
        if self._stopped or future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._compare(request, future.result())
            return
        if isinstance(error, OfflineError | BusyError):
            self._agenda.add_back(request)
            self._patience.wait()
        elif not isinstance(error, NotFoundError):  # a server that knows no subscriptions
            self._complain(error)
        self._compare(request, None)

    def _compare(self, request: Request, diff: SyncDiff | None) -> None:
        situation = Situation(
            self.open_files.files,
            self.open_files.documents,
            dict(self._choices),
            frozenset(self._unmergeable),
        )
        self._lane.run(
            partial(self._survey, request, diff, situation),
            partial(self._apply, request),
            self._not_compared,
        )

    def _survey(self, request: Request, diff: SyncDiff | None, now: Situation) -> Survey:
        """On the engine's thread."""
        survey, scope = Survey(), request.items
        if diff is not None:
            self._surveyor.take(diff, request.asked, survey)
            scope = request.items if diff.partial else None
        self._surveyor.compare(scope, now, survey)
        return survey

    def _not_compared(self, error: SiloError) -> None:
        self._comparing = False
        self._complain(error)
        self._go_on()

    def _complain(self, error: BaseException) -> None:
        shown = error if isinstance(error, SiloError) else SiloError(messages.bug(error))
        self._services.post_activity(messages.not_compared(shown, self._services.now()))

    def _apply(self, request: Request, survey: Survey) -> None:
        self._comparing = False
        for number in survey.gone:
            self._statuses.pop(number, None)
            self._forced.discard(number)
        for number in {*survey.gone, *(one.part_number for one in survey.conflicts)}:
            self._downloads.drop(number, for_good=True)
        self._statuses.update(survey.statuses)
        self._sorted = None
        if request.force:  # whatever is looked at before it has arrived
            self._forced.update(fetch.part_number for fetch in survey.fetch)
        for fetch in survey.fetch:
            self._queue(fetch)
        self._acks.add(survey.acks, survey.doubtful)
        self.audience.surveyed(survey)
        self._downloads.start()
        self._changed()

    def _queue(self, fetch: Fetch) -> None:
        number = fetch.part_number
        version, why = self._failed.get(number, ("", ""))
        if number in self._forced:
            self._downloads.queue(fetch)
        elif version == fetch.wanted.version.id:
            self._becomes(number, SyncState.FAILED, why)
        elif number in self._cancelled:
            self._becomes(number, SyncState.PENDING, messages.CANCELLED)
        elif self._services.settings.flag("subscription_auto_sync"):
            self._downloads.queue(fetch)
        else:
            self._downloads.drop(number)
            self._becomes(number, SyncState.PENDING, messages.ON_REQUEST)
        if self._downloads.is_running(number):
            self._becomes(number, SyncState.DOWNLOADING)

    # -- what becomes of downloads -----------------------------------------------------------------

    def began(self, part_number: str) -> None:
        """See ``Owner``."""
        self._becomes(part_number, SyncState.DOWNLOADING)
        self._changed()

    def progressed(self) -> None:
        """See ``Owner``."""
        self._changed()

    def overtaken(self, part_number: str) -> None:
        """See ``Owner``."""
        self.look_at(part_number, ask=False)

    def failed(self, fetch: Fetch, error: BaseException) -> None:
        """See ``Owner``."""
        number = fetch.part_number
        if isinstance(error, CancelledError):
            self._becomes(number, SyncState.PENDING, messages.CANCELLED)
        elif isinstance(error, OfflineError):
            self._becomes(number, SyncState.PENDING, messages.OFFLINE)
            self._agenda.add(number)
            self._patience.wait()
        else:
            if not isinstance(error, SiloError):
                logger.error("a download failed", exc_info=error)
            self._fail(
                fetch, error.message if isinstance(error, SiloError) else messages.bug(error)
            )
            if isinstance(error, UnmergeableError):
                self._unmergeable.add((number, fetch.wanted.version.id))
                self._choices.pop(number, None)
                self._failed.pop(number, None)
                self._agenda.add(number, ask=False)
        self._changed()

    def _fail(self, fetch: Fetch, why: str) -> None:
        number = fetch.part_number
        self._failed[number] = (fetch.wanted.version.id, why)
        self._forced.discard(number)
        self._becomes(number, SyncState.FAILED, why)
        self.audience.complaints.append((number, why))

    def landed(self, landed: list[Landed]) -> None:
        """See ``Owner``."""
        acks: Acks = {}
        for file in landed:
            wanted = file.fetched.fetch.wanted
            number = wanted.part_number
            self._choices.pop(number, None)
            self._forced.discard(number)
            self._failed.pop(number, None)
            acks[number] = (wanted.version.id, wanted.is_checkpoint)
            status = self._statuses.get(number)
            if file.is_whole and status and status.wanted == wanted.version:
                self._becomes(number, SyncState.UP_TO_DATE)
            else:
                self._agenda.add(number, ask=False)
            self.audience.finished.append(file.fetched)
        self._patience.forget()
        self._acks.add(acks)
        self._changed()

    def _acknowledged(self) -> None:
        """That may have been the last thing under way: whoever listens is told how it ended."""
        if not self._stopped:
            self._go_on()

    def _ask_about(self, part_numbers: Collection[str]) -> None:
        for number in part_numbers:
            self.look_at(number)

    def _becomes(self, number: str, state: SyncState, reason: str = "") -> None:
        status = self._statuses.get(number)
        if status:
            self._statuses[number] = replace(status, state=state, reason=reason, choices=())
            self._sorted = None

    def _changed(self) -> None:
        self.audience.changed()
        self._go_on()
