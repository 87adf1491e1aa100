"""What every test shares: an off-screen Qt where there is no display, the real FreeCAD, one server
for all that need none of their own, and an item of its own for each."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from silo_server.embedded import EmbeddedServer
from tests.workbench.kit import Job, Site

# Before anything makes a QApplication.
if sys.platform.startswith("linux") and not (
    os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Ctrl+C ends some of the programs that tests start; a run in the background was told to ignore it, and
# would pass that on to them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Every worker and every program that a test starts would compile all modules anew, where the environment
# says that no bytecode is kept.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("silo", deadline=None)
settings.load_profile("silo")

DEAR_S = 2.0
"""Seconds of processor time, those of the programs it starts included, above which a test is named at
the end. How long it takes says more of the machine."""
_BEGAN = pytest.StashKey[float]()
_PROPERTY = "processor_s"

FREECAD_TESTS = Path(__file__).parent / "freecad"
LAUNCHERS = ("freecad", "freecadcmd", "python")


def why_no_freecad() -> str | None:
    """Why the tests inside a real FreeCAD cannot run, or None if they can."""
    folder = os.environ.get("SILO_FREECAD_DIR")
    if not folder:
        return "SILO_FREECAD_DIR is not set"
    missing = [name for name in LAUNCHERS if not os.access(Path(folder) / name, os.X_OK)]
    return f"no program {', '.join(missing)} in {folder}" if missing else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if reason := why_no_freecad():
        for item in items:
            if FREECAD_TESTS in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=f"needs a real FreeCAD: {reason}"))


def processor_s() -> float:
    """What this process has used so far, and those that it started and that have ended."""
    return sum(os.times()[:4])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[_BEGAN] = processor_s()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The last report of a test says what all of it took."""
    report = yield
    if call.when == "teardown":
        now = processor_s()
        report.user_properties.append((_PROPERTY, now - item.stash.get(_BEGAN, now)))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tell_what_is_dear(terminalreporter)
    tell_what_was_skipped(terminalreporter)


def tell_what_is_dear(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that are to be made cheaper, or that have a reason to be as they are."""
    dear = sorted(
        (seconds, report.nodeid)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, seconds in getattr(report, "user_properties", ())
        if name == _PROPERTY and seconds > DEAR_S
    )
    if dear:
        terminalreporter.write_sep("=", f"more than {DEAR_S:g} s of processor time")
    for seconds, test in reversed(dear):
        terminalreporter.write_line(f"{seconds:5.1f} s {test}")


def tell_what_was_skipped(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it loudly when no real FreeCAD was tested, so that nobody takes it for passed."""
    skipped = [
        report
        for report in terminalreporter.getreports("skipped")
        if FREECAD_TESTS in (terminalreporter.config.rootpath / report.nodeid).parents
    ]
    if skipped:
        terminalreporter.write_sep("!", "REAL FREECAD NOT TESTED", red=True, bold=True)
        terminalreporter.write_line(
            f"{len(skipped)} tests inside a real FreeCAD were SKIPPED. They run when "
            f"SILO_FREECAD_DIR names a folder with the programs {', '.join(LAUNCHERS)}.",
            red=True,
        )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with EmbeddedServer(tmp_path_factory.mktemp("site")) as server:
        site = Site(server)
        yield site
        site.close()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def job(site: Site, tmp_path: Path, stack: ExitStack) -> Job:
    return Job(site, tmp_path, stack)
