"""The first page a user sees: which server, and a token that proves who they are."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPushButton, QWidget

from silo_core.model.answers import Me
from silo_core.model.errors import SiloError
from silo_core.model.language import translate
from silo_core.ports.services import Services
from silo_core.ports.signing_in import check, normal_address
from silo_core.ports.tokens import environment_token, store_token
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.task_dialog import TaskDialog

WIDTH_CHARS = 52


class LoginDialog(TaskDialog):
    """Asks for address and token, tries them, and keeps them only when the server accepts them."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(
            services,
            translate("SiloLogin", "Sign in to Silo"),
            translate("SiloLogin", "&Sign In"),
            parent,
        )
        self.setAccessibleName(self.windowTitle())
        given = environment_token()
        self.address = QLineEdit(services.settings.server_url or "", self)
        self.address.setPlaceholderText("https://silo.example")
        self.token = QLineEdit(self)
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        if given:
            self.token.setPlaceholderText(
                translate("SiloLogin", "from {variable} in the environment").format(
                    variable=given.source
                )
            )
        else:
            self.token.setPlaceholderText("silo_…")
        self.test_button = QPushButton(translate("SiloLogin", "&Test Connection"), self)
        self.test_button.clicked.connect(lambda: self._try(keep=False))
        self.buttons.addButton(self.test_button, self.buttons.ButtonRole.ActionRole)
        fields = QWidget(self)
        form = QFormLayout(fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(translate("SiloLogin", "Server &address:"), self.address)
        form.addRow(translate("SiloLogin", "T&oken:"), self.token)
        width = WIDTH_CHARS * self.fontMetrics().averageCharWidth()
        self.address.setMinimumWidth(width)
        self.content.addWidget(
            text.headline(translate("SiloLogin", "Work on the same parts as your team"), 1.2)
        )
        self.content.addWidget(
            text.label(
                translate(
                    "SiloLogin",
                    "Both come from whoever runs your server. The token goes into this computer's "
                    "keyring, and into no file.",
                )
            )
        )
        self.content.addWidget(fields)
        (self.token if self.address.text() else self.address).setFocus()

    def go(self) -> None:
        """Check what was entered, and keep it."""
        self._try(keep=True)

    def _try(self, *, keep: bool) -> None:
        typed, token = self.address.text().strip(), self.token.text().strip()
        if not typed:
            self.say(translate("SiloLogin", "Enter the server's address first."), problem=True)
            self.address.setFocus()
            return
        given = environment_token()

        def ask() -> tuple[str, Me]:
            url = normal_address(typed)
            me = check(url, token or (given.value or "" if given else ""))
            if keep and token:
                store_token(url, token)
            return url, me

        saying = translate("SiloLogin", "Asking {server} …").format(server=typed)
        self.work(ask, self._keep if keep else self._accepted, saying=saying)

    def _accepted(self, answer: tuple[str, Me]) -> None:
        url, me = answer
        self.say(
            translate("SiloLogin", "{server} knows you as {user} ({role}).").format(
                server=url, user=me.user, role=me.role
            )
            if me.user
            else translate("SiloLogin", "{server} accepts the token.").format(server=url)
        )

    def _keep(self, answer: tuple[str, Me]) -> None:
        url, services = answer[0], self.services
        same = services.settings.server_url == url
        try:
            services.settings.set("server_url", url)
        except SiloError as error:
            self.say(error.message, problem=True)
            return
        self.accept()
        if same:  # otherwise the new address has it connect
            QTimer.singleShot(0, services.reconnect)
