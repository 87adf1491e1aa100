"""Which conflict rules bind everyone: the built-in ones and those of the plugins installed here."""

from __future__ import annotations

from silo_core.ports.plugins import Hooks, PluginManager
from silo_core.ports.settings import Settings
from silo_server.work.desk import Judge


def installed_rules() -> Judge:
    """The rules of every plugin that is installed beside the server. A rule that fails counts as
    soft; a plugin that cannot be loaded is logged and left out, and one that ``plugins_disabled``
    names (in the settings of the user who runs the server) is not imported."""
    manager = PluginManager(disabled=Settings().names("plugins_disabled"))
    manager.load()
    return Hooks(manager).interference
