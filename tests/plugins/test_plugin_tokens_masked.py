"""A token in what a plugin raises reaches neither a log nor a person."""

from __future__ import annotations

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.ports.masking import masked
from silo_core.ports.plugins import Hooks, PluginManager, PluginState

SECRET = "silo_" + "a1-B_" * 9


class Talks:
    """Raises what it was trusted with."""

    @hookimpl
    def silo_windows(self) -> object:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(f"refused {SECRET}") from error


def test_a_token_in_an_exception_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    manager = PluginManager(failure_limit=1)
    manager.register(Talks(), "talks")
    Hooks(manager).windows()
    (info,) = manager.plugins()
    assert info.state is PluginState.SWITCHED_OFF
    assert "ValueError: refused TOKEN" in info.error
    assert "ValueError: refused TOKEN" in caplog.text
    assert "Traceback" in caplog.text
    assert SECRET[5:] not in caplog.text + info.error


def test_a_package_with_a_long_name_is_named() -> None:
    said = "No module named 'silo_rules_of_the_crane_department'"
    assert masked(said) == said
    assert masked(f"{said}: {SECRET}") == f"{said}: TOKEN"
