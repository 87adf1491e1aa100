"""What ``silo plugins list`` says beside its answer."""

from __future__ import annotations

import pytest

from silo_core.surfaces.cli import main


def test_slips_of_the_pen_are_told_beside_the_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILO_PLUGINS_DISABLED", "activity,no-such-plugin")
    monkeypatch.setenv("SILO_ENTRY_WIAT_MS", "5")
    monkeypatch.setenv("SILO_TOKEN", "silo_secret")
    monkeypatch.setenv("SILO_HOUSE_RULES", "of another program")
    assert main(["plugins", "list"]) == 0
    output = capsys.readouterr()
    assert output.err.splitlines() == [
        "plugins_disabled names no-such-plugin, but no such plugin is installed.",
        "The variable SILO_ENTRY_WIAT_MS is not used; is SILO_ENTRY_WAIT_MS meant?",
    ]
    assert output.out.startswith("NAME")
