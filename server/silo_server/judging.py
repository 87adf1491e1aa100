"""Which conflict rules bind everyone: the built-in ones and those of the plugins installed here."""

from __future__ import annotations

from silo_core.model.interference import InterferenceQuery, RuleAnswer
from silo_core.model.verdict import Reason
from silo_core.ports.plugins import Hooks, PluginManager
from silo_core.ports.settings import Settings
from silo_server.work.desk import Explain, Judge


def installed_rules() -> Hooks:
    """The rules of every plugin that is installed beside the server. A rule that fails counts as
    soft; a plugin that cannot be loaded is logged and left out, and one that ``plugins_disabled``
    names (in the settings of the user who runs the server) is not imported."""
    manager = PluginManager(disabled=Settings().names("plugins_disabled"))
    manager.load()
    return Hooks(manager)


def deciding(judge: Judge | None) -> tuple[Judge, Explain]:
    """How a server decides conflicts, and how it says which rule answers what: with ``judge``, or with
    the installed rules where there is none."""
    if judge is not None:
        return judge, _explained(judge)
    hooks = installed_rules()
    return hooks.interference, hooks.explain


def _explained(judge: Judge) -> Explain:
    """What a judge that is one plain function answers, by the rules that it names in its reasons."""

    def explain(query: InterferenceQuery) -> tuple[RuleAnswer, ...]:
        reasons: dict[str, list[Reason]] = {}
        for reason in judge(query).reasons:
            reasons.setdefault(reason.rule, []).append(reason)
        return tuple(RuleAnswer(rule, "", tuple(found)) for rule, found in reasons.items())

    return explain
