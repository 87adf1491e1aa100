"""``silo explain``: whether an object may be edited, and what each conflict rule says to that."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from silo_core.model.context import ContextLevel
from silo_core.model.errors import SiloError
from silo_core.model.interference import InterferenceQuery, RuleAnswer
from silo_core.model.verdict import Reason, Verdict
from silo_core.ports.client import SiloClient
from silo_core.ports.installation import data_folder, known_fingerprint
from silo_core.surfaces.cli.server import read_settings, server
from silo_core.surfaces.cli.terminal import WIDEST, plain, table
from silo_locking.commands.asking import caller_of, sessions_of
from silo_locking.commands.part import Part, part_of

_WIDTH = 79
_MEANING = {
    Verdict.NONE: "{who} may edit {what}: no rule objects (verdict none).",
    Verdict.SOFT: "{who} may edit {what}, and is warned (verdict soft).",
    Verdict.HARD: "{who} may not edit {what} now (verdict hard).",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was asked, and what both ends answered; ``server`` is None where it cannot explain."""

    query: InterferenceQuery
    part: Part
    server: tuple[RuleAnswer, ...] | None
    here: tuple[RuleAnswer, ...]

    @property
    def verdict(self) -> Verdict:
        """The strictest one, at whichever end."""
        answers = (*(self.server or ()), *self.here)
        return max((answer.verdict for answer in answers), default=Verdict.NONE)

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        query = self.query
        what = f"{self.part.title(query.level, query.object_id)} of {query.part_number}"
        return _MEANING[self.verdict].format(who=query.user or "You", what=what)


def run(args: argparse.Namespace) -> int:
    """Print what every rule answers, and the verdict; 0, whatever it is.

    Raises:
        SiloError: no server is set, it cannot be asked, or it does not have the part or object.
    """
    with server() as client:
        explanation = explain(client, args.part_number, args.object_id, args.level)
    if args.json:
        print(json.dumps(_as_json(explanation), indent=2))
    else:
        print("\n".join(_lines(explanation)))
    return 0


def explain(client: SiloClient, part_number: str, named: str, level: str | None) -> Explanation:
    """Ask the rules at both ends; ``named`` is an internal name or a label.

    Raises:
        ServerError: the server cannot be asked, or does not have the part.
        SiloError: it is not known at which level the object is edited.
    """
    sessions = sessions_of(client, part_number)
    part = part_of(client, part_number)
    object_id = part.named(named)
    context_level = ContextLevel(level) if level else part.level_of(object_id)
    if context_level is None:
        raise SiloError(_unknown(part, part_number, object_id))
    own = _own_workstation(client)
    query = InterferenceQuery(
        part_number=part_number,
        level=context_level,
        object_id=object_id,
        user=caller_of(client),
        workstation_id=own,
        cone=part.cone(object_id),
        sessions=tuple(session for session in sessions if session.workstation_id != own),
        labels=part.labels,
        uses=part.uses,
    )
    return Explanation(query, part, _asked(client, query), _asked_here(query))


def _asked(client: SiloClient, query: InterferenceQuery) -> tuple[RuleAnswer, ...] | None:
    if not client.explains_rules:
        return None
    return client.explain(
        query.part_number, query.level, query.object_id, query.workstation_id or None
    )


def _asked_here(query: InterferenceQuery) -> tuple[RuleAnswer, ...]:
    from silo_core.ports.plugins import Hooks, PluginManager

    settings = read_settings()
    manager = PluginManager(disabled=settings.names("plugins_disabled"), declare=settings.declare)
    # What a plugin prints while it is imported is not part of the answer.
    with contextlib.redirect_stdout(sys.stderr):
        manager.load()
        return Hooks(manager).explain(query)


def _own_workstation(client: SiloClient) -> str:
    """The id of this workstation; empty where the server does not know it."""
    try:
        fingerprint = known_fingerprint(data_folder())
    except OSError:
        return ""
    if not fingerprint:
        return ""
    known = {machine.fingerprint: machine.id for machine in client.list_workstations()}
    return known.get(fingerprint, "")


def _unknown(part: Part, part_number: str, object_id: str) -> str:
    if not part.kinds:
        return f"The server holds no feature graph of {part_number}; say what it is with --level."
    return (
        f"{part_number} has no object {object_id}; name one that `silo inspect` shows, or say what "
        "it is with --level."
    )


def _lines(explanation: Explanation) -> Iterator[str]:
    if explanation.server is None:
        yield "On the server: it does not explain its rules, so only those here were asked."
    else:
        yield "On the server:"
        yield from _answers(explanation.server)
    yield "On this workstation:"
    yield from _answers(explanation.here)
    if not explanation.part.kinds:
        yield "No feature graph is known: what depends on the object was not considered."
    yield plain(explanation.sentence)


def _answers(answers: Sequence[RuleAnswer]) -> Iterator[str]:
    rows = [("RULE", "FROM", "VERDICT")]
    rows += [(answer.rule, answer.source, answer.verdict.wire_name) for answer in answers]
    for number, line in enumerate(table(rows, widest=WIDEST)):
        yield f"  {line}"
        if number:
            answer = answers[number - 1]
            for reason in answer.reasons:
                yield from _below(_text(reason, answer))
            if answer.problem:
                yield from _below(f"It failed: {answer.problem}")


def _text(reason: Reason, answer: RuleAnswer) -> str:
    milder = reason.verdict is not answer.verdict
    text = f"{reason.verdict.wire_name}: {reason.text}" if milder else reason.text
    shared = ", ".join(reason.shared_nodes)
    return f"{text} (shared: {shared})" if shared else text


def _below(text: str) -> list[str]:
    return textwrap.wrap(
        plain(text),
        _WIDTH,
        initial_indent="      ",
        subsequent_indent="      ",
        break_on_hyphens=False,
    )


def _as_json(explanation: Explanation) -> dict[str, Any]:
    query, server_answers = explanation.query, explanation.server
    return {
        "part_number": query.part_number,
        "object_id": query.object_id,
        "label": explanation.part.labels.get(query.object_id) or None,
        "context_level": query.level.value,
        "user": query.user,
        "cone": sorted(query.cone),
        "verdict": explanation.verdict.wire_name,
        "sentence": explanation.sentence,
        "server": None if server_answers is None else [_answer_json(a) for a in server_answers],
        "workstation": [_answer_json(answer) for answer in explanation.here],
    }


def _answer_json(answer: RuleAnswer) -> dict[str, Any]:
    return {
        "rule": answer.rule,
        "source": answer.source,
        "verdict": answer.verdict.wire_name,
        "reasons": [
            {
                "verdict": reason.verdict.wire_name,
                "text": reason.text,
                "session_id": reason.session.id if reason.session else None,
                "shared_nodes": list(reason.shared_nodes),
            }
            for reason in answer.reasons
        ],
        "problem": answer.problem or None,
    }
