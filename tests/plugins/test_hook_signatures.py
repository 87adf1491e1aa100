"""The typed function that calls a hook, and the sample of it, are what the hook declares: none of them
is forgotten when it changes."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from typing import Any, get_args, get_origin

import pytest

from silo_core import hookspecs
from silo_core.ports.plugins import Hooks
from silo_core.ports.plugins.contract import HOOKS
from silo_core.ports.services import Services
from silo_core.testing import sample_arguments

CASES = sorted(HOOKS.keys() - {"silo_startup"})
"""A workbench is no sample."""


def fits(value: object, hint: Any) -> bool:
    """Whether a value is what an annotation says, as far as samples need it."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, one) for one in inner)
    if origin is Callable:
        return callable(value) and len(inspect.signature(value).parameters) == len(inner[0])
    if origin in (tuple, frozenset):
        return isinstance(value, origin) and all(fits(one, inner[0]) for one in value)
    return isinstance(value, hint)


def hints(hook: Callable[..., object]) -> dict[str, Any]:
    found = typing.get_type_hints(hook, {**vars(hookspecs), "Services": Services})
    return {name: hint for name, hint in found.items() if name != "return"}


def wrong_in_sample(name: str, hook: Callable[..., object]) -> list[str]:
    given = dict(zip(hints(hook), sample_arguments(name), strict=True))
    return [argument for argument, hint in hints(hook).items() if not fits(given[argument], hint)]


@pytest.mark.parametrize("hook", CASES)
def test_a_sample_has_the_types_that_its_hook_declares(hook: str) -> None:
    assert wrong_in_sample(hook, HOOKS[hook]) == []


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_the_typed_function_takes_what_the_hook_declares(hook: str) -> None:
    typed = inspect.signature(getattr(Hooks, hook.removeprefix("silo_"))).parameters
    declared = inspect.signature(HOOKS[hook]).parameters
    assert [(p.name, p.annotation) for p in list(typed.values())[1:]] == [
        (p.name, p.annotation) for p in declared.values()
    ]


def test_a_changed_signature_is_found() -> None:
    def another_type(part_numbers: tuple[str, ...]) -> None: ...

    def another_item(part_numbers: frozenset[int]) -> None: ...

    def one_more(part_numbers: frozenset[str], why: str) -> None: ...

    for changed in (another_type, another_item):
        assert wrong_in_sample("silo_presence_changed", changed) == ["part_numbers"]
    with pytest.raises(ValueError, match="shorter"):
        wrong_in_sample("silo_presence_changed", one_more)
