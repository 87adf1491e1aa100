"""Watches plugins at work: says which one keeps the editor waiting, while it does, and leaves word of it
for the next start, in case the editor is ended meanwhile. A call cannot be interrupted from outside."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from silo_core.model.errors import SiloError
from silo_core.model.exchange import ActivityEntry
from silo_core.ports.plugins import PluginInfo, PluginManager, PluginState, hung, isolation
from silo_core.ports.plugins.hung import Hung
from silo_core.ports.plugins.trace import UnderWay
from silo_core.workbench import problems
from silo_core.workbench.tracing import keep

logger = logging.getLogger(__name__)

PERIOD_S = 1.0
"""How often the thread looks."""

BESIDE_S = 60.0
"""A call that nobody waits for, or that may take its time, is named after so long."""


class PluginWatch:
    """One thread between :meth:`start` and :meth:`stop`, which sleeps, but for a look once a second at
    the calls that are under way. ``folder`` is the data folder of this editor. Any thread."""

    def __init__(
        self,
        plugins: PluginManager,
        folder: Path,
        killed: Iterable[Hung] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``killed``: who was at work when the editor before this one was ended, to be told of."""
        self._plugins = plugins
        self._folder = folder
        self._now = now
        self._post: Callable[[ActivityEntry], object] | None = None
        self._early = [problems.of_killing(one, now()) for one in killed]
        self._trace_is_due = False
        self._hanging: dict[UnderWay, Hung] = {}
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to watch; harmless when repeated."""
        if self._thread is None:
            self._ends = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(self._ends,), name="silo-plugin-watch", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Watch no more, with nothing left behind."""
        thread, self._thread = self._thread, None
        self._ends.set()
        if thread is not None:
            thread.join()
        if self._hanging:
            self._hanging.clear()
            self._mark()

    def tell(self, post: Callable[[ActivityEntry], object]) -> None:
        """Post entries with that from now on, those first that came before."""
        with self._lock:
            self._post, early, self._early = post, self._early, []
        for entry in early:
            post(entry)

    def problem(self, info: PluginInfo) -> None:
        """A plugin failed to load, or was switched off."""
        self._say(problems.of_plugin(info, self._now()))
        self._trace_is_due = True

    def keep_trace(self) -> None:
        """For ``silo plugins trace``, which is asked once the trouble is there."""
        keep(self._plugins, self._folder, self._now())

    # -- the thread --------------------------------------------------------------------------------

    def _run(self, ends: threading.Event) -> None:
        while not ends.wait(PERIOD_S):
            if self._trace_is_due:
                self._trace_is_due = False
                self.keep_trace()
            if self._plugins.trace.running or self._hanging:
                self._look(self._plugins.trace.under_way())

    def _look(self, calls: tuple[UnderWay, ...]) -> None:
        changed = False
        for call in set(self._hanging) - set(calls):
            self._returned(self._hanging.pop(call))
            changed = True
        for call in calls:
            if call.own_s > _limit_s(call):
                changed = self._hangs(call) or changed
        if changed:
            self._mark()

    def _hangs(self, call: UnderWay) -> bool:
        """Whether that is news; what is none is kept up to date all the same."""
        known = {info.name: info for info in self._plugins.plugins()}.get(call.plugin)
        source = (known.distribution, known.version) if known else ("", "")
        is_news = call not in self._hanging
        found = self._hanging[call] = Hung(
            call.plugin, *source, call.hook, call.own_s, _waits(call)
        )
        if is_news:
            where = "" if call.is_main else f", on the thread {call.thread}"
            logger.warning("%s has %s%s", found.label, found.what, where)
            self.keep_trace()
        return is_news

    def _returned(self, found: Hung) -> None:
        states = {info.name: info.state for info in self._plugins.plugins()}
        if states.get(found.plugin) is not PluginState.SWITCHED_OFF:  # that is told by itself
            self._say(problems.of_hanging(found, self._now()))

    def _mark(self) -> None:
        try:
            hung.mark(self._folder, self._hanging.values())
        except SiloError as error:  # a full disk is told where it matters
            logger.warning("It cannot be kept which plugin hangs: %s", error.message)

    def _say(self, entry: ActivityEntry) -> None:
        with self._lock:
            post = self._post
            if post is None:
                self._early.append(entry)
        if post is not None:
            post(entry)


def _waits(call: UnderWay) -> bool:
    """Whether the editor waits for it, and is not to for long."""
    return call.is_main and isolation.budget_s(call.hook) < float("inf")


def _limit_s(call: UnderWay) -> float:
    return isolation.HANG_S + isolation.budget_s(call.hook) if _waits(call) else BESIDE_S
