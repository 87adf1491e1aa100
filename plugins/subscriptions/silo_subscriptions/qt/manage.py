"""The dialog *Manage Subscriptions*."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from silo_core.model.language import translate
from silo_core.model.subscription import Proposal, Subscription, SyncPreview
from silo_core.ports.client import SiloClient
from silo_subscriptions import wording
from silo_subscriptions.qt.dialog import Dialog, button
from silo_subscriptions.qt.parts import KeyForwarder, Line, List, PolicyChooser
from silo_subscriptions.qt.people import People
from silo_subscriptions.qt.subscribed import Subscribed
from silo_subscriptions.windows import Windows


@dataclass(frozen=True, slots=True)
class _Change:
    """Something to do with the selected subscriptions. ``does`` is what the button for it says, ``said``
    what is said once it is done; ``would`` is how each would be then, None: it would be gone."""

    does: str
    said: str
    carry_out: Callable[[SiloClient, Subscription], object]
    would: Callable[[Subscription], Proposal] | None


class ManageDialog(Dialog):
    """Pause, change and end subscriptions, many at once; what would change files is previewed first."""

    def __init__(self, windows: Windows, parent: QWidget | None = None) -> None:
        super().__init__(windows, translate("SiloSubscriptions", "Manage Subscriptions"), parent)
        self.people = People(windows, self)
        self.model = Subscribed(self.people, self)
        self.search = QLineEdit()
        self.list = List(translate("SiloSubscriptions", "What this workstation is subscribed to"))
        self.pause = button(
            translate("SiloSubscriptions", "&Pause"),
            self._pause,
            translate("SiloSubscriptions", "Bring nothing until they are resumed"),
        )
        self.resume = button(translate("SiloSubscriptions", "&Resume…"), self._resume)
        self.unsubscribe = button(
            translate("SiloSubscriptions", "&Unsubscribe…"),
            self._unsubscribe,
            translate("SiloSubscriptions", "The files stay"),
        )
        self.policy = PolicyChooser()
        self.change = button(translate("SiloSubscriptions", "&Change…"), self._change_policy)
        self.preview = Line(translate("SiloSubscriptions", "What the change would do"))
        self.apply = button("", self._apply)
        self.keep = button(translate("SiloSubscriptions", "&Keep as it is"), self._keep_as_it_is)
        self._listing, self._previewing, self._changing = self.asker(), self.asker(), self.asker()
        self._known: set[str] = set()
        self._planned: tuple[_Change, list[Subscription]] | None = None
        self._lay_out()
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        self.search.textChanged.connect(self._look_for)
        self.hear(windows.on_subscriptions, self._refresh)
        self.hear(windows.on_connection, self._begin)
        self.hear(windows.on_presence, self.people.heard)
        self._forget()
        self._selected()
        self._begin()

    def _lay_out(self) -> None:
        self.list.setModel(self.model)
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(
            translate("SiloSubscriptions", "part number, project or category")
        )
        self.search.setAccessibleName(translate("SiloSubscriptions", "Search"))
        label = QLabel(translate("SiloSubscriptions", "&Find:"))
        label.setBuddy(self.search)
        top = QHBoxLayout()
        top.addWidget(label)
        top.addWidget(self.search, 1)
        row = QHBoxLayout()
        for part in (self.pause, self.resume, self.unsubscribe):
            row.addWidget(part)
        row.addStretch()
        policies = QHBoxLayout()
        policies.addWidget(self.policy, 1)
        policies.addWidget(self.change, 0, Qt.AlignmentFlag.AlignTop)
        asked = QHBoxLayout()
        asked.addWidget(self.preview, 1)
        asked.addWidget(self.apply)
        asked.addWidget(self.keep)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        for line in (self.line, row, policies, asked, buttons):
            if isinstance(line, QHBoxLayout):
                layout.addLayout(line)
            else:
                layout.addWidget(line)
        KeyForwarder(self.search, self.list)
        self.resize(640, 560)

    def selected(self) -> list[Subscription]:
        """The subscriptions that are selected, in their order."""
        return [self.model.rows[row] for row in self.list.selected_rows()]

    # -- what there is -----------------------------------------------------------------------------

    def _begin(self) -> None:
        if why := self.why_offline():
            self.line.complain(why)
            return
        self.people.refresh()
        self._refresh()

    def _refresh(self) -> None:
        here = self.here
        if here is not None:
            self._listing.ask(
                lambda client: client.list_subscriptions(here), self._came, self.line.complain
            )

    def _came(self, subscriptions: Iterable[Subscription]) -> None:
        self._show(lambda: self.model.become(subscriptions))

    def _look_for(self, words: str) -> None:
        self._show(lambda: self.model.look_for(words))

    def _show(self, change: Callable[[], None]) -> None:
        """Show other rows; of those that were selected, what is still there stays selected."""
        chosen = {one.id for one in self.selected()}
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        change()
        self.list.select_rows(row for row, one in enumerate(self.model.rows) if one.id in chosen)
        selection.blockSignals(False)
        self.list.viewport().update()
        self._selected()
        self._count()

    def _count(self) -> None:
        paused = sum(one.paused for one in self.model.all)
        if not self.model.all:
            said = translate("SiloSubscriptions", "This workstation is subscribed to nothing yet.")
        elif not self.model.rows:
            said = translate("SiloSubscriptions", "Nothing matches.")
        elif paused:
            said = translate("SiloSubscriptions", "{count} subscriptions, {paused} of them paused.")
        elif len(self.model.all) == 1:
            said = translate("SiloSubscriptions", "1 subscription.")
        else:
            said = translate("SiloSubscriptions", "{count} subscriptions.")
        self.line.say(said.format(count=len(self.model.all), paused=paused))

    # -- what is to be changed ---------------------------------------------------------------------

    def _selected(self) -> None:
        chosen = self.selected()
        if {one.id for one in chosen} != self._known:
            self._known = {one.id for one in chosen}
            self._forget()
            self.preview.say("")
        self.pause.setEnabled(any(not one.paused for one in chosen))
        self.resume.setEnabled(any(one.paused for one in chosen))
        self.unsubscribe.setEnabled(bool(chosen))
        self.change.setEnabled(bool(chosen))
        self.policy.setEnabled(bool(chosen))
        if len({(one.policy, one.revision) for one in chosen}) == 1:
            self.policy.choose(chosen[0].policy, chosen[0].revision)

    def _pause(self) -> None:
        """At once: it brings nothing and takes nothing away."""
        change = _Change(
            translate("SiloSubscriptions", "Pause"),
            translate("SiloSubscriptions", "Paused: {names}."),
            lambda client, one: client.update_subscription(one.id, paused=True),
            None,
        )
        self._carry_out(change, [one for one in self.selected() if not one.paused])

    def _resume(self) -> None:
        change = _Change(
            translate("SiloSubscriptions", "&Resume {count}"),
            translate("SiloSubscriptions", "Active again: {names}."),
            lambda client, one: client.update_subscription(one.id, paused=False),
            lambda one: Proposal(one.target_type, one.target, one.policy, one.revision),
        )
        self._plan(change, [one for one in self.selected() if one.paused])

    def _change_policy(self) -> None:
        policy, revision = self.policy.policy, self.policy.pinned_to
        change = _Change(
            translate("SiloSubscriptions", "&Change {count}"),
            translate("SiloSubscriptions", "Changed: {names}."),
            lambda client, one: client.update_subscription(
                one.id, policy=policy, revision=revision
            ),
            lambda one: Proposal(one.target_type, one.target, policy, revision, one.paused),
        )
        self._plan(change, self.selected())

    def _unsubscribe(self) -> None:
        change = _Change(
            translate("SiloSubscriptions", "&Unsubscribe {count}"),
            translate("SiloSubscriptions", "Not subscribed any more: {names}; the files stay."),
            lambda client, one: client.delete_subscription(one.id),
            None,
        )
        self._plan(change, self.selected())

    def _plan(self, change: _Change, chosen: list[Subscription]) -> None:
        """Say what the change would do, and wait for a yes."""
        here = self.here
        if not chosen or here is None:
            return
        would = change.would
        proposals = [would(one) for one in chosen] if would else []
        remove = () if would else tuple(one.id for one in chosen)
        self._planned = (change, chosen)
        self.apply.setText(change.does.format(count=len(chosen)))
        for part in (self.apply, self.keep):
            part.show()
        self.apply.setFocus()
        names = wording.listing([one.target for one in chosen])
        self.preview.say(
            translate("SiloSubscriptions", "{names}: looking what that would do…").format(
                names=names
            )
        )

        def came(told: SyncPreview | None) -> None:
            what = wording.preview(told) if told else ""
            self.preview.say(f"{names}: {what}" if what else f"{names}?")

        self._previewing.ask(
            lambda client: client.preview_sync(here, proposals, remove=remove),
            came,
            self.preview.complain,
        )

    def _forget(self) -> None:
        """Nothing is to be changed after all."""
        self._planned = None
        self._previewing.forget()
        had_focus = self.apply.hasFocus() or self.keep.hasFocus()
        for part in (self.apply, self.keep):
            part.hide()
        if had_focus:
            self.list.setFocus()

    def _keep_as_it_is(self) -> None:
        self._forget()
        self.preview.say("")

    def _apply(self) -> None:
        if self._planned:
            change, chosen = self._planned
            self._forget()
            self._carry_out(change, chosen)

    def _carry_out(self, change: _Change, chosen: list[Subscription]) -> None:
        if not chosen:
            return

        def work(client: SiloClient) -> None:
            for one in chosen:
                change.carry_out(client, one)

        def done(_: None) -> None:
            self._refresh()
            names = wording.listing([one.target for one in chosen])
            self.preview.say(change.said.format(names=names))

        def failed(why: str) -> None:
            self._refresh()
            self.preview.complain(why)

        self._changing.ask(work, done, failed)
