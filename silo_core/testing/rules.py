"""What must be true of every conflict rule, and questions to find out with (needs hypothesis)."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from silo_core.hookspecs import hookimpl
from silo_core.model.context import ContextLevel
from silo_core.model.errors import PluginError
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession
from silo_core.model.verdict import Reason
from silo_core.ports.plugins.contract import implementations
from silo_core.ports.plugins.timed import RULES_LIMIT_S
from silo_core.rules.interference import NonsenseError, reasons_from

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

EXAMPLES = 100
_HANGS_S = 20.0
_TRIES = 3
"""So often a rule may be late before it counts as slow: a busy machine is late once or twice."""

Rule = Callable[..., object]


def interference_queries() -> SearchStrategy[InterferenceQuery]:
    """Questions to a conflict rule, as :func:`hypothesis.given` takes them: parts with and without a
    feature graph, with labels of any kind, and sessions of others that meet the object, or do not.

    Raises:
        PluginError: hypothesis is not installed.
    """
    st = _hypothesis().strategies
    names = st.sampled_from(["Body", "Sketch", "Sketch001", "Pad", "Pocket", "Fillet", "Ä x"])
    people = st.sampled_from(["alice", "bob", "carla"])
    machines = st.sampled_from(["w1", "w2", "w3"])
    parts = st.sampled_from(["PRT-100", "STD-7", "ASM-1", "7", "a.b_c-d" * 9])
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    moments = st.integers(0, 86400).map(lambda seconds: start + timedelta(seconds=seconds))
    levels = st.sampled_from(ContextLevel)
    sessions = st.builds(
        EditSession,
        id=st.integers(1, 99).map("session-{}".format),
        part_number=parts,
        user=people,
        workstation_id=machines,
        workstation=st.sampled_from(["CAD-07", "CAD-12", ""]),
        context_level=levels,
        object_id=names,
        dependency_cone=st.lists(names, unique=True).map(tuple),
        acquired_at=moments,
        expires_at=st.none() | moments,
        fence=st.none() | st.integers(1, 1000),
    )
    queries: SearchStrategy[InterferenceQuery] = st.builds(
        InterferenceQuery,
        part_number=parts,
        level=levels,
        object_id=names,
        user=people,
        workstation_id=machines,
        cone=st.frozensets(names),
        sessions=st.lists(sessions, max_size=4).map(tuple),
        labels=st.dictionaries(names, st.text(max_size=12)),
        uses=st.dictionaries(names, st.lists(names, max_size=3).map(tuple)),
    )
    return queries


def assert_rule_conforms(
    rule: object,
    queries: SearchStrategy[InterferenceQuery] | None = None,
    *,
    examples: int = EXAMPLES,
) -> None:
    """Ask a rule (a function, or a plugin that implements ``silo_interference``) many questions. It has
    to be

    - *total*: it answers each of them, with None, a Reason or several, and raises nothing;
    - *deterministic*: the same question has the same answer, also after others;
    - *pure*: it changes nothing of the question, and starts no thread;
    - *in time*: it answers well before the 0.2 s that all rules together have.

    ``queries``: those of :func:`interference_queries`, or others that reach more of your rule.

    Raises:
        AssertionError: with the smallest question that shows it.
        PluginError: hypothesis is not installed.
    """
    hypothesis = _hypothesis()
    trial = _Trial(_rule_of(rule))
    run = hypothesis.given(queries if queries is not None else interference_queries())(trial.ask)
    trial.watch(
        hypothesis.settings(
            max_examples=examples, deadline=None, database=None, derandomize=True,
            report_multiple_bugs=False, suppress_health_check=list(hypothesis.HealthCheck),
            phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        )(run)
    )  # fmt: skip


def _rule_of(rule: object) -> Rule:
    if not hasattr(rule, "silo_interference"):
        rule = type("Alone", (), {"silo_interference": staticmethod(hookimpl(rule))})()  # type: ignore[call-overload]
    (found,) = [one for one in implementations(rule) if one.hook == "silo_interference"]
    return found.taking_all()


class _Trial:
    """All questions to one rule, asked on one thread, while another one sees whether it comes back."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._earlier: tuple[InterferenceQuery, tuple[Reason, ...]] | None = None
        self._too_slow: InterferenceQuery | None = None
        self._now_asked: tuple[float, InterferenceQuery] | None = None

    def watch(self, run: Callable[[], None]) -> None:
        """Raises what comes of the questions."""
        came: list[BaseException] = []

        def work() -> None:
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - raised below
                came.append(error)

        asking = threading.Thread(target=work, name="silo-rule", daemon=True)
        asking.start()
        while asking.is_alive():
            asking.join(0.2)
            asked = self._now_asked
            if asked and time.monotonic() - asked[0] > _HANGS_S:
                raise AssertionError(f"the rule does not answer {asked[1]}")
        if came:
            raise came[0]

    def ask(self, query: InterferenceQuery) -> None:
        """One question, and what must be true of the answer."""
        if self._too_slow not in (None, query):
            return  # one slow answer will do: looking for a smaller question would take long
        before, threads = copy.deepcopy(query), set(threading.enumerate())
        answer = self._in_time(query)
        assert query == before, f"the rule changed the question {before}"
        assert threads.issuperset(threading.enumerate()), "the rule started a thread"
        for known, said in ((before, answer), self._earlier or (before, answer)):
            again = self._answer(copy.deepcopy(known))
            assert again == said, f"the rule answered {said}, and then {again}, to {known}"
        self._earlier = (before, answer)

    def _in_time(self, query: InterferenceQuery) -> tuple[Reason, ...]:
        for _ in range(_TRIES):
            began = time.monotonic()
            answer = self._answer(query)
            took = time.monotonic() - began
            if took <= RULES_LIMIT_S:
                return answer
        self._too_slow = query
        raise AssertionError(
            f"the rule took {took:.2f} s for {query}; all rules together have {RULES_LIMIT_S:g} s"
        )

    def _answer(self, query: InterferenceQuery) -> tuple[Reason, ...]:
        self._now_asked = time.monotonic(), query
        try:
            return reasons_from(self._rule(query))
        except NonsenseError as error:
            raise AssertionError(f"the rule answered nonsense to {query}: {error}") from None
        except BaseException as error:
            raise AssertionError(f"the rule raised {error!r} for {query}") from error
        finally:
            self._now_asked = None


def _hypothesis() -> Any:
    try:
        import hypothesis
        import hypothesis.strategies
    except ImportError as error:
        raise PluginError(
            "Testing a conflict rule needs hypothesis; install it with: pip install hypothesis"
        ) from error
    return hypothesis
