"""The windows that belong to Silo itself, offered the way a plugin offers its own."""

from __future__ import annotations

from collections.abc import Callable

from silo_core.model.language import translate
from silo_core.model.window import Window, WindowKind
from silo_core.ports.services import Services


def core_windows(services: Services) -> tuple[Window, ...]:
    """Signing in, opening a part, putting a document under a part number, and settings. What they are
    made of is imported when one is opened."""
    return (
        Window(
            "Silo_Login",
            translate("SiloWindows", "Sign In…"),
            translate("SiloWindows", "Say which Silo server is yours, and who you are"),
            WindowKind.DIALOG,
            _made("login", "LoginDialog", services),
        ),
        Window(
            "Silo_Open",
            translate("SiloWindows", "Open from Silo…"),
            translate("SiloWindows", "Open a part from the server, fetched into your workspace"),
            WindowKind.DIALOG,
            _made("open_part", "OpenDialog", services),
        ),
        Window(
            "Silo_New",
            translate("SiloWindows", "New Part from This Document…"),
            translate(
                "SiloWindows",
                "Put the document in front under a part number, so that your team can work on it",
            ),
            WindowKind.DIALOG,
            _made("new_part", "NewDialog", services),
        ),
        Window(
            "Silo_Settings",
            translate("SiloWindows", "Settings…"),
            translate("SiloWindows", "Server, settings and plugins of Silo"),
            WindowKind.DIALOG,
            _made("settings_dialog", "SettingsDialog", services),
        ),
    )


def _made(module: str, name: str, services: Services) -> Callable[[object], object]:
    def make(parent: object) -> object:
        from importlib import import_module

        dialog: Callable[[Services, object], object]
        dialog = getattr(import_module(f"silo_core.surfaces.qt.{module}"), name)
        return dialog(services, parent)

    return make
