"""Putting the document in front under a part number, so that the team can work on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from silo_core.model.context import Document
from silo_core.model.errors import SiloError
from silo_core.model.item import PART_NUMBER, Version
from silo_core.model.language import translate
from silo_core.ports.client import SiloClient
from silo_core.ports.client.files import reading, sha256_of
from silo_core.ports.fetching import remember
from silo_core.ports.host import CanNumber
from silo_core.ports.publishing import make_item, upload_first
from silo_core.ports.services import Services
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.task_dialog import TaskDialog

WIDTH_CHARS = 46


class NewDialog(TaskDialog):
    """Makes an item, writes its number into the document, and uploads that as the first revision."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(
            services,
            translate("SiloNew", "New part in Silo"),
            translate("SiloNew", "&Create"),
            parent,
        )
        self.setAccessibleName(self.windowTitle())
        host = services.host
        self._document = host.active_document() if isinstance(host, CanNumber) else None
        self.number = QLineEdit(self)
        self.description = QLineEdit(self)
        self.kind = QComboBox(self)
        self.kind.addItem(translate("SiloNew", "Part"), "part")
        self.kind.addItem(translate("SiloNew", "Assembly"), "assembly")
        fields = QWidget(self)
        form = QFormLayout(fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(translate("SiloNew", "Part &number:"), self.number)
        form.addRow(translate("SiloNew", "&Description:"), self.description)
        form.addRow(translate("SiloNew", "&Kind:"), self.kind)
        self.number.setMinimumWidth(WIDTH_CHARS * self.fontMetrics().averageCharWidth())
        self.number.setPlaceholderText("PRT-100")
        self.number.setMaxLength(64)
        name = self._document.path.name if self._document and self._document.path else ""
        self.content.addWidget(
            text.headline(
                translate("SiloNew", "Put {file} under a part number").format(file=name)
                if name
                else translate("SiloNew", "Put a document under a part number"),
                1.15,
            )
        )
        self.content.addWidget(fields)
        if problem := self._problem():
            self.say(problem, problem=True)
            self.go_button.setEnabled(False)
        else:
            self.number.setFocus()
            self.number.textChanged.connect(lambda: self.say(""))

    def _problem(self) -> str:
        """Why nothing can be made of what is in front; empty if it can."""
        document = self._document
        if document is None:
            return translate("SiloNew", "Open the document first that is to be put on the server.")
        if document.path is None:
            return translate("SiloNew", "Save the document first, with File > Save.")
        if document.part_number:
            return translate("SiloNew", "It belongs to {item} already.").format(
                item=document.part_number
            )
        return self.why_offline()

    def go(self) -> None:
        """Make the item, then number the document, then upload it."""
        number, client, document = self.number.text().strip(), self.services.client, self._document
        if not PART_NUMBER.fullmatch(number):
            self.say(
                translate(
                    "SiloNew",
                    "A part number is a letter or digit, then letters, digits, dots, dashes or "
                    "underscores.",
                ),
                problem=True,
            )
            self.number.setFocus()
            return
        if client is None or document is None or document.path is None:
            self.say(self._problem(), problem=True)
            return
        description, kind = self.description.text().strip(), str(self.kind.currentData())
        name = document.path.name
        self.work(
            lambda: make_item(client, number, name, description=description, item_type=kind),
            lambda _: self._number(client, document, number),
            saying=translate("SiloNew", "Making {item} …").format(item=number),
        )

    def _number(self, client: SiloClient, document: Document, number: str) -> None:
        host, store = self.services.host, self.services.store
        path = document.path
        if path is None or not isinstance(host, CanNumber):
            return
        try:
            host.set_part_number(document.key, number)
            host.save(document.key)
        except SiloError as error:
            self.say(error.message, problem=True)
            return

        def upload() -> Version:
            with reading(path) as file:
                sha256 = sha256_of(file)
            version = upload_first(client, number, path, translate("SiloNew", "First version"))
            if version.sha256 in ("", sha256):
                remember(store, number, path, version, sha256)
            return version

        self._path = path
        saying = translate("SiloNew", "Uploading {file} …").format(file=path.name)
        self.work(upload, lambda _: self.accept(), self._not_uploaded, saying=saying)

    _path = Path()

    def _not_uploaded(self, error: SiloError) -> None:
        self.say(
            translate(
                "SiloNew",
                "{why} The document has its number; [Create] tries again to upload {file}.",
            ).format(why=error.message, file=self._path.name),
            problem=True,
        )
