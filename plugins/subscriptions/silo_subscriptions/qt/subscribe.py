"""The dialog *Subscribe*."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from silo_core.model.language import translate
from silo_core.model.subscription import Proposal, Subscription, SyncPreview, TargetType
from silo_core.ports.client import SiloClient
from silo_subscriptions import wording
from silo_subscriptions.qt.choices import Choices
from silo_subscriptions.qt.dialog import Dialog, button
from silo_subscriptions.qt.parts import KeyForwarder, Line, List, PolicyChooser
from silo_subscriptions.qt.people import People
from silo_subscriptions.subscribing import Followed, follow
from silo_subscriptions.windows import Windows


class SubscribeDialog(Dialog):
    """Choose items, projects or categories, and which of their versions to keep up with."""

    def __init__(self, windows: Windows, parent: QWidget | None = None) -> None:
        super().__init__(windows, translate("SiloSubscriptions", "Subscribe"), parent)
        self.people = People(windows, self)
        self.choices = Choices(windows, self.people, self)
        self.kinds = QComboBox()
        self.search = QLineEdit()
        self.list = List(translate("SiloSubscriptions", "What can be subscribed to"))
        self.policy = PolicyChooser()
        self.preview = Line(translate("SiloSubscriptions", "What that brings"))
        self.subscribe = button(translate("SiloSubscriptions", "&Subscribe"), self._subscribe)
        self.clear = button(
            translate("SiloSubscriptions", "Choose &none"), self.choices.choose_none
        )
        self._listing, self._previewing, self._making = self.asker(), self.asker(), self.asker()
        self._typed = self.delayed(self._search)
        self._changed = self.delayed(self._ask_for_preview)
        self._lay_out()
        self._connect(windows)
        self._chosen()
        self._begin()

    def _lay_out(self) -> None:
        for kind, name in (
            (TargetType.ITEM, translate("SiloSubscriptions", "Items")),
            (TargetType.PROJECT, translate("SiloSubscriptions", "Projects")),
            (TargetType.CATEGORY, translate("SiloSubscriptions", "Categories")),
        ):
            self.kinds.addItem(name, kind)
        self.kinds.setAccessibleName(translate("SiloSubscriptions", "What to subscribe to"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(translate("SiloSubscriptions", "Search"))
        label = QLabel(translate("SiloSubscriptions", "&Find:"))
        label.setBuddy(self.search)
        top = QHBoxLayout()
        top.addWidget(self.kinds)
        top.addWidget(label)
        top.addWidget(self.search, 1)
        buttons = QDialogButtonBox()
        buttons.addButton(self.subscribe, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        below = QHBoxLayout()
        below.addWidget(self.line, 1)
        below.addWidget(self.clear)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addLayout(below)
        layout.addWidget(self.policy)
        layout.addWidget(self.preview)
        layout.addWidget(buttons)
        self.list.setModel(self.choices)
        KeyForwarder(self.search, self.list)
        self.resize(640, 620)
        self.search.setFocus()

    def _connect(self, windows: Windows) -> None:
        self.kinds.currentIndexChanged.connect(self._search)
        self.search.textChanged.connect(lambda _: self._typed.start())
        self.search.returnPressed.connect(self._search)
        self.policy.changed.connect(self._changed.start)
        self.choices.changed.connect(self._count)
        self.choices.failed.connect(self.line.complain)
        self.choices.chosen_changed.connect(self._chosen)
        self.hear(windows.on_subscriptions, self._list_subscriptions)
        self.hear(windows.on_connection, self._begin)
        self.hear(windows.on_presence, self.people.heard)

    @property
    def kind(self) -> TargetType:
        """What is listed."""
        return TargetType(self.kinds.currentData())

    def proposals(self) -> list[Proposal]:
        """What is chosen, as subscriptions."""
        policy, revision = self.policy.policy, self.policy.pinned_to
        return [Proposal(kind, name, policy, revision) for kind, name in self.choices.chosen]

    # -- what there is -----------------------------------------------------------------------------

    def _begin(self) -> None:
        """Now, and again whenever the server is back."""
        if why := self.why_offline():
            self.line.complain(why)
            return
        self.people.refresh()
        self._list_subscriptions()
        self._search()

    def _search(self) -> None:
        self._typed.stop()
        self.search.setPlaceholderText(
            translate("SiloSubscriptions", "part number, description or file name")
            if self.kind is TargetType.ITEM
            else translate("SiloSubscriptions", "name")
        )
        self.line.say(translate("SiloSubscriptions", "Searching…"))
        self.choices.search(self.kind, self.search.text().strip())

    def _count(self) -> None:
        count = len(self.choices.rows)
        if not count:
            self.line.say(translate("SiloSubscriptions", "Nothing matches."))
        elif self.choices.has_more:
            self.line.say(
                translate("SiloSubscriptions", "The first {count}; scroll for more.").format(
                    count=count
                )
            )
        else:
            said = (
                translate("SiloSubscriptions", "{count} found.")
                if count > 1
                else translate("SiloSubscriptions", "1 found.")
            )
            self.line.say(said.format(count=count))

    def _list_subscriptions(self) -> None:
        here = self.services.workstation_id
        if here is None:
            return

        def came(found: tuple[Subscription, ...]) -> None:
            self.choices.subscribed_are(found)

        self._listing.ask(lambda client: client.list_subscriptions(here), came, self.line.complain)

    # -- what is chosen ----------------------------------------------------------------------------

    def _chosen(self) -> None:
        chosen = list(self.choices.chosen)
        self.subscribe.setEnabled(bool(chosen) and not self._making.is_waiting)
        self.clear.setEnabled(bool(chosen))
        self._previewing.forget()
        if len(chosen) == 1:
            known = self.choices.subscription_to(chosen[0])
            if known:
                self.policy.choose(known.policy, known.revision)
        if chosen:
            self._changed.start()
        else:
            self._changed.stop()
            self.preview.say(translate("SiloSubscriptions", "Check what you want to have here."))

    def _ask_for_preview(self) -> None:
        proposals, here = self.proposals(), self.here
        if not proposals or here is None:
            return
        names = wording.listing([proposal.target for proposal in proposals])

        def came(told: SyncPreview | None) -> None:
            what = wording.preview(told) if told else ""
            self.preview.say(f"{names}: {what}" if what else names)

        self._previewing.ask(
            lambda client: client.preview_sync(here, proposals), came, self.preview.complain
        )

    def _subscribe(self) -> None:
        proposals, here = self.proposals(), self.here
        if not proposals or here is None:
            return

        def make(client: SiloClient) -> list[Followed]:
            return follow(client, here, proposals)

        self._changed.stop()
        self._previewing.forget()
        self._making.ask(make, self._made, self._failed)
        self.subscribe.setEnabled(False)
        self.preview.say(translate("SiloSubscriptions", "Subscribing…"))

    def _made(self, followed: list[Followed]) -> None:
        self.choices.choose_none()
        names = [wording.target(made.target_type, made.target) for _, made in followed]
        said = translate("SiloSubscriptions", "Subscribed to {names}.").format(
            names=wording.listing(names)
        )
        self.preview.say(said)
        self._list_subscriptions()

    def _failed(self, why: str) -> None:
        self.subscribe.setEnabled(True)
        self.preview.complain(why)
        self._list_subscriptions()
