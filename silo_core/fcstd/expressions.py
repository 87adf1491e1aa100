"""Which objects an expression of FreeCAD speaks of."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile(
    r"""
    <<(?P<string>(?:\\.|(?!>>).)*)(?:>>|\Z)
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

    @property
    def is_name(self) -> bool:
        return self.kind in ("identifier", "string")


_END = _Token("end", "")
_DOT = _Token("mark", ".")
_HASH = _Token("mark", "#")


def references(expression: str) -> Iterator[Reference]:
    """What ``expression`` may refer to, in order and with repetitions.

    A path names an object only if it has a second part (``Sketch.Length``): a lone name is a
    property or a cell of the owner, as is a path that begins with a dot or with an index.
    References inside ``href()`` and ``hiddenref()`` are left out, as FreeCAD does not count them
    as dependencies. Anything else that is not understood is passed over.
    """
    hidden: list[bool] = []
    window: deque[_Token] = deque(maxlen=5)
    for newest in chain([_END, _END], _tokens(expression), [_END, _END]):
        window.append(newest)
        if len(window) < 5:
            continue
        _, before, token, _, _ = window
        if token == _Token("mark", "("):
            hiding = before.kind == "identifier" and before.text in _HIDING
            hidden.append(hiding or (bool(hidden) and hidden[-1]))
        elif token == _Token("mark", ")") and hidden:
            hidden.pop()
        elif not (hidden and hidden[-1]) and (reference := _head_of_path(*window)):
            yield reference


def paths(expression: str) -> Iterator[tuple[tuple[str, bool], ...]]:
    """The words of each path in an expression, lone names among them, and whether each is a label. A
    path of another document is left out, and so are texts."""
    path: list[_Token] = []
    last = _END
    for token in chain(_tokens(expression), [_END]):
        if path and token == _DOT:
            last = token
            continue
        if path and token.is_name and last == _DOT:
            path.append(token)
        else:
            if len(path) > 1 or (path and path[0].kind == "identifier"):
                yield tuple((one.text, one.kind == "string") for one in path)
            path = [token] if token.is_name and last != _HASH else []
        last = token


def renamed(expression: str, names: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """The expression where objects have other names and labels, given by their old ones. A path of
    another document stays."""
    found = [(match, _token(match)) for match in _TOKEN.finditer(expression)]
    padded = [_END, *(token for _, token in found), _END]
    pieces, at = [], 0
    for place, (match, token) in enumerate(found):
        before, after = padded[place], padded[place + 2]
        if after != _DOT or before in (_DOT, _HASH):
            continue
        known = labels if token.kind == "string" else names
        if token.is_name and token.text in known:
            new = known[token.text]
            is_label = token.kind == "string"
            pieces += [expression[at : match.start()], f"<<{new}>>" if is_label else new]
            at = match.end()
    return "".join([*pieces, expression[at:]])


def _tokens(expression: str) -> Iterator[_Token]:
    return map(_token, _TOKEN.finditer(expression))


def _token(match: re.Match[str]) -> _Token:
    kind = match.lastgroup or "mark"
    text = match[kind]
    return _Token(kind, re.sub(r"\\(.)", r"\1", text) if kind == "string" else text)


def _head_of_path(
    document: _Token, before: _Token, head: _Token, after: _Token, member: _Token
) -> Reference | None:
    begins = head.is_name and before != _DOT
    if not begins or after != _DOT or not member.is_name:
        return None
    named = before == _HASH and document.is_name
    return Reference(
        head.text, head.kind == "string", member.text, document.text if named else None
    )
