"""Checks a plugin against the hook contract before any of it is called."""

from __future__ import annotations

import difflib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from silo_core import hookspecs

PREFIX = "silo_"
_MARKER = f"{hookspecs.PROJECT}_impl"
_SPEC = f"{hookspecs.PROJECT}_spec"

HOOKS: Mapping[str, Callable[..., object]] = {
    name: function for name, function in vars(hookspecs).items() if hasattr(function, _SPEC)
}
"""Every hook there is, by name, in the order of the reference."""


class ContractError(Exception):
    """The plugin breaks the contract; the text completes "cannot be used: ..."."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """One function of a plugin, bound, the options it was marked with, and the arguments it takes."""

    hook: str
    function: Callable[..., object]
    options: Mapping[str, Any]
    takes: tuple[str, ...]

    def taking_all(self) -> Callable[..., object]:
        """The function as one that takes all arguments of its hook, in the hook's order."""
        offered = _offered(self.hook)
        wanted = [offered.index(name) for name in self.takes]
        function = self.function
        if wanted == list(range(len(offered))):
            return function
        return lambda *args: function(*[args[index] for index in wanted])


def implementations(plugin: object) -> tuple[Implementation, ...]:
    """What ``plugin`` (a module or an object) implements, by hook name.

    Raises:
        ContractError: for the first thing that breaks the contract.
    """
    found = sorted(_marked(plugin), key=lambda implementation: implementation.hook)
    if not found:
        raise ContractError(f"it implements no hook; {_advice(plugin)}")
    return tuple(found)


def since(hook: str) -> str:
    """The version of the core in which a hook came in."""
    found = re.search(r"\bSince (\d+\.\d+)\.$", inspect.getdoc(HOOKS[hook]) or "")
    return found[1] if found else ""


def deprecations(found: Iterable[Implementation]) -> tuple[str, ...]:
    """What of these will go away, each completing "Plugin so-and-so ...": hooks that are declared with
    pluggy's ``warn_on_impl``, and arguments that are with ``warn_on_impl_args``."""
    return tuple(what for implementation in found for what in _deprecated(implementation))


def _deprecated(implementation: Implementation) -> Iterator[str]:
    hook = implementation.hook
    options = getattr(HOOKS[hook], _SPEC)
    if warning := options.get("warn_on_impl"):
        yield f"implements {hook}, which is deprecated: {warning}"
    for name, warning in (options.get("warn_on_impl_args") or {}).items():
        if name in implementation.takes:
            yield f"takes {name} in {hook}, which is deprecated: {warning}"


def _advice(plugin: object) -> str:
    """The usual mistake is to announce the module in which the class of the plugin stands."""
    for name, value in getattr(plugin, "__dict__", {}).items():
        if inspect.isclass(value) and any(map(_options, vars(value).values())):
            return f"announce its class {name}, not the module around it"
    return "mark its functions with @hookimpl"


def _marked(plugin: object) -> Iterator[Implementation]:
    for name in dir(plugin):
        # Static, so that looking at a plugin runs no property of it.
        static = inspect.getattr_static(plugin, name, None)
        options = _options(static)
        if options is None:
            _check_unmarked(name, static)
            continue
        hook = options.get("specname") or name
        if hook in HOOKS:
            function = getattr(plugin, name)
            yield Implementation(hook, function, options, _arguments(hook, function, options))
        elif not options.get("optionalhook"):
            raise ContractError(f"it implements {hook}, but there is no such hook{_guess(hook)}")


def _options(static: object) -> Mapping[str, Any] | None:
    """How ``@hookimpl`` marked this attribute, if it did."""
    for holder in (static, getattr(static, "__func__", None)):
        options = getattr(holder, _MARKER, None) if callable(holder) else None
        if isinstance(options, Mapping):
            return options
    return None


def _check_unmarked(name: str, static: object) -> None:
    """A function that is named like a hook is a mistake worth telling, not worth ignoring."""
    is_function = callable(static) and not isinstance(static, type | ModuleType)
    if not is_function or not name.startswith(PREFIX):
        return
    if name in HOOKS:
        raise ContractError(f"its {name} is not marked with @hookimpl")
    raise ContractError(f"it has a function {name}, but there is no such hook{_guess(name)}")


def _guess(name: str) -> str:
    close = difflib.get_close_matches(name, HOOKS, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _arguments(
    hook: str, function: Callable[..., object], options: Mapping[str, Any]
) -> tuple[str, ...]:
    """What the function takes; raises ContractError where the hook cannot call it so."""
    if options.get("wrapper") or options.get("hookwrapper"):
        raise ContractError(f"its {hook} is a wrapper; implement the hook itself")
    innermost = inspect.unwrap(function)
    if not (inspect.isfunction(innermost) or inspect.ismethod(innermost)):
        raise ContractError(f"its {hook} is not a function")
    if inspect.iscoroutinefunction(innermost) or inspect.isasyncgenfunction(innermost):
        raise ContractError(f"its {hook} is async; hooks are called without an event loop")
    if inspect.isgeneratorfunction(innermost):
        raise ContractError(f"its {hook} yields; return the answers in a list instead")
    parameters = _signature(function).parameters
    for parameter in parameters.values():
        _check_parameter(hook, parameter)
    return tuple(parameters)


@cache
def _offered(hook: str) -> tuple[str, ...]:
    """The arguments of a hook, in its order."""
    return tuple(inspect.signature(HOOKS[hook]).parameters)


def _signature(function: Callable[..., object]) -> inspect.Signature:
    """Without evaluating annotations, which may name what is imported for type checkers only."""
    if sys.version_info >= (3, 14):
        from annotationlib import Format

        return inspect.signature(function, annotation_format=Format.STRING)
    return inspect.signature(function)


def _check_parameter(hook: str, parameter: inspect.Parameter) -> None:
    name, kind = parameter.name, parameter.kind
    known = _offered(hook)
    if kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise ContractError(f"its {hook} takes {parameter}; name the arguments it wants")
    if kind is parameter.KEYWORD_ONLY:
        raise ContractError(f"its {hook} takes {name} as a keyword only; remove the * before it")
    if name not in known:
        takes = f"may take {', '.join(known)}" if known else "takes no argument"
        raise ContractError(f"its {hook} takes an unknown argument {name}; the hook {takes}")
    if parameter.default is not parameter.empty:
        raise ContractError(f"its {hook} gives {name} a default, which would never be used")
