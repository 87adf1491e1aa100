"""``silo items``, ``silo subscribe`` and what goes with them, against a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from silo_core.model.answers import ServerInfo
from silo_core.ports.client import SiloClient
from silo_core.surfaces.cli import main
from silo_server.embedded import EmbeddedServer
from tests.checkpoint.command_kit import failed, said
from tests.cli.conftest import home
from tests.workbench.kit import DATA

__all__ = ["home"]

Output = pytest.CaptureFixture[str]
PARTS = {"PRT-1": "bracket", "PRT-2": "plate", "ASM-1": "motor"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server with three parts of the project Crane, one of them released, and one empty item."""
    with EmbeddedServer(tmp_path_factory.mktemp("shop")) as server:
        token = server.add_user("alice")
        with closing(SiloClient(server.url, token)) as client:
            machine = client.register_workstation("setup", "setup").id
            for number, name in PARTS.items():
                client.create_item(
                    number, description=f"A {name} of steel", category="metal", projects=["Crane"]
                )
                file = DATA / f"{name}.FCStd"
                pushed = client.push_checkpoint(
                    number, file, "manual", None, None, workstation_id=machine
                )
            client.create_revision("ASM-1", machine, "first", pushed.version.id)
            client.create_item("EMPTY-1", projects=["Lift \x1b[2J"], category="plans")
        yield server.url, token


