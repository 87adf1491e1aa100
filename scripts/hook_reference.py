"""Write the hook reference at the end of docs/plugin-reference.md from silo_core/hookspecs.py, each hook
with its example from docs/hook_examples.py: ``make docs``."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from pathlib import Path

from silo_core.ports.plugins.answers import Kind, answers_of
from silo_core.ports.plugins.contract import HOOKS

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "plugin-reference.md"
EXAMPLES = DOCS / "hook_examples.py"
HEADING = "## Hook reference\n"
KINDS = {
    Kind.GATE: (
        "Gates",
        "Answers are combined: the strictest wins, and every reason is kept and shown.",
    ),
    Kind.COLLECTOR: ("Collectors", "Answers are gathered."),
    Kind.FIRST: ("First", "Asked in turn until one answers something other than None."),
    Kind.OBSERVER: ("Observers", "No answer."),
}
INTRODUCTION = """\
The types are in `silo_core.model`; [silo_core/hookspecs.py](../silo_core/hookspecs.py) is the same list
as code, from which this is made (`make docs`). The examples are methods of one plugin,
[hook_examples.py](hook_examples.py), which keeps a diary.
"""


def with_reference(page: str) -> str:
    """``page`` with the reference as it should be; it is the last part of the page."""
    before, heading, _ = page.partition(HEADING)
    if not heading:
        raise ValueError(f"{PAGE.name} has no {HEADING!r}")
    return before + heading + "\n" + reference()


def reference() -> str:
    """All hooks by kind, in the order of ``silo_core.hookspecs``."""
    examples = _examples()
    parts = [INTRODUCTION]
    for kind, (title, text) in KINDS.items():
        parts.append(f"### {title}\n\n{text}\n")
        for hook in HOOKS:
            if answers_of(hook).kind is kind:
                parts.append(_entry(hook, examples[hook]))
    return "\n".join(parts)


def _entry(hook: str, example: str) -> str:
    signature = str(inspect.signature(HOOKS[hook])).replace("'", "")
    where, _, words = (inspect.getdoc(HOOKS[hook]) or "").partition(". ")
    thread = where.partition(", ")[2]
    on = {"": "", "worker": "*Worker thread.* "}.get(thread, f"*{thread.capitalize()}.* ")
    paragraphs = [" ".join(part.split()) for part in f"{on}{words}".split("\n\n")]
    text = re.sub(r"``(.+?)``", r"`\1`", "\n\n".join(paragraphs))
    return f"#### `{hook}{signature}`\n\n{text}\n\n```python\n{example}\n```\n"


def _examples() -> dict[str, str]:
    """The source of each example, by hook."""
    source = EXAMPLES.read_text("utf-8")
    lines = source.splitlines()
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name in HOOKS:
            first = node.decorator_list[0].lineno - 1
            found[node.name] = textwrap.dedent("\n".join(lines[first : node.end_lineno]))
    if missing := HOOKS.keys() - found.keys():
        raise ValueError(f"{EXAMPLES.name} has no example of {', '.join(sorted(missing))}")
    return found


if __name__ == "__main__":
    PAGE.write_text(with_reference(PAGE.read_text("utf-8")), "utf-8")
