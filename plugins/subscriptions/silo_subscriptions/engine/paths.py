"""Where the files of items live on this workstation."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

from silo_core.model.errors import FileError
from silo_core.ports.durable import explaining_write
from silo_core.rules.names import file_name_problem, folded

SUFFIX = ".FCStd"
_SHOWN = 60


class Places:
    """The workspace folder, and what is in it already. Worker thread.

    A file that is tracked stays where the user has it; any other goes into the workspace, under the
    name that its item gives it. Where another item's file has that name, the part number is added.
    """

    def __init__(self, workspace: Path, tracked: Mapping[str, str]) -> None:
        """``tracked``: the paths that are tracked, by part number."""
        self._workspace = workspace
        self._root: str | None = None
        self._tracked = tracked
        self._taken = {folded(path): number for number, path in tracked.items()}

    def has(self, part_number: str) -> bool:
        """Whether a file of the item is tracked."""
        return part_number in self._tracked

    def reserve(self, items: Iterable[tuple[str, str]]) -> None:
        """Items (part number, file name) that are to get a file; of two with one name the first."""
        for number, name in items:
            if number not in self._tracked and not file_name_problem(self._name(number, name)):
                path = folded(str(self._workspace / self._name(number, name)))
                self._taken.setdefault(path, number)

    def of(self, part_number: str, file_name: str) -> Path:
        """The item's file, whether it is there or not.

        Raises:
            FileError: there is none that it could safely be; the message says why.
        """
        known = self._tracked.get(part_number)
        path = Path(known) if known else self._new(part_number, file_name)
        if path.parent == self._workspace:
            self._refuse_outside(path)
        return path

    def _new(self, part_number: str, file_name: str) -> Path:
        name = self._name(part_number, file_name)
        if problem := file_name_problem(name):
            shown = repr(name if len(name) <= _SHOWN else name[:_SHOWN] + "…")
            raise FileError(
                f"{part_number} cannot be kept here: its file name {shown} is none that every system "
                f"can have ({problem}); give the item another file name on the server.",
                concerns=part_number,
            )
        plain = PurePath(name)
        for own in (name, f"{plain.stem} ({part_number}){plain.suffix}"):
            path = self._workspace / own
            owner = self._taken.setdefault(folded(str(path)), part_number)
            if owner == part_number and not file_name_problem(own):
                return path
        raise FileError(
            f"{part_number} cannot be kept here: its file {name} would be in the place of that of "
            f"{owner}; unsubscribe from one of the two on this workstation.",
            concerns=part_number,
        )

    def _refuse_outside(self, path: Path) -> None:
        """Raises FileError for a file that is a link to somewhere else."""
        if not path.is_symlink():
            return
        if self._root is None:
            self._root = os.path.realpath(self._workspace)
        real = os.path.realpath(path)
        if os.path.dirname(real) != self._root and not real.startswith(self._root + os.sep):
            raise FileError(
                f"{path} is a link that leads out of the workspace, to {real}; remove the link, or "
                "put the file itself there.",
                concerns=str(path),
            )

    def make_workspace(self, path: Path) -> None:
        """See that the workspace folder is there, if the file ``path`` is to be in it.

        Raises:
            FileError: it was there before, and is gone; or it cannot be made.
        """
        if path.parent != self._workspace or self._workspace.is_dir():
            return
        inside = str(self._workspace) + os.sep
        if any(path.startswith(inside) for path in self._tracked.values()):
            raise FileError(
                f"The workspace folder {self._workspace} is gone; see that its drive is there, or name "
                "another folder in the setting workspace.",
                concerns=str(self._workspace),
            )
        with explaining_write(self._workspace):
            self._workspace.mkdir(parents=True, exist_ok=True)

    @staticmethod
    def _name(part_number: str, file_name: str) -> str:
        return file_name or part_number + SUFFIX
