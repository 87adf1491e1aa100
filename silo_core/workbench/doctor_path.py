"""The doctor looks at where Python finds Silo and its plugins."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import Distribution
from importlib.util import find_spec
from pathlib import Path

from silo_core.ports.plugins import GROUP, discovery
from silo_core.workbench.finding import Finding, Level

AREA = "Search path"


def search_path() -> Iterator[Finding]:
    """Copies of Silo, and for each plugin whether Python would import what is installed. Nothing is
    imported."""
    yield from _copies()
    seen: dict[str, Distribution] = {}
    for distribution in discovery.announcing():
        if not (name := _name(distribution)):
            continue  # damaged: told among the plugins
        if name in seen:
            yield _twice(seen[name], distribution)
        else:
            seen[name] = distribution
            yield from _of(distribution)


def _copies() -> Iterator[Finding]:
    copies = dict.fromkeys(
        str(Path(folder).resolve()) for folder in sys.path if (Path(folder) / "silo_core").is_dir()
    )
    if len(copies) > 1:
        what = (
            f"silo_core is there {len(copies)} times: {', '.join(copies)}; the first one is used."
        )
        advice = "Uninstall all but one, else plugins may meet another version than you see."
        yield Finding(AREA, Level.PROBLEM, what, advice)
    else:
        what = f"silo_core comes from {Path(__file__).parents[1]}."
        yield Finding(AREA, Level.FINE, what)


def _twice(first: Distribution, second: Distribution) -> Finding:
    places = " and ".join(f"{one.version} in {one.locate_file('')}" for one in (first, second))
    return Finding(
        AREA,
        Level.PROBLEM,
        f"{first.name} is installed twice: {places}; the first one is used.",
        "Remove one of the two, with the Python that it was installed with.",
    )


def _of(distribution: Distribution) -> Iterator[Finding]:
    """What of the plugins of a distribution would not be what it installed."""
    try:
        points = [point for point in distribution.entry_points if point.group == GROUP]
    except Exception:  # noqa: BLE001 - each kind of damage raises something else, and is told elsewhere
        return
    for top in dict.fromkeys(point.module.partition(".")[0] for point in points):
        if finding := _of_module(distribution, top):
            yield finding


def _of_module(distribution: Distribution, top: str) -> Finding | None:
    source, where = f"{distribution.name} {distribution.version}", _metadata(distribution)
    found, folders = _found(top)
    if found is None and folders:
        what = f"{folders[0]} hides the plugin of {source}: it is a folder without a module in it."
        return Finding(AREA, Level.PROBLEM, what, f"Rename or remove it, or install {source} anew.")
    if found is None:
        what = f"{source} is registered in {where}, but its module {top} is gone."
        advice = f"Install it anew, or remove {where}."
        return Finding(AREA, Level.PROBLEM, what, advice)
    own = _installed(distribution, top)
    if own and found.resolve() not in own:
        what = f"{found} is imported in the place of {own[0]}, the plugin of {source}."
        return Finding(AREA, Level.PROBLEM, what, f"Rename or remove {found}.")
    return None


def _found(top: str) -> tuple[Path | None, list[Path]]:
    """The file that Python would import, else the folders that it would take for a package."""
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        return None, []
    if spec.origin:
        return Path(spec.origin), []
    return None, [Path(folder) for folder in spec.submodule_search_locations or ()]


def _installed(distribution: Distribution, top: str) -> list[Path]:
    """Where the distribution says that its module is; empty for an editable install, which says so
    in no file."""
    wanted = {f"{top}.py", f"{top}/__init__.py"}
    return [
        Path(str(distribution.locate_file(file))).resolve()
        for file in distribution.files or ()
        if file.as_posix() in wanted
    ]


def _name(distribution: Distribution) -> str:
    with suppress(Exception):  # each kind of damage raises something else
        return discovery.spelt(distribution.name or "")
    return ""


def _metadata(distribution: Distribution) -> str:
    folder = getattr(distribution, "_path", None)  # there is no public name for it
    return str(folder or distribution.locate_file(""))
