"""``silo explain``: which rules are asked, what each answers, and what comes of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from silo_core.ports.client import SiloClient
from silo_core.ports.plugins import discovery
from silo_core.surfaces.cli import main
from tests.cli.kit import Team
from tests.workbench.kit import Job

AsUser = Callable[[str], None]
Output = pytest.CaptureFixture[str]
RULES = """
from silo_core.hookspecs import hookimpl
from silo_core.model.verdict import Reason, Verdict

print("chatter that is no part of the answer")

class Night:
    @hookimpl
    def silo_interference(self, query):
        uses = ", ".join(query.uses.get(query.object_id, ()))
        return Reason(Verdict.HARD, "night", f"{query.label} of {query.user} uses {uses}; rest.")

class Broken:
    @hookimpl
    def silo_interference(self, query):
        raise RuntimeError("no moon\\x1b[2J")
"""


@pytest.fixture
def own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rules that are installed on this workstation and nowhere else."""
    info = tmp_path / "site" / "silo_night-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: silo-night\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[silo.plugins]\nnight = silo_night_rules:Night\nbroken = silo_night_rules:Broken\n"
    )
    (info.parent / "silo_night_rules.py").write_text(RULES)
    monkeypatch.syspath_prepend(str(info.parent))
    monkeypatch.delitem(sys.modules, "silo_night_rules", raising=False)
    monkeypatch.setattr(discovery, "distributions", partial(distributions, path=[str(info.parent)]))


def explained(capsys: Output, job: Job, *arguments: str) -> dict[str, Any]:
    assert main(["explain", job.part, *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def by_rule(answers: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {answer["rule"]: answer for answer in answers}


def test_nothing_in_the_way(job: Job, as_user: AsUser, capsys: Output) -> None:
    as_user("bob")
    assert main(["explain", job.part, "Sketch001"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "On the server:"
    assert lines[1].split() == ["RULE", "FROM", "VERDICT"]
    assert "On this workstation:" in lines
    assert [line.split()[0] for line in lines].count("same_object") == 2
    assert lines[-1] == f"bob may edit Sketch001 of {job.part}: no rule objects (verdict none)."


def test_what_depends_on_both_is_named_at_both_ends(
    job: Job, team: Team, as_user: AsUser, capsys: Output
) -> None:
    session = team.person("alice", "CAD-07").take(job.part, "Sketch001").session
    as_user("bob")
    found = explained(capsys, job, "Sketch002")
    assert (found["context_level"], found["verdict"], found["user"]) == ("sketch", "soft", "bob")
    for end in ("server", "workstation"):
        answer = by_rule(found[end])["shared_cone"]
        (reason,) = answer["reasons"]
        assert (answer["verdict"], reason["session_id"]) == ("soft", session.id)
        assert "alice" in reason["text"]
        assert "Fillet" in reason["shared_nodes"]
        assert by_rule(found[end])["same_object"]["verdict"] == "none"
    assert main(["explain", job.part, "Sketch002"]) == 0
    out = capsys.readouterr().out
    assert out.endswith(f"bob may edit Sketch002 of {job.part}, and is warned (verdict soft).\n")
    assert max(map(len, out.splitlines())) < 80


def test_what_somebody_else_edits(job: Job, team: Team, as_user: AsUser, capsys: Output) -> None:
    team.person("alice", "CAD-07").take(job.part, "Sketch001")
    as_user("bob")
    assert main(["explain", job.part, "Sketch001"]) == 0
    out = capsys.readouterr().out
    assert "alice is currently editing Sketch001 on CAD-07" in " ".join(out.split())
    assert out.endswith(f"bob may not edit Sketch001 of {job.part} now (verdict hard).\n")
    # another level is another session
    assert explained(capsys, job, "Sketch001", "--level", "partdesign")["verdict"] == "soft"


def test_what_this_workstation_edits_does_not_stand_in_its_way(
    job: Job, team: Team, as_user: AsUser, capsys: Output, home: Path
) -> None:
    machine = team.person("bob", "CAD-12")
    machine.take(job.part, "Sketch001")
    as_user("bob")
    assert explained(capsys, job, "Sketch001")["verdict"] == "hard"  # it could be any other
    (home / "data" / "silo").mkdir(parents=True)
    (home / "data" / "silo" / "workstation").write_text(machine.machine.fingerprint)
    assert explained(capsys, job, "Sketch001")["verdict"] == "none"
    (home / "data" / "silo" / "workstation").write_text("of a user who is new here")
    assert explained(capsys, job, "Sketch001")["verdict"] == "hard"


@pytest.mark.usefixtures("own_rules")
def test_the_rules_of_this_workstation_are_asked_too_and_broken_ones_named(
    job: Job, as_user: AsUser, capsys: Output
) -> None:
    as_user("bob")
    assert main(["explain", job.part, "Pad"]) == 0
    output = capsys.readouterr()
    server, _, here = output.out.partition("On this workstation:")
    assert "night" not in server
    assert "Pad of bob uses Sketch; rest." in here
    assert "silo-night" in here
    assert "It failed:" in here
    assert "\x1b" not in output.out
    assert "chatter" not in output.out
    assert output.out.endswith(f"bob may not edit Pad of {job.part} now (verdict hard).\n")
    rules = by_rule(explained(capsys, job, "Pad")["workstation"])
    assert rules["night"]["verdict"] == "hard"
    assert rules["broken"]["verdict"] == "soft"
    assert rules["broken"]["problem"]


@pytest.mark.parametrize(
    ("named", "object_id", "level"),
    [
        ("Sketch", "Sketch", "sketch"),
        ("Body", "Body", "partdesign"),
        ("Pad", "Pad", "partdesign"),
        ("X-axis", "X_Axis", "partdesign"),  # by its label
    ],
)
def test_the_level_is_what_the_object_is(
    named: str, object_id: str, level: str, job: Job, as_user: AsUser, capsys: Output
) -> None:
    as_user("bob")
    found = explained(capsys, job, named)
    assert (found["object_id"], found["context_level"]) == (object_id, level)


def test_an_unknown_object_needs_a_level(job: Job, as_user: AsUser, capsys: Output) -> None:
    as_user("bob")
    assert main(["explain", job.part, "Nothing"]) == 2
    assert capsys.readouterr().err.startswith(f"silo: {job.part} has no object Nothing; name one")
    assert explained(capsys, job, "Nothing", "--level", "sketch")["cone"] == ["Nothing"]


def test_without_a_feature_graph_only_the_object_counts(
    job: Job, as_user: AsUser, capsys: Output
) -> None:
    number = f"{job.part}-bare"
    job.site.admin.create_item(number)
    as_user("bob")
    assert main(["explain", number, "Pad"]) == 2
    assert "holds no feature graph" in capsys.readouterr().err
    assert main(["explain", number, "Pad", "--level", "partdesign"]) == 0
    assert "No feature graph is known" in capsys.readouterr().out


def test_a_server_that_does_not_explain_is_told(
    job: Job, team: Team, as_user: AsUser, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SiloClient, "explains_rules", False)
    team.person("alice", "CAD-07").take(job.part, "Sketch001")
    as_user("bob")
    assert main(["explain", job.part, "Sketch001"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("On the server: it does not explain its rules")
    assert "may not edit" in out
    assert explained(capsys, job, "Sketch001")["server"] is None
