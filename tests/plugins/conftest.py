"""Plugins as real installed distributions in a folder of their own."""

from __future__ import annotations

import sys
import textwrap
from functools import partial
from importlib.metadata import distributions
from typing import TYPE_CHECKING

import pytest

from silo_core.ports.plugins import discovery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = """
from silo_core.hookspecs import hookimpl
from silo_core.model.setting import Setting
from silo_core.model.verdict import Judgement, Reason, Verdict
"""


class Site:
    """A folder of installed distributions, as pip would leave it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def module(self, name: str, code: str) -> None:
        """A module with the usual imports of a plugin and ``code``."""
        (self.folder / f"{name}.py").write_text(HEAD + textwrap.dedent(code), "utf-8")

    def distribution(
        self, name: str, entry_points: str, version: str = "1.0", needs: tuple[str, ...] = ()
    ) -> Path:
        """Only the description of a distribution; answers its folder."""
        info = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        metadata += "".join(f"Requires-Dist: {need}\n" for need in needs)
        (info / "METADATA").write_text(metadata, "utf-8")
        (info / "entry_points.txt").write_text(entry_points, "utf-8")
        return info

    def plugin(
        self,
        name: str,
        code: str,
        *,
        distribution: str = "",
        value: str = "",
        needs: tuple[str, ...] = (),
    ) -> None:
        """A distribution with one plugin, in a module ``{name}_module``."""
        module = f"{distribution or name}_module".replace("-", "_").replace(".", "_")
        self.module(module, code)
        entry_points = f"[silo.plugins]\n{name} = {module}{value}\n"
        self.distribution(distribution or f"dist-{name}", entry_points, needs=needs)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The only place in which plugins are looked for; what is imported from it is forgotten."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    found = partial(distributions, path=[str(folder)])
    monkeypatch.setattr(discovery, "distributions", found)
    before = set(sys.modules)
    yield Site(folder)
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
