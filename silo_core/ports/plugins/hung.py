"""Which plugins hung when their editor was ended: kept on the disk, since nobody was left to be told.

While a call hangs, the running editor keeps a marker in its own data folder. The next one finds it, and
puts who it was into a list in the user's data folder; who stands there is not imported until it is
switched on again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from silo_core.model.errors import FileError
from silo_core.ports.plugins.info import describe_plugin
from silo_core.ports.plugins.trace import IMPORT

MARKER = "plugin-hanging.json"
LIST = "plugins-off.json"


@dataclass(frozen=True, slots=True)
class Hung:
    """A call that had not returned for ``seconds`` when it was last looked at. ``kept_waiting``: the
    editor could not go on meanwhile; else the plugin was at work beside it, and is only told of."""

    plugin: str
    distribution: str
    version: str
    hook: str
    seconds: float
    kept_waiting: bool

    @property
    def label(self) -> str:
        """How sentences name the plugin."""
        return describe_plugin(self.plugin, self.distribution, self.version)

    @property
    def what(self) -> str:
        """What it has done, completing "Plugin so-and-so has ..."."""
        did = "kept the editor waiting" if self.kept_waiting else "been at work"
        where = "while it was imported" if self.hook == IMPORT else f"in {self.hook}"
        return f"{did} for {self.seconds:.0f} s {where}"


def mark(folder: Path, hung: Iterable[Hung]) -> None:
    """Keep in ``folder`` what hangs now; nothing: take the marker away.

    Raises:
        FileError: it cannot be written.
    """
    _write(folder / MARKER, hung)


def marked(folder: Path) -> tuple[Hung, ...]:
    """What hung in the editor of ``folder``, which does not run any more."""
    return _read(folder / MARKER)


class SwitchedOff:
    """The plugins that are not used until somebody switches them on again. ``data``: the data folder."""

    def __init__(self, data: Path) -> None:
        self._path = data / LIST

    def all(self) -> tuple[Hung, ...]:
        """Each with what it did."""
        return _read(self._path)

    def add(self, hung: Iterable[Hung]) -> None:
        """Switch these off; the last word on a plugin counts.

        Raises:
            FileError: it cannot be written.
        """
        _write(self._path, {one.plugin: one for one in (*self.all(), *hung)}.values())

    def drop(self, plugin: str) -> bool:
        """Use the plugin again, from the next start on; False if it is not switched off.

        Raises:
            FileError: it cannot be written.
        """
        found = self.all()
        left = [one for one in found if one.plugin != plugin]
        if len(left) == len(found):
            return False
        _write(self._path, left)
        return True


def _write(path: Path, hung: Iterable[Hung]) -> None:
    from silo_core.ports.durable import explaining_write, write_durably

    content = [asdict(one) for one in hung]
    if content:
        write_durably(path, [json.dumps(content, indent=1).encode()])
        return
    with explaining_write(path):
        path.unlink(missing_ok=True)


def _read(path: Path) -> tuple[Hung, ...]:
    """What cannot be read says nothing: of a crash, or another version."""
    with suppress(OSError, ValueError, TypeError):
        found = tuple(Hung(**one) for one in json.loads(path.read_text("utf-8")))
        if all(map(_is_sound, found)):
            return found
    return ()


def _is_sound(one: Hung) -> bool:
    texts = (one.plugin, one.distribution, one.version, one.hook)
    return all(isinstance(text, str) for text in texts) and isinstance(one.seconds, int | float)


def collect(switched_off: SwitchedOff, folder: Path) -> tuple[Hung, ...]:
    """Take the marker of ``folder``, whose editor does not run any more: who kept it waiting is switched
    off. Answers who was at work beside it.

    Raises:
        FileError: the list cannot be written; the marker stays.
    """
    found = marked(folder)
    if guilty := [one for one in found if one.kept_waiting and one.distribution]:
        switched_off.add(guilty)
    with suppress(FileError):
        mark(folder, ())
    return tuple(one for one in found if one not in guilty)
