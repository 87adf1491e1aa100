"""Plugins as real installed distributions in a folder of their own."""

from __future__ import annotations

import pytest

from silo_core.testing import InstalledPlugins as Site

__all__ = ["Site"]


@pytest.fixture
def site(silo_plugins: Site) -> Site:
    """The only place in which plugins are looked for; what is imported from it is forgotten."""
    return silo_plugins
