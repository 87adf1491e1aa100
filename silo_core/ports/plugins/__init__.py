"""Plugins: found, checked, isolated, and called through typed hooks."""

from __future__ import annotations

from silo_core.ports.plugins.discovery import GROUP
from silo_core.ports.plugins.hooks import Hooks
from silo_core.ports.plugins.info import PluginInfo, PluginState
from silo_core.ports.plugins.manager import FAILURE_LIMIT, PluginManager

__all__ = ["FAILURE_LIMIT", "GROUP", "Hooks", "PluginInfo", "PluginManager", "PluginState"]
