from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.verdict import Judgement, Reason, Verdict

reasons = st.builds(
    Reason, st.sampled_from(Verdict), st.sampled_from(["rule", "other"]), st.sampled_from("abc")
)
judgements = st.builds(Judgement, st.lists(reasons, max_size=4).map(tuple))
NOTHING = Judgement()


def combine(*parts: Judgement) -> Judgement:
    return Judgement.combine(parts)


@given(st.lists(judgements, max_size=5))
def test_the_strictest_wins_and_every_reason_is_kept(parts: list[Judgement]) -> None:
    whole = combine(*parts)
    assert whole.verdict == max((part.verdict for part in parts), default=Verdict.NONE)
    assert Counter(whole.reasons) == Counter(r for part in parts for r in part.reasons)
    strictness = [reason.verdict for reason in whole.reasons]
    assert strictness == sorted(strictness, reverse=True)


@given(judgements, judgements, judgements)
def test_combining_is_associative(a: Judgement, b: Judgement, c: Judgement) -> None:
    assert combine(combine(a, b), c) == combine(a, combine(b, c)) == combine(a, b, c)


@given(judgements, judgements)
def test_combining_is_commutative_up_to_order(a: Judgement, b: Judgement) -> None:
    assert combine(a, b).verdict == combine(b, a).verdict
    assert Counter(combine(a, b).reasons) == Counter(combine(b, a).reasons)


@given(judgements)
def test_no_reasons_are_the_identity(a: Judgement) -> None:
    assert combine(a, NOTHING) == combine(NOTHING, a) == combine(a)
    assert NOTHING.verdict is Verdict.NONE
    assert combine() == NOTHING


def test_verdicts_are_ordered_and_named_as_on_the_wire() -> None:
    assert Verdict.NONE < Verdict.SOFT < Verdict.HARD
    assert [verdict.wire_name for verdict in Verdict] == ["none", "soft", "hard"]
