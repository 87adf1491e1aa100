"""What is being sent and fetched just now, below the list: how far it is, and [Cancel]."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from silo_activity.transfers import Transfers
from silo_core.model.exchange import Transfer
from silo_core.model.language import translate
from silo_core.ports.services import Services
from silo_core.surfaces.qt.coalesce import Coalescer
from silo_core.surfaces.qt.text import progress, tip

STEPS = 1000
AT_MOST = 4
"""So many are shown one by one; of the rest, their number."""


class TransferStrip(QWidget):
    """A row for each transfer; nothing at all while there is none. Main thread."""

    def __init__(self, services: Services, transfers: Transfers, parent: QWidget) -> None:
        super().__init__(parent)
        self._services = services
        self._transfers = transfers
        self._rows: dict[str, _Row] = {}
        self._more = QLabel(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(6, 4, 6, 4)
        self._layout.setSpacing(4)
        self._layout.addWidget(self._more)
        self._updates = Coalescer(self)
        self._updates.due.connect(self._update)
        self.destroyed.connect(transfers.listen(self._updates.soon))
        self._update()

    def _update(self) -> None:
        running = self._transfers.running()
        shown = {transfer.id: transfer for transfer in running[:AT_MOST]}
        for gone in self._rows.keys() - shown.keys():
            self._rows.pop(gone).deleteLater()
        for number, transfer in enumerate(shown.values()):
            if transfer.id not in self._rows:
                self._rows[transfer.id] = _Row(self._services, self)
                self._layout.insertWidget(number, self._rows[transfer.id])
            self._rows[transfer.id].show_transfer(transfer)
        others = len(running) - len(shown)
        self._more.setText(translate("SiloActivity", "and {count} more").format(count=others))
        self._more.setVisible(others > 0)
        self.setVisible(bool(running))


class _Row(QWidget):
    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._services = services
        self._transfer: Transfer | None = None
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.cancel = QToolButton(self)
        self.cancel.setAutoRaise(True)
        self.cancel.setText("✕")
        self.cancel.clicked.connect(self._cancel)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(2)
        layout.addWidget(self.text, 0, 0)
        layout.addWidget(self.cancel, 0, 1, 2, 1)
        layout.addWidget(self.bar, 1, 0)

    def show_transfer(self, transfer: Transfer) -> None:
        """What is told of it now."""
        names = {"part": transfer.part_number, "progress": progress(transfer)}
        if transfer.upload:
            said, cancel = (
                translate("SiloActivity", "Sending {part}: {progress}"),
                translate("SiloActivity", "Hold {part} back"),
            )
        else:
            said, cancel = (
                translate("SiloActivity", "Fetching {part}: {progress}"),
                translate("SiloActivity", "Stop fetching {part}"),
            )
        said, cancel = said.format(**names), cancel.format(**names)
        self._transfer = transfer
        self.cancel.setToolTip(cancel)
        self.cancel.setAccessibleName(cancel)
        self.text.setText(said)
        self.text.setToolTip(tip(said))
        self.bar.setAccessibleName(said)
        if transfer.total:
            self.bar.setRange(0, STEPS)
            self.bar.setValue(min(STEPS, STEPS * transfer.done // transfer.total))
        else:
            self.bar.setRange(0, 0)

    def _cancel(self) -> None:
        if self._transfer and self._services.hooks.cancel_transfer(self._transfer):
            self.cancel.setEnabled(False)
