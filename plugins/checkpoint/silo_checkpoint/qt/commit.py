"""Making the newest version of the part in front a formal revision."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from silo_checkpoint.commands.commit import why_not
from silo_checkpoint.commands.showing import described
from silo_checkpoint.commands.versions import History
from silo_checkpoint.qt.version_list import part_in_front
from silo_core.model.errors import SiloError
from silo_core.model.item import Version
from silo_core.model.language import translate
from silo_core.ports.services import Services
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.task_dialog import TaskDialog

WIDTH_CHARS = 56


class CommitDialog(TaskDialog):
    """Says which version it is, and asks what the revision is for."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        number = part_in_front(services)
        title = translate("SiloCommit", "Commit {part}").format(
            part=number or translate("SiloCommit", "a part")
        )
        super().__init__(services, title, translate("SiloCommit", "&Commit"), parent)
        self.setAccessibleName(title)
        self._number = number or ""
        self._history: History | None = None
        self.comment = QLineEdit(self)
        self.comment.setMinimumWidth(WIDTH_CHARS * self.fontMetrics().averageCharWidth())
        self.comment.setPlaceholderText(
            translate("SiloCommit", "What it is for, such as: Released for milling")
        )
        fields = QWidget(self)
        form = QFormLayout(fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(translate("SiloCommit", "Co&mment:"), self.comment)
        self._which = text.headline(title, 1.15)
        self.content.addWidget(self._which)
        self._what = text.label("")
        self.content.addWidget(self._what)
        self.content.addWidget(fields)
        self.go_button.setEnabled(False)
        self._look()

    def _look(self) -> None:
        number = self._number
        if not number:
            sentence = translate(
                "SiloCommit", "Bring a document to the front that belongs to a part."
            )
            self.say(sentence, problem=True)
            return
        client = self.client()
        if client is None:
            return
        self.work(
            lambda: History(client, number), self._found, saying=translate("SiloCommit", "Asking …")
        )

    def _found(self, history: History) -> None:
        self._history = history
        problem = why_not(history.head, history) if history.head else history.emptiness
        if problem:
            self.say(problem, problem=True)
            self.go_button.setEnabled(False)
            return
        head = history.head
        lines = (
            [translate("SiloCommit", "The newest version, {which}:").format(which=described(head))]
            if head
            else []
        )
        self._what.setText(
            "\n".join([*lines, *(f"• {line}" for line in (head.changes if head else ()))])
        )
        self.say("")
        self.comment.setFocus()

    def go(self) -> None:
        """Make the revision."""
        comment, history, client = self.comment.text().strip(), self._history, self.services.client
        own = self.services.workstation_id
        if not comment:
            self.say(translate("SiloCommit", "Say what the revision is for."), problem=True)
            self.comment.setFocus()
            return
        if history is None or history.head is None or client is None or own is None:
            return
        head = history.head

        def make() -> Version:
            return client.create_revision(self._number, own, comment, head.id)

        self.work(make, self._made, self._refused, saying=translate("SiloCommit", "Committing …"))

    def _made(self, version: Version) -> None:
        self.say(
            translate("SiloCommit", "This is revision {number} of {part} now.").format(
                number=version.revision_number or "?", part=self._number
            )
        )
        self.go_button.setEnabled(False)
        self.close_button.setText(translate("SiloCommit", "Close"))
        self.close_button.setFocus()

    def _refused(self, error: SiloError) -> None:
        self.say(error.message, problem=True)
