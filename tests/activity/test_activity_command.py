"""``silo activity``: what happened here, beside a running editor or without one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from silo_activity.commands import showing
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.ports import installation
from silo_core.ports.store import Store, store_path
from silo_core.surfaces.cli import main

URL = "https://silo.example"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KIND = ActivityKind
BLOCKED = ActivityEntry(
    NOW,
    KIND.BLOCKED,
    "Blocked: cannot edit Sketch001 on PRT-100",
    ("alice is editing Sketch001 on CAD-07 (since 14:00)",),
    "PRT-100",
    "Sketch001",
    "alice",
    (Action("locking.request-handoff", "Request Handoff"), Action("x", "Notify me when free")),
    id="1",
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("SILO_SERVER_URL", URL)
    monkeypatch.setattr(installation, "data_folder", lambda: tmp_path)
    store = Store.open(store_path(tmp_path, URL))
    store.activity.add(BLOCKED)
    return store


def out(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["activity", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_it_shows_sign_text_details_and_what_can_be_done(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    headline, detail, buttons = out(capsys)
    assert headline.endswith("* 🔒 Blocked: cannot edit Sketch001 on PRT-100")
    assert detail.strip() == BLOCKED.details[0]
    assert buttons.strip() == "[Request Handoff] [Notify me when free]"
    store.activity.add(replace(BLOCKED, chosen="Asked alice for it"))
    store.activity.mark_read(["1"])
    headline, _, chosen = out(capsys)
    assert "*" not in headline
    assert chosen.strip() == "✓ Asked alice for it"
    store.close()


def test_it_groups_as_the_pane_does_and_the_newest_is_last(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        text = f"Synced: PRT-{number}"
        at = NOW + timedelta(seconds=number)
        store.activity.add(
            ActivityEntry(at, KIND.SYNCED, text, part_number=f"PRT-{number}", id=f"s{number}")
        )
    lines = out(capsys)
    assert "⬇ Synced: 3 items" in lines[3]
    assert [line.strip() for line in lines[4:]] == [f"Synced: PRT-{n}" for n in range(3)]
    assert len(json.loads("\n".join(out(capsys, "--json")))) == 4
    store.close()


def test_json_says_everything(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    (entry,) = json.loads("\n".join(out(capsys, "--json")))
    assert entry == {
        "id": "1",
        "at": "2026-11-24T12:00:00.000000Z",
        "kind": "blocked",
        "text": BLOCKED.text,
        "details": list(BLOCKED.details),
        "part_number": "PRT-100",
        "object_id": "Sketch001",
        "user": "alice",
        "actions": ["Request Handoff", "Notify me when free"],
        "chosen": "",
        "unread": True,
    }
    store.close()


def test_filters(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(out(capsys, "--part", "PRT-100", "--person", "alice", "--kind", "Blocked")) == 3
    assert out(capsys, "--person", "bob") == ["Nothing of this kind has happened."]
    store.activity.mark_read(["1"])
    assert out(capsys, "--unread", "--json") == ["[]"]
    store.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "nonsense"), "there is no such kind"),
        (("--limit", "-1"), "from 0 on"),
        (("--limit", "0"), "from 1 on"),
    ],
)
def test_what_is_no_option_is_said_in_a_sentence(
    store: Store, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert main(["activity", *words]) == 2
    assert said in capsys.readouterr().err
    store.close()


def test_without_a_server_or_a_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installation, "data_folder", lambda: tmp_path)
    monkeypatch.setenv("SILO_SERVER_URL", URL)
    assert out(capsys) == ["Nothing has happened yet."]
    monkeypatch.setenv("SILO_SERVER_URL", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["activity"]) == 2
    assert "silo login" in capsys.readouterr().err


def test_follow_tells_what_comes_and_what_was_chosen(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "LOOK_S", 0.01)
    news = replace(BLOCKED, id="2", text="Blocked: once more")
    steps: list[Callable[[], None]] = [
        lambda: store.activity.add(news),
        lambda: store.activity.add(replace(BLOCKED, chosen="Asked alice for it")),
    ]

    here, pause = threading.get_ident(), time.sleep

    def sleep(seconds: float) -> None:
        if threading.get_ident() != here:  # a server of another test goes on
            pause(seconds)
            return
        assert seconds == 0.01
        if not steps:
            raise KeyboardInterrupt
        steps.pop(0)()

    monkeypatch.setattr(time, "sleep", sleep)
    assert main(["activity", "--follow", "--json"]) == 130
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(entry["id"], entry["chosen"]) for entry in told] == [
        ("1", ""),
        ("2", ""),
        ("1", "Asked alice for it"),
    ]
    store.close()
