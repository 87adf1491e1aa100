from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.context import CheckpointContext, Context, ContextLevel, ContextPath
from silo_core.rules.planner import Plan, closing_kind, plan, reachable

ASSEMBLY = Context(ContextLevel.ASSEMBLY, "Assembly")
BODY = Context(ContextLevel.PARTDESIGN, "Body")
BODY2 = Context(ContextLevel.PARTDESIGN, "Body001")
SKETCH = Context(ContextLevel.SKETCH, "Sketch")
SKETCH2 = Context(ContextLevel.SKETCH, "Sketch001")

DEPTH = list(ContextLevel)

contexts = st.builds(
    Context, st.sampled_from(ContextLevel), st.sampled_from("ABC"), st.sampled_from(["", "label"])
)
any_order = st.lists(contexts, max_size=8).map(tuple)
paths = any_order.map(lambda found: tuple(sorted(found, key=lambda c: DEPTH.index(c.level))))


def carry_out(held: ContextPath, steps: Plan) -> list[Context]:
    """An executor that knows nothing but the plan; raises if it is told to leave what is not held,
    or to enter what is."""
    now = list(held)
    for context in steps.leave:
        now.remove(context)
    for context in steps.enter:
        assert context not in now
        now.append(context)
    return now


@given(any_order, any_order)
def test_afterwards_exactly_the_path_is_held(held: ContextPath, path: ContextPath) -> None:
    held = tuple(dict.fromkeys(held))
    now = carry_out(held, plan(held, path))
    assert len(now) == len(set(now))
    assert set(now) == set(path)
    assert reachable(held, path) == tuple(dict.fromkeys(path))


@given(any_order, any_order)
def test_only_what_is_held_and_off_the_path_is_left(held: ContextPath, path: ContextPath) -> None:
    left = plan(held, path).leave
    assert len(left) == len(set(left))
    assert set(left) == set(held) - set(path)


@given(paths, paths)
def test_deepest_is_left_first_and_outermost_entered_first(
    held: ContextPath, path: ContextPath
) -> None:
    steps = plan(held, path)
    held, path = tuple(dict.fromkeys(held)), tuple(dict.fromkeys(path))
    assert list(steps.leave) == [context for context in reversed(held) if context not in path]
    assert list(steps.enter) == [context for context in path if context not in held]


@given(any_order, any_order)
def test_levels_are_left_deepest_first_whatever_the_order_of_entry(
    held: ContextPath, path: ContextPath
) -> None:
    depths = [DEPTH.index(context.level) for context in plan(held, path).leave]
    assert depths == sorted(depths, reverse=True)


@given(any_order, any_order)
def test_the_same_path_again_does_nothing(held: ContextPath, path: ContextPath) -> None:
    assert plan(carry_out(tuple(dict.fromkeys(held)), plan(held, path)), path) == Plan()


@given(any_order, any_order, st.data())
def test_a_refused_entry_leaves_nothing_behind(
    held: ContextPath, path: ContextPath, data: st.DataObject
) -> None:
    held = tuple(dict.fromkeys(held))
    steps = plan(held, path)
    refused = data.draw(st.sets(st.sampled_from(steps.enter)) if steps.enter else st.just(set()))
    allowed = steps.enter[: min([steps.enter.index(c) for c in refused], default=None)]
    now = carry_out(held, Plan(steps.leave, allowed))
    bounced = reachable(held, path, refused)
    assert set(bounced) == set(now)
    assert plan(now, bounced) == Plan()
    assert refused.isdisjoint(plan(now, ()).leave)


def test_identity_is_level_and_object_and_not_the_label() -> None:
    renamed = Context(SKETCH.level, SKETCH.object_id, "Mounting holes")
    assert plan([BODY, SKETCH], (BODY, renamed)) == Plan()
    same_object = Context(ContextLevel.ASSEMBLY, BODY.object_id)
    assert plan([BODY], (same_object,)) == Plan((BODY,), (same_object,))


def test_a_body_activated_after_its_sketch_is_left_after_it() -> None:
    assert plan([SKETCH, BODY], ()).leave == (SKETCH, BODY)


def test_sketcher_straight_to_the_document_leaves_both_in_one_step() -> None:
    assert plan([BODY, SKETCH], ()) == Plan(leave=(SKETCH, BODY))


KINDS = [
    ((BODY, SKETCH), (BODY,), CheckpointContext.SKETCH_CLOSE),
    ((BODY, SKETCH), (BODY, SKETCH2), CheckpointContext.SKETCH_CLOSE),
    ((ASSEMBLY, BODY, SKETCH), (ASSEMBLY, BODY), CheckpointContext.SKETCH_CLOSE),
    ((BODY, SKETCH), (), CheckpointContext.BODY_CLOSE),
    ((BODY, SKETCH), (SKETCH,), CheckpointContext.BODY_CLOSE),
    ((BODY, SKETCH), (BODY2,), CheckpointContext.BODY_CLOSE),
    ((BODY,), (BODY2,), CheckpointContext.BODY_CLOSE),
    ((BODY,), (), CheckpointContext.BODY_CLOSE),
    ((SKETCH,), (), CheckpointContext.BODY_CLOSE),
    ((SKETCH,), (BODY,), CheckpointContext.BODY_CLOSE),
    ((ASSEMBLY, SKETCH), (ASSEMBLY,), CheckpointContext.BODY_CLOSE),
    ((ASSEMBLY, BODY, SKETCH), (ASSEMBLY,), CheckpointContext.BODY_CLOSE),
    ((ASSEMBLY, BODY, SKETCH), (), CheckpointContext.ASSEMBLY_CLOSE),
    ((ASSEMBLY, BODY), (BODY,), CheckpointContext.ASSEMBLY_CLOSE),
    ((ASSEMBLY,), (), CheckpointContext.ASSEMBLY_CLOSE),
]


@pytest.mark.parametrize(("held", "path", "kind"), KINDS)
def test_closing_kind(held: ContextPath, path: ContextPath, kind: CheckpointContext) -> None:
    assert closing_kind(held, path) is kind


def test_nothing_left_has_no_closing_kind() -> None:
    with pytest.raises(ValueError, match="no context is left"):
        closing_kind([BODY], (BODY, SKETCH))


@given(any_order, any_order)
def test_a_sketch_close_never_ends_a_body_and_always_keeps_one(
    held: ContextPath, path: ContextPath
) -> None:
    if not plan(held, path).leave:
        return
    if closing_kind(held, path) is CheckpointContext.SKETCH_CLOSE:
        assert {context.level for context in plan(held, path).leave} == {ContextLevel.SKETCH}
        assert ContextLevel.PARTDESIGN in {context.level for context in reachable(held, path)}
