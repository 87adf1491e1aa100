"""Plugins as they go wrong: what each does, by name."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from silo_core.ports.plugins.contract import HOOKS


def everywhere(body: str, *but: str) -> str:
    """A plugin that does the same in every hook."""
    return "\n".join(
        f"@hookimpl\ndef {hook}({', '.join(inspect.signature(HOOKS[hook]).parameters)}):\n    {body}"
        for hook in HOOKS
        if hook not in ("silo_settings", *but)
    )


LEFT_OUT: Mapping[str, str] = {
    "raises at import": "raise RuntimeError('no licence')",
    "exits at import": "raise SystemExit(3)",
    "does not parse": "def (",
    "imports what is missing": "import silo_no_such_module",
    "raises what has no text": "class E(Exception):\n    def __str__(self): raise E\nraise E",
    "raises when it is made": "class Plugin:\n    def __init__(self): raise OSError('full')\n",
    "wants arguments when it is made": "class Plugin:\n    def __init__(self, services): ...\n",
    "raises in its settings": "@hookimpl\ndef silo_settings(): raise KeyError('k')",
    "declares nonsense": "@hookimpl\ndef silo_settings(): return [3]",
    "declares a setting of the core": (
        "@hookimpl\ndef silo_settings(): return [Setting('workspace', str, None, '')]"
    ),
    "misspells a hook": "@hookimpl\ndef silo_context_entr(entry): ...",
    "forgets the mark": "def silo_startup(services): ...",
    "takes an unknown argument": "@hookimpl\ndef silo_context_enter(entry, documnt): ...",
    "takes keywords only": "@hookimpl\ndef silo_startup(*, services): ...",
    "takes anything": "@hookimpl\ndef silo_startup(*args): ...",
    "has a default": "@hookimpl\ndef silo_startup(services=None): ...",
    "is async": "@hookimpl\nasync def silo_startup(services): ...",
    "yields": "@hookimpl\ndef silo_windows():\n    yield 1",
    "is a wrapper": "@hookimpl(wrapper=True)\ndef silo_startup(services):\n    return (yield)",
    "implements nothing": "x = 1",
}
"""These cannot be used at all."""

FAILING: Mapping[str, str] = {
    "raises in every hook": everywhere("raise ValueError('why')"),
    "exits in every hook": everywhere("raise SystemExit(1)"),
    "raises a base exception": everywhere("raise BaseException"),
    "raises what has no text in every hook": (
        "class E(Exception):\n    def __str__(self): raise E\n" + everywhere("raise E")
    ),
    "recurses without an end": everywhere("f = lambda: f(); f()", "silo_interference"),
    "answers numbers": everywhere("return 3"),
    "answers generators": everywhere("return (x for x in [1 / 0])"),
    "answers coroutines": "async def c(): ...\n" + everywhere("return c()"),
    "answers what lies": (
        "class Lie:\n    __class__ = property(lambda self: 1 / 0)\n" + everywhere("return Lie()")
    ),
    "changes what it is given": everywhere(
        "raise_if = [setattr(a, 'id', 'x') for a in ARGS]"
    ).replace("in ARGS", "in list(locals().values()) or [object()]"),
    "empties what the server told": "@hookimpl\ndef silo_server_event(event): event.data.clear()",
    "changes what the server told, deep down": (
        "@hookimpl\ndef silo_server_event(event):\n"
        "    [x.sort() for x in event.data.values() if not isinstance(x, str | int | None)]"
    ),
    "changes the names that its rule is told": (
        "@hookimpl\ndef silo_interference(query): query.labels['Sketch001'] = 'Mine'"
    ),
    "hangs in its rule": "import time\n@hookimpl\ndef silo_interference(query): time.sleep(3)",
    "raises an interrupt in its rule": (
        "@hookimpl\ndef silo_interference(query): raise KeyboardInterrupt"
    ),
    "answers without an end": (
        "import itertools\n@hookimpl\ndef silo_interference(query):\n"
        "    return itertools.repeat(Reason(Verdict.SOFT, 'x', 'x'))"
    ),
    "keeps the editor waiting": (
        "import time\n@hookimpl\ndef silo_context_entered(entry): time.sleep(0.15)"
    ),
    "posts an entry for each entry": (
        "@hookimpl\ndef silo_startup(services):\n    global S; S = services\n"
        "@hookimpl\ndef silo_activity(entry): S.post_activity(entry); raise ValueError"
    ),
    "calls its own hook again": (
        "@hookimpl\ndef silo_startup(services):\n    global S; S = services\n"
        "@hookimpl\ndef silo_context_entered(entry, judgement):\n"
        "    S.hooks.context_entered(entry, judgement)"
    ),
}
"""These are called, and fail."""

_WAITS = """
import logging, threading
NAMED = threading.Event()
class Hears(logging.Handler):
    def emit(self, record): NAMED.set()
logging.getLogger("silo_core.workbench.plugin_watch").addHandler(Hears())
@hookimpl
def HOOK: NAMED.wait(60)
"""
HANGING: Mapping[str, str] = {
    "hangs in a gate": _WAITS.replace("HOOK", "silo_context_enter(entry)"),
    "hangs in an observer": _WAITS.replace("HOOK", "silo_context_exited(exit)"),
}
"""These hang on the main thread, until they are named."""

MISCHIEF: Mapping[str, str] = {
    "answers None": everywhere("return None", "silo_merge"),
    "prints": "print('import')\n" + everywhere("print('hook')", "silo_interference"),
    "leaves what was entered": (
        "@hookimpl\ndef silo_startup(services):\n    global S; S = services\n"
        "@hookimpl\ndef silo_context_exited(exit):\n"
        "    for held in S.held(): S.leave(held.entry.document.key, held.context)"
    ),
    "forgets its own module": (
        "import sys\n@hookimpl\ndef silo_startup(services): sys.modules.pop(__name__)"
    ),
}
"""These do what nobody forbids, or can; nobody else has to suffer from it."""

REMARKED: Mapping[str, tuple[str, str]] = {
    "starts threads": (
        (
            "import threading\nEND = threading.Event()\n@hookimpl\ndef silo_startup(services):\n"
            "    for _ in range(20): threading.Thread(target=END.wait, daemon=True).start()\n"
            "@hookimpl\ndef silo_shutdown(): END.set()"
        ),
        "started 20 threads of its own in silo_startup (Thread-",
    ),
    "starts a thread at import": (
        (
            "import threading\nEND = threading.Event()\n"
            "threading.Thread(target=END.wait, name='mine', daemon=True).start()\n"
            "@hookimpl\ndef silo_shutdown(): END.set()"
        ),
        "started a thread of its own while it was imported (mine)",
    ),
    "is slow to import": (
        "import time; time.sleep(0.05)\n@hookimpl\ndef silo_shutdown(): ...",
        "s to import, and the editor's start as long",
    ),
}
"""These are better not done at the start; and what is said of it."""
