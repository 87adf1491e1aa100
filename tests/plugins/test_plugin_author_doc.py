"""docs/plugin-author.md and docs/plugin-reference.md: their code runs, and the limits they name hold."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from silo_core.model.context import CheckpointContext, ContextLevel
from silo_core.model.event import Event
from silo_core.model.exchange import CheckpointPushed
from silo_core.model.interference import InterferenceQuery
from silo_core.model.item import Version, VersionKind
from silo_core.model.session import EditSession
from silo_core.model.verdict import Verdict
from silo_core.ports.plugins import (
    FAILURE_LIMIT,
    RULES_LIMIT_S,
    Hooks,
    PluginInfo,
    PluginManager,
    PluginState,
)
from silo_core.ports.plugins.contract import HOOKS
from silo_core.ports.services import Services
from silo_core.ports.settings import Settings
from silo_core.rules.interference import _REASONS_AT_MOST
from silo_core.surfaces.cli.plugins import _table
from silo_core.testing import fixtures

if TYPE_CHECKING:
    from silo_core.model.exchange import ActivityEntry
    from tests.plugins.conftest import Site

DOCS = Path(__file__).parents[2] / "docs"
DOC = (DOCS / "plugin-author.md").read_text("utf-8")
REFERENCE = (DOCS / "plugin-reference.md").read_text("utf-8")


def files() -> dict[str, str]:
    """The code blocks that are files, by the name in their first line."""
    blocks = re.findall(r"```(?:python|toml)\n# (\S+)\n(.*?)```", DOC, re.DOTALL)
    return dict(blocks)


def sections(level: int, text: str) -> dict[str, str]:
    """The text below each heading of a level, up to the next heading of that level or above."""
    parts = re.split(rf"^(#{{1,{level}}}) (.+)$", text, flags=re.MULTILINE)
    found = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return {title: body for marks, title, body in found if len(marks) == level}


def plain(text: str) -> str:
    """Words only: without line breaks and the marks of code."""
    return " ".join(text.replace("`", "").split())


@pytest.fixture
def written(site: Site) -> Site:
    """The rule of the page installed as the page says, and the module of its observer."""
    blocks = files()
    for name, code in blocks.items():
        (site.folder / name).write_text(code, "utf-8")
    project = tomllib.loads(blocks["pyproject.toml"])
    points = project["project"]["entry-points"]["silo.plugins"]
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    needs = tuple(project["project"]["dependencies"])
    site.distribution(project["project"]["name"], f"[silo.plugins]\n{lines}", "1.0.0", needs)
    only = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert set(only) <= set(blocks)
    return site


def test_the_rule_of_the_page_works_where_it_is_installed(written: Site) -> None:
    manager = PluginManager()
    (info,) = manager.load()
    assert info.state is PluginState.ENABLED
    judgement = Hooks(manager).interference(
        InterferenceQuery("STD-7", ContextLevel.SKETCH, "Sketch", "bob", "w2", frozenset())
    )
    assert judgement.verdict is Verdict.SOFT
    built_in = [
        PluginInfo(path.parent.name, f"silo-{path.parent.name}", "0.1.0", info.state, ("...",), "")
        for path in (Path(__file__).parents[2] / "plugins").glob("*/pyproject.toml")
    ]
    shown = sorted([info, *built_in], key=lambda plugin: plugin.name)
    assert "\n".join(_table(tuple(shown))) in DOC


def test_the_tests_of_the_page_pass(written: Site) -> None:
    module = importlib.import_module("test_silo_standard_parts")
    tests = [value for name, value in vars(module).items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()


def test_the_tests_of_the_page_that_use_the_testkit_pass(written: Site) -> None:
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-c", os.devnull)
    folder = str(written.folder)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", folder,
         f"{folder}/test_standard_parts_at_work.py", f"{folder}/test_two_at_work.py"],
        cwd=folder, env={**os.environ, "PYTHONPATH": folder}, capture_output=True, text=True,
        check=False, timeout=170,
    )  # fmt: skip
    assert "4 passed" in done.stdout, done.stdout + done.stderr


def test_every_fixture_is_in_the_table() -> None:
    table = DOC.partition("| fixture |")[2].partition("\n\n")[0]
    named = set(re.findall(r"^\| `(silo_\w+)` \|", table, re.MULTILINE))
    assert named == {name for name in vars(fixtures) if name.startswith("silo_")}


def test_the_rule_of_the_page_that_knows_the_graph_works(written: Site) -> None:
    manager = PluginManager(rules_limit_s=30)
    manager.register_reference("silo_skeleton", "skeleton")
    at = datetime(2026, 11, 3, tzinfo=UTC)
    session = EditSession("s", "PRT-1", "alice", "w1", "CAD", ContextLevel.SKETCH, "Sk", (), at)
    query = InterferenceQuery(
        "PRT-1",
        ContextLevel.PARTDESIGN,
        "Fillet",
        "bob",
        "w2",
        frozenset({"Fillet"}),
        (session,),
        {"Sk": "SKELETON top"},
        {"Fillet": ("Pad",), "Pad": ("Sk",)},
    )
    (reason,) = Hooks(manager).interference(query).reasons
    text = "alice is reshaping SKELETON top, which Fillet is built on."
    assert (reason.verdict, reason.text, reason.session) == (Verdict.HARD, text, session)
    other = replace(query, object_id="Other", cone=frozenset())
    for unrelated in (replace(query, labels={}), replace(query, uses={}), other):
        assert Hooks(manager).interference(unrelated).reasons == ()


def test_all_that_a_rule_is_asked_with_is_in_the_tables() -> None:
    told = sections(2, DOC)["What a rule is asked with"]
    rows = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    asked, lease = (
        {one.name for one in fields(model)} for model in (InterferenceQuery, EditSession)
    )
    assert named == asked | {"label"} | lease


def test_the_rule_of_the_page_is_configured_by_a_variable(
    written: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = re.search(r'own_standard_parts = "(\S+)"', DOC)
    assert reference is not None
    module, _, name = reference[1].partition(":")
    monkeypatch.setenv("STANDARD_PARTS_PREFIX", "NRM-")
    manager = PluginManager()
    manager.register(getattr(importlib.import_module(module), name)(), "own_standard_parts")
    query = InterferenceQuery("NRM-7", ContextLevel.SKETCH, "Sketch", "bob", "w2", frozenset())
    asked = (query, replace(query, part_number="STD-7"))
    verdicts = [Hooks(manager).interference(one).verdict for one in asked]
    assert verdicts == [Verdict.SOFT, Verdict.NONE]


def test_the_page_and_the_reference_name_the_limits_that_hold() -> None:
    rules = sections(3, DOC)["The time a rule has"]
    assert f"**{RULES_LIMIT_S:g} s**" in rules
    assert f"have {RULES_LIMIT_S:g} s to answer" in (
        inspect.getdoc(HOOKS["silo_interference"]) or ""
    )
    assert f"at most {_REASONS_AT_MOST} reasons" in plain(rules)
    assert f"After {FAILURE_LIMIT} failures of one hook in a row" in REFERENCE


class FakeServices:
    """As much of the workbench as the observer of the page uses."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.activity: list[ActivityEntry] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 3, tzinfo=UTC)

    def post_activity(self, entry: ActivityEntry) -> str:
        self.activity.append(replace(entry, id=entry.id or str(len(self.activity))))
        return self.activity[-1].id


