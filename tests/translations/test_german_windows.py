"""The windows in German, as they stand before a user: nothing is cut, and every key is one button's."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QPushButton,
    QWidget,
)

from silo_core.model import language
from silo_core.model.context import Context, ContextLevel, Document
from silo_core.model.exchange import ContextEntry
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.ports.plugins import PluginManager
from silo_core.surfaces.qt import languages
from silo_core.surfaces.qt.question import QuestionBox
from silo_core.surfaces.qt.windows import core_windows
from silo_locking import texts
from silo_server.demo.gui.show import speak, windows
from silo_server.demo.narrator import Narrator
from tests.dialogs.conftest import part, proxy, ring, sit  # noqa: F401
from tests.dialogs.desk import Desk
from tests.translations.catalogues import ROOT, module_at

SCRIPT = module_at(ROOT / "scripts" / "translations.py")
SAID = "bob is currently editing Mounting holes {user} (Sketch001) on CAD-7"
"""As a server says it."""
NOW = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)
PICTURES = os.environ.get("SILO_GERMAN_PICTURES")
"""A folder for a picture of each window, for whoever wants to look at them."""


@pytest.fixture
def plugins() -> PluginManager:
    made = PluginManager()
    made.load()
    return made


@pytest.fixture(autouse=True)
def _german(qapp: QApplication, plugins: PluginManager) -> Iterator[None]:
    languages.speak(languages.folders(plugins), ["de-DE", "de"])
    yield
    language.use(language.as_written)


@pytest.fixture
def alice(sit, part, ring) -> Desk:  # type: ignore[no-untyped-def]  # noqa: F811
    """At her desk, with a part open."""
    desk: Desk = sit()
    desk.drawing(part_number=part)
    return desk


def cut(window: QWidget) -> list[str]:
    """Buttons and single lines that do not have the room which they ask for."""
    shown: list[QWidget] = [*window.findChildren(QAbstractButton)]
    shown += [label for label in window.findChildren(QLabel) if not label.wordWrap()]
    return [
        f"{text.text()} has {widget.width()} of {widget.minimumSizeHint().width()}"
        for widget in shown
        if widget.isVisible() and widget.width() < widget.minimumSizeHint().width()
        if isinstance(text := widget, QAbstractButton | QLabel) and text.text()
    ]


def keys(window: QWidget) -> list[str]:
    """The letters with Alt of what can be pressed or written into."""
    named = [label.text() for label in window.findChildren(QLabel) if label.buddy() is not None]
    named += [button.text() for button in window.findChildren(QPushButton) if button.isVisible()]
    found = (text.replace("&&", "").partition("&")[2][:1].lower() for text in named)
    return [key for key in found if key]


def check(window: QWidget, name: str) -> None:
    window.show()
    QApplication.processEvents()
    if PICTURES:
        window.grab().save(str(Path(PICTURES, f"{name}.png")))
    assert cut(window) == []
    assert sorted(keys(window)) == sorted(set(keys(window)))


def test_every_dialog_of_the_menu(alice: Desk) -> None:
    offered = (*core_windows(alice.workbench), *alice.workbench.hooks.windows())
    titles = [window.title for window in offered]
    assert {"Anmelden…", "Aus Silo öffnen…", "Als Revision festschreiben…", "Abgleichstatus"} <= {
        *titles
    }
    for window in offered:
        made = window.make(None)
        assert isinstance(made, QWidget)
        with suppress(AssertionError):  # what it asks the server may take its time
            alice.workstation.until(lambda: bool(QApplication.processEvents()), timeout=0.2)
        check(made, window.name)
        if isinstance(made, QDialog):
            made.reject()
        else:
            made.close()
            made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_a_refused_entry() -> None:
    document = Document("1", None, "PRT-100")
    entry = ContextEntry(
        uuid4().hex, document, Context(ContextLevel.SKETCH, "Sketch001", "Mounting holes")
    )
    holder = EditSession(
        "s1", document.part_number or "", "bob", "w2", "CAD-7", ContextLevel.SKETCH, "Sketch001",
        (), NOW,
    )  # fmt: skip
    reason = Reason(Verdict.HARD, "same_object", SAID, holder)
    box = QuestionBox(texts.blocked(entry, Judgement((reason,)), NOW))
    check(box, "blocked")
    said = "\n".join(label.text() for label in box.findChildren(QLabel))
    assert "Mounting holes (Sketch001) kann nicht bearbeitet werden" in said
    assert "bob bearbeitet gerade Mounting holes {user} (Sketch001) an CAD-7 (seit" in said
    assert "Nachricht an bob (freiwillig)" in said.replace("&", "")
    pressable = {button.text(): button for button in box.findChildren(QPushButton)}
    assert {*pressable} == {"OK", "Übergabe anfragen", "Benachrichtigen, wenn frei"}
    pressable["Übergabe anfragen"].click()
    assert box.choice == texts.REQUEST  # answers are told apart by what was written
    box.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_the_demo(qapp: QApplication) -> None:
    speak(qapp, QLocale("de_DE"))
    with windows(Narrator(None)) as (_, (alice, _bob)):
        check(alice, "demo")
        pressable = {button.text().replace("&", "") for button in alice.findChildren(QPushButton)}
        assert {"Ändern", "Verlassen", "Skizze bearbeiten"} <= pressable
    for translator in qapp.findChildren(QTranslator):
        QCoreApplication.removeTranslator(translator)
        translator.deleteLater()


def test_a_plugin_of_somebody_else_brings_its_own(
    plugins: PluginManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "strange_plugin"
    (package / "translations").mkdir(parents=True)
    (package / "__init__.py").write_text(
        "from silo_core.hookspecs import hookimpl\n"
        "from silo_core.model.language import translate\n"
        "class Strange:\n"
        "    @hookimpl\n"
        "    def silo_shutdown(self): pass\n"
        "    def says(self): return translate('Strange', 'Good morning')\n"
    )
    catalogue = SCRIPT.update(package, "de", package / "translations")
    text = catalogue.read_text("utf-8").replace(
        '<translation type="unfinished"></translation>', "<translation>Guten Morgen</translation>"
    )
    catalogue.write_text(text, "utf-8")
    SCRIPT.release(catalogue)
    monkeypatch.syspath_prepend(tmp_path)
    plugin = importlib.import_module("strange_plugin").Strange()
    plugins.register(plugin, "strange", "strange-plugin")
    assert plugin.says() == "Good morning"
    found = languages.folders(plugins)
    assert package / "translations" in found
    assert ROOT / "silo_core" / "translations" in found
    languages.speak([package / "translations"], ["de-CH", "de"])
    assert plugin.says() == "Guten Morgen"


def test_english_stays_as_it_was_written(plugins: PluginManager) -> None:
    assert language.translate("SiloWindows", "Sign In…") == "Anmelden…"
    languages.speak(languages.folders(plugins), ["en-GB", "en"])
    assert language.translate("SiloWindows", "Sign In…") == "Sign In…"


def test_who_reads_english_first_gets_english(tmp_path: Path) -> None:
    (tmp_path / "silo_x_de.qm").touch()
    assert languages.files(tmp_path, ["de-AT", "de"])
    assert not languages.files(tmp_path, ["en-GB", "en", "de"])
    assert not languages.files(tmp_path, ["fr-FR", "fr"])
