"""The search for the plugin that causes a trouble, a question after each start of the editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from silo_core.model.language import translate
from silo_core.surfaces.qt import text
from silo_core.surfaces.qt.task_dialog import TaskDialog
from silo_core.workbench.bisecting import Bisecting, Step


class BisectBox(QFrame):
    """The question that waits for an answer; hidden where none does. ``changed`` is called when the
    setting ``plugins_disabled`` has changed."""

    def __init__(
        self,
        dialog: TaskDialog,
        bisecting: Bisecting,
        on: frozenset[str],
        changed: Callable[[], None],
    ) -> None:
        """``on``: the plugins that are on since the editor was started."""
        super().__init__(dialog)
        self._dialog = dialog
        self._bisecting = bisecting
        self._on = on
        self._changed = changed
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.question = text.label("")
        self.there_button = QPushButton(translate("SiloSettings", "It Is &There"), self)
        self.gone_button = QPushButton(translate("SiloSettings", "It Is &Gone"), self)
        self.stop_button = QPushButton(translate("SiloSettings", "Stop Sea&rching"), self)
        self.there_button.clicked.connect(lambda: self._answer(True))
        self.gone_button.clicked.connect(lambda: self._answer(False))
        self.stop_button.clicked.connect(self.stop)
        row = QHBoxLayout()
        for button in (self.there_button, self.gone_button, self.stop_button):
            row.addWidget(button)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.addWidget(self.question)
        layout.addLayout(row)
        self.hide()
        if bisecting.is_running:
            self._ask(bisecting.step())

    def begin(self) -> None:
        """Begin, where nothing runs yet."""
        if not self._bisecting.is_running:
            self._do(lambda: self._bisecting.begin(tuple(self._on)))

    def stop(self) -> None:
        """Search no more, with the plugins on that were on before."""

        def stop() -> None:
            self._bisecting.stop()

        self._dialog.work(stop, lambda _: self._over(translate("SiloSettings", "Stopped.")))

    def _answer(self, is_there: bool) -> None:
        self._do(lambda: self._bisecting.answer(is_there))

    def _do(self, call: Callable[[], Step]) -> None:
        self._dialog.work(call, self._ask)

    def _ask(self, step: Step) -> None:
        if step.on is None:
            self._over(_verdict(step.found))
            return
        is_new = step.on != self._on
        on = ", ".join(sorted(step.on)) or translate("SiloSettings", "none")
        said = (
            translate(
                "SiloSettings",
                "From the next start on, these plugins are on: {names}. Start the editor anew, try, and "
                "come back here to say what you see.",
            )
            if is_new
            else translate(
                "SiloSettings", "These plugins are on now: {names}. Is the trouble there?"
            )
        )
        self.question.setText(text.breakable(said.format(names=on)))
        for button in (self.there_button, self.gone_button):
            button.setEnabled(not is_new)
        self.show()
        self._changed()

    def _over(self, said: str) -> None:
        self.hide()
        self._changed()
        self._dialog.say(said)


def _verdict(found: Sequence[str]) -> str:
    match list(found):
        case []:
            return translate(
                "SiloSettings",
                "The plugins are not to blame: the trouble does not come and go with them.",
            )
        case [one]:
            return translate("SiloSettings", "The plugin {name} is the cause.").format(name=one)
        case several:
            said = translate("SiloSettings", "It takes these plugins together: {names}.")
            return said.format(names=", ".join(several))
