"""Kindred Create as Silo's host: FreeCAD's, plus what the fork publishes (``kcsdk``, ``kindred_sdk``).

Written against what is published; not seen running. It reads what is edited as in FreeCAD, so that
nothing depends on a snapshot whose members nobody has published; the fork's signals only say when to
look. Where the fork lets a transition be refused, what is known to be blocked is refused before it
begins; elsewhere, and for what only the server knows, the host backs out, as in FreeCAD.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import FreeCAD

from freecad.silo import entering
from freecad.silo.host import FreeCADHost
from silo_core.ports.host import HostListener

logger = logging.getLogger(__name__)

SDK = ("kcsdk", "kindred_sdk")
ANY = "*"
"""Every context, for ``on_context_enter`` and ``on_context_exit``."""

WhyNot = Callable[[str, str], str]


def modules() -> tuple[ModuleType | None, ModuleType | None]:
    """``kcsdk`` and ``kindred_sdk``, None for one that is not there or does not work."""
    kcsdk, kindred_sdk = map(_imported, SDK)
    return kcsdk, kindred_sdk


def is_here() -> bool:
    """Whether this program tells of its editing contexts the way Kindred Create does."""
    kcsdk, kindred_sdk = modules()
    return hasattr(kcsdk, "on_context_changed") or hasattr(kindred_sdk, "on_context_enter")


class KindredHost(FreeCADHost):
    """See ``FreeCADHost``."""

    name = "kindred"

    def __init__(self, why_not: WhyNot) -> None:
        """``why_not`` is asked before a transition, with a document's key and an object's name: why the
        object cannot be edited now, as far as that is known here; empty if it can."""
        super().__init__()
        self._why_not = why_not
        self._subscribed = False

    def attach(self, listener: HostListener) -> None:
        """See ``Host``."""
        super().attach(listener)
        if not self._subscribed:  # the fork publishes no way to take a callback back
            self._subscribed = True
            self._subscribe()

    def _subscribe(self) -> None:
        kcsdk, kindred_sdk = modules()
        self._ask(kcsdk, "on_context_changed", self._told)
        self._ask(kindred_sdk, "on_context_enter", ANY, self._told)
        self._ask(kindred_sdk, "on_context_exit", ANY, self._told)
        self._ask(kindred_sdk, "add_transition_guard", self._guard)

    @staticmethod
    def _ask(module: ModuleType | None, name: str, *args: object) -> None:
        call: Callable[..., Any] | None = getattr(module, name, None)
        if call is None:
            return
        try:
            call(*args)
        except Exception as error:  # noqa: BLE001 - another version of it; observers and poll remain
            logger.warning("Kindred Create does not take a callback (%s: %s)", name, error)

    def _told(self, *_: object, **__: object) -> None:
        """The fork says that the context changed; it may be in the middle of that."""
        if self.is_attached:
            self._look_soon()

    def _guard(self, *args: object, **kwargs: object) -> tuple[bool, str]:
        """Whether a transition may be, and if not, why. What a guard is told is not published: whatever
        names an object of the document in front is taken for what is entered, and a guard that
        understands nothing lets everything through."""
        document = FreeCAD.ActiveDocument
        if not self.is_attached or document is None:
            return True, ""
        for name in _texts((args, kwargs)):
            entry = document.getObject(name)
            if entry is not None and any(map(entry.isDerivedFrom, entering.TYPES.values())):
                reason = self._why_not(document.Name, name)
                if reason:
                    return False, reason
        return True, ""


def _texts(told: object) -> Iterator[str]:
    """All texts in what a callback was given."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for value in told.values():
            yield from _texts(value)
    elif isinstance(told, (list, tuple)):
        for value in told:
            yield from _texts(value)


def _imported(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except Exception:  # noqa: BLE001 - not ours: it must not keep Silo from starting
        return None
