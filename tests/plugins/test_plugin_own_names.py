"""The names of Silo's own plugins are kept for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from silo_core.ports.plugins import PluginManager, PluginState

if TYPE_CHECKING:
    from silo_core.testing import InstalledPlugins

GOOD = "@hookimpl\ndef silo_server_event(event): ...\n"


def test_no_other_takes_the_place_of_one_of_silos_own(silo_plugins: InstalledPlugins) -> None:
    silo_plugins.plugin("locking", GOOD, distribution="acme-locks")
    silo_plugins.plugin("locking", GOOD, distribution="silo-locking")
    used, refused = PluginManager().load()
    assert (used.distribution, used.state) == ("silo-locking", PluginState.ENABLED)
    assert (refused.distribution, refused.state) == ("acme-locks", PluginState.FAILED)
    assert "silo-locking 1.0 has a plugin of that name" in refused.error
    assert "uninstall acme-locks" in refused.error