@pytest.fixture(autouse=True)
def _signed_in(home: Path, shop: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is another workstation, as its data folder is new."""
    for variable, value in zip(("SILO_SERVER_URL", "SILO_TOKEN"), shop, strict=True):
        monkeypatch.setenv(variable, value)


def _json(capsys: Output, *arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(said(capsys, *arguments, "--json"))
    return found


def _numbers(capsys: Output, *arguments: str) -> list[object]:
    return [item["part_number"] for item in _json(capsys, "items", *arguments)]


# -- items -----------------------------------------------------------------------------------------


def test_items_are_found_by_words_project_and_category(capsys: Output) -> None:
    assert _numbers(capsys) == ["ASM-1", "EMPTY-1", "PRT-1", "PRT-2"]
    assert _numbers(capsys, "STEEL", "plate") == ["PRT-2"]
    assert _numbers(capsys, "--project", "Crane") == ["ASM-1", "PRT-1", "PRT-2"]
    assert _numbers(capsys, "--category", "plans") == ["EMPTY-1"]
    assert said(capsys, "items", "wood") == "No item matches.\n"


def test_items_are_shown_as_a_table_a_row_each(capsys: Output) -> None:
    head, *rows = said(capsys, "items", "--project", "Crane").splitlines()
    assert head.split() == [
        "PART", "DESCRIPTION", "CATEGORY", "PROJECTS", "REVISION", "NEWEST", "SIZE"
    ]  # fmt: skip
    assert [row.split()[0] for row in rows] == ["ASM-1", "PRT-1", "PRT-2"]
    assert " r1 " in rows[0]
    assert "by alice" in rows[0]
    assert "3.1 kB" in rows[0]


def test_a_page_says_how_to_go_on(capsys: Output) -> None:
    assert main(["items", "--limit", "2"]) == 0
    output = capsys.readouterr()
    assert [line.split()[0] for line in output.out.splitlines()] == ["PART", "ASM-1", "EMPTY-1"]
    assert output.err == "There are more; go on with --after 'EMPTY-1'.\n"
    assert _numbers(capsys, "--after", "EMPTY-1") == ["PRT-1", "PRT-2"]


def test_projects_and_categories_are_listed_and_their_names_steer_no_terminal(
    capsys: Output,
) -> None:
    assert said(capsys, "items", "--projects").splitlines() == [
        "NAME       ITEMS", "Crane      3", "Lift ?[2J  1"
    ]  # fmt: skip
    assert _json(capsys, "items", "met", "--categories") == [{"name": "metal", "item_count": 3}]
    assert said(capsys, "items", "--projects", "nothing") == "No project matches.\n"


# -- subscribe -------------------------------------------------------------------------------------


def test_a_workstation_is_subscribed_to_several_at_once(capsys: Output) -> None:
    lines = said(capsys, "subscribe", "PRT-1", "PRT-2", "--project", "Crane").splitlines()
    assert lines == [
        "Subscribed to PRT-1: latest.",
        "Subscribed to PRT-2: latest.",
        "Subscribed to the project Crane: latest.",
    ]
    head, *rows = said(capsys, "subscriptions").splitlines()
    assert head.split() == ["TO", "KIND", "POLICY", "STATE", "SINCE"]
    assert [row.split()[:4] for row in rows] == [
        ["PRT-1", "item", "latest", "active"],
        ["PRT-2", "item", "latest", "active"],
        ["Crane", "project", "latest", "active"],
    ]


def test_subscribing_again_changes_the_policy(capsys: Output) -> None:
    said(capsys, "subscribe", "PRT-1")
    again = _json(capsys, "subscribe", "PRT-1", "ASM-1", "--policy", "latest-released")
    assert [(one["target"], one["change"], one["policy"]) for one in again] == [
        ("PRT-1", "changed", "latest_released"), ("ASM-1", "made", "latest_released")
    ]  # fmt: skip
    assert said(capsys, "subscribe", "ASM-1", "--revision", "1") == (
        "Changed for ASM-1: pinned to revision 1.\n"
    )
    assert said(capsys, "subscribe", "ASM-1", "--policy", "pinned", "--revision", "1") == (
        "Subscribed to ASM-1 already: pinned to revision 1.\n"
    )
    assert said(capsys, "subscribe", "ASM-1").startswith("Changed for ASM-1: latest")
    assert [one["revision"] for one in _json(capsys, "subscriptions")] == [None, None]


def test_a_preview_says_what_each_policy_would_bring_and_changes_nothing(capsys: Output) -> None:
    def preview(*arguments: str) -> str:
        return said(capsys, "subscribe", "--project", "Crane", "--preview", *arguments)

    assert preview() == "3 of 3 files would be updated, 33.7 kB.\n"
    released = preview("--policy", "latest-released")
    assert released == "1 of 3 files would be updated, 3.1 kB; 2 have no such version yet.\n"
    assert preview("--revision", "9").startswith("None of 3 files would be updated; 3 have no")
    told = json.loads(preview("--json"))
    assert (told["items"], told["updates"], len(told["entries"])) == (3, 3, 3)
    assert said(capsys, "subscriptions").startswith("This workstation is subscribed to nothing")


def test_a_project_without_items_is_subscribed_to_with_a_word_of_warning(capsys: Output) -> None:
    assert main(["subscribe", "--category", "wood"]) == 0
    output = capsys.readouterr()
    assert output.err == "No item belongs to the category wood so far.\n"
    assert output.out == "Subscribed to the category wood: latest.\n"


# -- pause, resume, unsubscribe --------------------------------------------------------------------


def test_subscriptions_are_paused_and_resumed_some_or_all(capsys: Output) -> None:
    said(capsys, "subscribe", "PRT-1", "--project", "Crane")
    assert said(capsys, "pause", "--project", "Crane") == "Paused: the project Crane.\n"
    states = {one["target"]: one["paused"] for one in _json(capsys, "subscriptions")}
    assert states == {"PRT-1": False, "Crane": True}
    assert all(one["paused"] for one in _json(capsys, "pause", "--all"))
    assert said(capsys, "resume", "--all").count("Active again: ") == 2
    assert not any(one["paused"] for one in _json(capsys, "subscriptions"))


def test_unsubscribing_ends_what_is_named(capsys: Output) -> None:
    said(capsys, "subscribe", "PRT-1", "PRT-2", "--project", "Crane")
    assert "None of 1 file would be updated" in said(capsys, "unsubscribe", "PRT-1", "--preview")
    assert said(capsys, "unsubscribe", "PRT-1", "--project", "Crane") == (
        "Not subscribed to PRT-1 any more; its files stay.\n"
        "Not subscribed to the project Crane any more; its files stay.\n"
    )
    assert [one["target"] for one in _json(capsys, "subscriptions")] == ["PRT-2"]
    assert [one["target"] for one in _json(capsys, "unsubscribe", "PRT-2")] == ["PRT-2"]
    assert said(capsys, "resume", "--all") == "This workstation is subscribed to nothing.\n"


# -- what goes wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("items --limit 0", "--limit '0' is no number of items; name one from 1 on."),
        ("items --limit x", "--limit 'x' is no number of items; name one from 1 on."),
        ("items --projects --category x", "--projects lists all of them; leave --project and"),
        ("subscribe", "Name at least one part number, --project or --category."),
        ("subscribe ../x", "'../x' is no part number; `silo items` lists those there are."),
        ("subscribe PRT-1 NONE-1", "There is no item NONE-1."),
        ("subscribe NONE-1 --preview", "There is no item NONE-1."),
        ("subscribe PRT-1 --policy pinned", "--policy pinned needs the revision to keep to"),
        ("subscribe PRT-1 --policy latest --revision 2", "--revision goes with --policy pinned"),
        ("subscribe PRT-1 --revision -1", ""),
        ("subscribe PRT-1 --revision 0", "--revision '0' is no number of a revision"),
        ("subscribe PRT-1 --revision 1", "PRT-1 has no revision 1; it has none so far."),
        ("subscribe PRT-1 ASM-1 --revision 77", "PRT-1 has no revision 77; it has none"),
        ("subscribe ASM-1 --revision 77", "ASM-1 has no revision 77; the newest is 1."),
        ("subscribe --project=", "--project is empty; name one, see `silo items --projects`."),
        ("unsubscribe PRT-1", "This workstation is not subscribed to PRT-1; `silo subscriptions`"),
        ("unsubscribe", "Name at least one part number, --project or --category."),
        ("pause --all PRT-1", "--all means all of them; name none beside it."),
        ("resume --project Crane", "This workstation is not subscribed to the project Crane"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    arguments: str, sentence: str, capsys: Output
) -> None:
    if sentence:
        assert failed(capsys, *arguments.split()).startswith(sentence)
    else:
        assert main(arguments.split()) == 2  # argparse has said it
        capsys.readouterr()
    assert _json(capsys, "subscriptions") == []


def test_nothing_is_ended_or_paused_if_one_of_several_is_not_there(capsys: Output) -> None:
    said(capsys, "subscribe", "PRT-1")
    for command in ("unsubscribe", "pause"):
        assert "PRT-2" in failed(capsys, command, "PRT-1", "PRT-2")
    assert [one["paused"] for one in _json(capsys, "subscriptions")] == [False]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("subscribe PRT-1 --preview", "The server does not tell what a subscription would bring."),
        ("items --projects", "The server does not list projects; type the name of the one you"),
    ],
)
def test_a_server_without_the_extension_is_a_sentence(
    arguments: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr(SiloClient, "server_info", lambda _client: ServerInfo())
    assert failed(capsys, *arguments.split()).startswith(sentence)
