"""Plugins: found, checked, isolated, and called through typed hooks."""

from __future__ import annotations

from silo_core.ports.plugins.discovery import GROUP
from silo_core.ports.plugins.hooks import Hooks
from silo_core.ports.plugins.info import PluginInfo, PluginState
from silo_core.ports.plugins.manager import FAILURE_LIMIT, PluginManager
from silo_core.ports.plugins.timed import RULES_LIMIT_S

__all__ = [
    "FAILURE_LIMIT",
    "GROUP",
    "RULES_LIMIT_S",
    "Hooks",
    "PluginInfo",
    "PluginManager",
    "PluginState",
]
