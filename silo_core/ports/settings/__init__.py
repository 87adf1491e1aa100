"""Settings: one declared schema, a TOML file, and the environment above it."""

from __future__ import annotations

from silo_core.ports.settings.schema import CORE_SETTINGS
from silo_core.ports.settings.settings import Settings
from silo_core.ports.settings.slips import Slip, slips
from silo_core.ports.settings.values import allowed

__all__ = ["CORE_SETTINGS", "Settings", "Slip", "allowed", "slips"]