def test_the_observer_of_the_page_works(written: Site, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.toml", environ={})
    manager = PluginManager(declare=settings.declare)
    reference = re.search(r'revision_bell = "(\S+)"', DOC)
    assert reference
    info = manager.register_reference(reference[1], "revision_bell")
    assert info.error == ""
    services, hooks = FakeServices(settings), Hooks(manager)
    hooks.startup(cast("Services", services))
    event = Event(4, "revision.created", {"part_number": "PRT-100", "user": "alice"})
    hooks.server_event(event)
    hooks.server_event(Event(5, "item.updated", {}))
    settings.set("revision_bell_enabled", False)
    hooks.server_event(event)
    assert [entry.text for entry in services.activity] == ["alice made a revision of PRT-100"]
    assert manager.plugins()[0].state is PluginState.ENABLED


def test_the_buttons_of_the_page_work(written: Site, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.toml", environ={})
    manager = PluginManager(declare=settings.declare)
    assert manager.register_reference("silo_second_look:SecondLook", "second_look").error == ""
    services, hooks = FakeServices(settings), Hooks(manager)
    hooks.startup(cast("Services", services))
    version = Version("v7", VersionKind.CHECKPOINT, None, "0" * 64, 1, "alice")
    pushed = CheckpointPushed(
        "PRT-100", tmp_path / "a.FCStd", version, CheckpointContext.MANUAL, (), 0
    )
    hooks.checkpoint_pushed(pushed)
    (entry,) = services.activity
    ask, enough = (action.name for action in entry.actions)
    assert [hooks.action_problem(entry, name) for name in (ask, enough)] == ["", ""]
    assert hooks.act(entry, ask) == "Asked for a second look"
    assert hooks.action_problem(entry, ask) == "Somebody looks at it already"
    assert hooks.act(entry, "somebody-elses") is None
    assert manager.plugins()[0].state is PluginState.ENABLED


def test_every_member_of_services_is_in_the_table() -> None:
    table = sections(2, REFERENCE)["Services"]
    named = set(re.findall(r"^\| (.+?) \|", table, re.MULTILINE)) - {"member", "---"}
    members: Any = {name for name in vars(Services) if not name.startswith("_")}
    assert {name.strip("`") for cell in named for name in cell.split(", ")} == members
