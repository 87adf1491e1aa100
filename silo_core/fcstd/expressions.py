"""Which objects an expression of FreeCAD speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    <<(?P<string>(?:\\.|(?!>>).)*)>>
  | (?P<number>(?:\d+\.?\d*|(?<![\w\]>)])\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<identifier>[^\W\d]\w*|\$?[A-Za-z]+\$?\d+)
  | (?P<mark>[^\s])
    """,
    re.VERBOSE | re.DOTALL,
)
# Calls whose references are no dependencies.
_HIDING = {"href", "hiddenref"}


@dataclass(frozen=True, slots=True)
class Reference:
    """The head of a path in an expression: ``document#object.member``.

    ``is_label`` says that ``object`` stood in ``<<>>`` and so is a label, never an internal name.
    ``document`` is None where the path names none.
    """

    object: str
    is_label: bool
    member: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


_END = _Token("end", "")


def references(expression: str) -> Iterator[Reference]:
    """What ``expression`` may refer to, in order and with repetitions.

    A path names an object only if it has a second part (``Sketch.Length``): a lone name is a
    property or a cell of the owner, as is a path that begins with a dot or with an index.
    References inside ``href()`` and ``hiddenref()`` are left out, as FreeCAD does not count them
    as dependencies. Anything else that is not understood is passed over.
    """
    tokens = list(_tokens(expression))
    hidden: list[bool] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else _END
        if token.text == "(" and token.kind == "mark":
            hiding = before.kind == "identifier" and before.text in _HIDING
            hidden.append(hiding or (bool(hidden) and hidden[-1]))
        elif token.text == ")" and token.kind == "mark" and hidden:
            hidden.pop()
        elif not (hidden and hidden[-1]) and (reference := _head_of_path(tokens, index)):
            yield reference


def _tokens(expression: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(expression):
        kind = match.lastgroup or "mark"
        text = match[kind]
        yield _Token(kind, re.sub(r"\\(.)", r"\1", text) if kind == "string" else text)


def _head_of_path(tokens: list[_Token], index: int) -> Reference | None:
    def at(position: int) -> _Token:
        return tokens[position] if 0 <= position < len(tokens) else _END

    def is_mark(position: int, text: str) -> bool:
        return at(position) == _Token("mark", text)

    def is_name(position: int) -> bool:
        return at(position).kind in ("identifier", "string")

    begins = is_name(index) and not is_mark(index - 1, ".")
    if not begins or not is_mark(index + 1, ".") or not is_name(index + 2):
        return None
    document = at(index - 2).text if is_mark(index - 1, "#") and is_name(index - 2) else None
    head = tokens[index]
    return Reference(head.text, head.kind == "string", at(index + 2).text, document)
