"""Plugins as real installed distributions, for one test, in a folder of their own."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import invalidate_caches
from importlib.metadata import Distribution, distributions
from pathlib import Path
from unittest.mock import patch

from silo_core.ports.plugins import discovery

HEAD = """
from silo_core.hookspecs import hookimpl
from silo_core.model.setting import Setting
from silo_core.model.verdict import Judgement, Reason, Verdict
"""


class InstalledPlugins:
    """A folder of installed distributions, as pip would leave it.

    While :meth:`only` lasts plugins are looked for there, and nowhere else; what was installed before is
    neither seen nor touched, but for the distributions that ``keep`` names.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: frozenset[str] = frozenset()

    def keep(self, *distributions: str) -> None:
        """Let these, which are installed, be found too: ``keep("silo-locking", "silo-checkpoint")``."""
        self._kept |= {discovery.spelt(name) for name in distributions}

    def module(self, name: str, code: str) -> None:
        """A module of ``code``, below the usual imports of a plugin."""
        (self.folder / f"{name}.py").write_text(HEAD + textwrap.dedent(code), "utf-8")
        invalidate_caches()

    def distribution(
        self, name: str, entry_points: str, version: str = "1.0", needs: tuple[str, ...] = ()
    ) -> Path:
        """Only the description of a distribution; answers its folder. Raises TypeError where ``needs``
        is one text, which would be read letter by letter."""
        if isinstance(needs, str):
            raise TypeError(f'needs is a tuple of texts: write needs=("{needs}",).')
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
        """A distribution with one plugin, in a module ``{name}_module``. ``value``: what of the module
        it is, as ``:Mine``; ``needs``: what it depends on, as ``("silo-core>=0.1",)``. Raises
        TypeError where that is one text."""
        module = f"{distribution or name}_module".replace("-", "_").replace(".", "_")
        self.module(module, code)
        entry_points = f"[silo.plugins]\n{name} = {module}{value}\n"
        self.distribution(distribution or f"dist-{name}", entry_points, needs=needs)

    @contextmanager
    def only(self) -> Iterator[None]:
        """Find these plugins and no others; afterwards what was imported from here is forgotten."""
        before = set(sys.modules)
        with patch.object(discovery, "distributions", self._found):
            sys.path.insert(0, str(self.folder))
            try:
                yield
            finally:
                sys.path.remove(str(self.folder))
                for name in set(sys.modules) - before:
                    if str(self.folder) in str(getattr(sys.modules[name], "__file__", "")):
                        del sys.modules[name]

    def _found(self) -> Iterator[Distribution]:
        yield from distributions(path=[str(self.folder)])
        if self._kept:
            for installed in distributions():
                if installed.name and discovery.spelt(installed.name) in self._kept:
                    yield installed
