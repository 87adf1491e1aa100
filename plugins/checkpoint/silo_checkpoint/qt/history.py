"""The history of the part in front: looking at an older version, and making one the newest again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPushButton, QWidget

from silo_checkpoint.commands.showing import described, short
from silo_checkpoint.commands.versions import History
from silo_checkpoint.qt.version_list import VersionList, part_in_front, read
from silo_checkpoint.restoring import edited, is_head_already, push, quietly
from silo_core.model.errors import SiloError
from silo_core.model.item import Version
from silo_core.model.language import translate
from silo_core.ports.connecting import user_of
from silo_core.ports.host import CanNumber
from silo_core.ports.services import Services
from silo_core.surfaces.qt.task_dialog import TaskDialog

SIZE = (720, 460)


class HistoryDialog(TaskDialog):
    """Lists the versions; the selected one can be opened as a copy, or restored."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        number = part_in_front(services)
        title = translate("SiloHistory", "History of {part}").format(
            part=number or translate("SiloHistory", "a part")
        )
        super().__init__(services, title, translate("SiloHistory", "&Open a Copy"), parent)
        self.setAccessibleName(title)
        self.close_button.setText(translate("SiloHistory", "Close"))
        self._number = number or ""
        self._history: History | None = None
        self.versions = VersionList(self)
        self.versions.itemSelectionChanged.connect(self._selected)
        self.restore_button = QPushButton(translate("SiloHistory", "&Restore"), self)
        self.restore_button.setToolTip(
            translate(
                "SiloHistory",
                "Make this version the newest one again; those after it stay in the history",
            )
        )
        self.restore_button.clicked.connect(self.restore)
        self.buttons.addButton(self.restore_button, self.buttons.ButtonRole.ActionRole)
        self.content.addWidget(self.versions, 1)
        self.resize(*SIZE)
        self._selected()
        if number is None:
            self.say(
                translate("SiloHistory", "Bring a document to the front that belongs to a part."),
                problem=True,
            )
        else:
            self._list()

    def go(self) -> None:
        """Fetch the selected version beside the user's own files, and open it."""
        version, client = self.versions.chosen, self.client()
        if version is None or client is None:
            return
        number, folder = self._number, self.services.store.path.parent / "versions"

        def fetch() -> Path:
            folder.mkdir(parents=True, exist_ok=True)
            target = folder / f"{number}-{short(version.id)}.FCStd"
            if not target.exists():
                client.download_version(number, version, target)
            return target

        self.work(fetch, self._open, saying=translate("SiloHistory", "Fetching it …"))

    def _open(self, path: Path) -> None:
        host = self.services.host
        try:
            if isinstance(host, CanNumber):
                host.open_copy(path)
        except SiloError as error:
            self.say(error.message, problem=True)
            return
        self.say(
            translate(
                "SiloHistory",
                "{file} is a copy to look at; what you change in it is pushed nowhere.",
            ).format(file=path.name)
        )

    def restore(self) -> None:
        """Make the selected version the newest one, unless the part is being edited."""
        version, client, history = self.versions.chosen, self.client(), self._history
        own = self.services.workstation_id
        if version is None or client is None or history is None or own is None:
            return

        def make() -> Version:
            number = self._number
            if problem := is_head_already(history, version):
                raise SiloError(problem)
            if sessions := client.get_edit_sessions(number):
                who = edited(number, sessions, user_of(client))
                raise SiloError(
                    translate("SiloHistory", "{who}; restore it when that is done.").format(who=who)
                )
            return push(client, history, version, own, quietly)

        self.work(make, self._restored, saying=translate("SiloHistory", "Restoring it …"))

    def _restored(self, made: Version) -> None:
        self._list(
            translate(
                "SiloHistory", "{version} is the newest version now; open documents are behind it."
            ).format(version=described(made))
        )

    def _list(self, saying: str = "") -> None:
        client = self.client()
        if client is None:
            return

        def show(found: tuple[History, list[Version]]) -> None:
            self._history = found[0]
            self.versions.show_versions(*found)
            self._selected()
            self.say(saying or ("" if found[1] else found[0].emptiness))

        self.work(
            lambda: read(client, self._number),
            show,
            saying=translate("SiloHistory", "Asking the server …"),
        )

    def _selected(self) -> None:
        version = self.versions.chosen
        self.go_button.setEnabled(version is not None)
        is_head = (
            version is not None and self._history is not None and self._history.is_head(version)
        )
        self.restore_button.setEnabled(version is not None and not is_head)
