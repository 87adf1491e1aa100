"""Notifications of the operating system: not for who is looking, and a click brings the window back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow, QSystemTrayIcon

from silo_core.ports.host import CanAlert, CanSelect
from silo_core.surfaces.headless import HeadlessHost
from silo_core.surfaces.qt import alert as module
from silo_core.surfaces.qt.alert import Alerts

Shown = list[tuple[str, str]]


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QMainWindow]:
    window = QMainWindow()
    yield window
    window.deleteLater()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What the desktop shows; there is none here."""
    told: Shown = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _, title, text, *more: told.append((title, text))
    )
    return told


def test_who_looks_elsewhere_is_notified(
    window: QMainWindow, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_is_looking", lambda: False)
    alerts = Alerts(window)
    alerts.show("bob requests Sketch001", "<a href='x'>please</a>")
    assert shown == [("bob requests Sketch001", "‹a href='x'›please‹/a›")]
    (tray,) = alerts.findChildren(QSystemTrayIcon)
    window.showMinimized()
    tray.messageClicked.emit()
    assert not window.isMinimized()
    alerts.close()
    assert not tray.isVisible()


def test_who_is_looking_is_not(
    window: QMainWindow, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_is_looking", lambda: True)
    alerts = Alerts(window)
    alerts.show("a", "b")
    assert shown == []
    assert alerts.findChildren(QSystemTrayIcon) == [], "no icon beside the clock either"
    alerts.close()


def test_without_a_place_for_it_nothing_happens(
    window: QMainWindow, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_is_looking", lambda: False)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    Alerts(window).show("a", "b")
    assert shown == []


def test_a_headless_host_can_both_and_remembers() -> None:
    host = HeadlessHost()
    assert isinstance(host, CanAlert)
    assert isinstance(host, CanSelect)
    host.alert("a", "b")
    assert host.alerts == [("a", "b")]
