"""Which contexts to leave and to enter: the path an editor reports against what is held.

Pure functions, applied to one document at a time. The host never says "entered" or "left"; all
of that follows from comparing two paths here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from silo_core.model.context import CheckpointContext, Context, ContextLevel, ContextPath

_DEPTH = {ContextLevel.ASSEMBLY: 0, ContextLevel.PARTDESIGN: 1, ContextLevel.SKETCH: 2}


@dataclass(frozen=True, slots=True)
class Plan:
    """First leave ``leave`` (deepest first), then enter ``enter`` (outermost first).

    Everything in ``leave`` ends with one checkpoint. The first refused entry ends the plan: what
    lies within it is not tried (see :func:`reachable`).
    """

    leave: tuple[Context, ...] = ()
    enter: tuple[Context, ...] = ()


def plan(held: Sequence[Context], path: ContextPath) -> Plan:
    """The steps from ``held`` (in order of entry) to holding exactly ``path``.

    Deepest means by level first, so that a body activated after its sketch is still left after it;
    within a level, what was entered last is left first.
    """
    wanted, having = _distinct(path), _distinct(held)
    gone = [context for context in reversed(having) if context not in wanted]
    gone.sort(key=lambda context: -_DEPTH[context.level])
    return Plan(tuple(gone), tuple(context for context in wanted if context not in having))


def reachable(
    held: Sequence[Context], path: ContextPath, refused: Collection[Context] = ()
) -> ContextPath:
    """What of ``path`` can be held where entering ``refused`` is turned down.

    Neither a refused context nor any that lies within it is entered, so that the path the editor
    bounces back to leaves nothing. What is held already stays held: a refusal takes nothing away.
    """
    entering = list(takewhile(lambda context: context not in refused, plan(held, path).enter))
    return tuple(context for context in _distinct(path) if context in held or context in entering)


def closing_kind(held: Sequence[Context], path: ContextPath) -> CheckpointContext:
    """Why the checkpoint of the contexts that ``plan(held, path)`` leaves is made.

    Of several that end in one step the outermost decides: an assembly makes it ``assembly_close``,
    a body ``body_close``. A sketch alone makes it ``sketch_close`` if the body it was held in stays
    on the path, ``body_close`` otherwise (also for a sketch that is in no body). So changing from
    one sketch to another of the same body is a ``sketch_close``: the body's session is kept.

    :raises ValueError: nothing is left, so there is no checkpoint to name.
    """
    left = plan(held, path).leave
    if not left:
        raise ValueError("no context is left, so there is nothing to close")
    levels = {context.level for context in left}
    if ContextLevel.ASSEMBLY in levels:
        return CheckpointContext.ASSEMBLY_CLOSE
    if ContextLevel.PARTDESIGN in levels or not _has_body(held):
        return CheckpointContext.BODY_CLOSE
    return CheckpointContext.SKETCH_CLOSE


def _has_body(held: Iterable[Context]) -> bool:
    """Asked only where no body is left: a body that is held is then one that stays."""
    return any(context.level is ContextLevel.PARTDESIGN for context in held)


def _distinct(contexts: Iterable[Context]) -> ContextPath:
    return tuple(dict.fromkeys(contexts))
