"""What plugins may rely on: the versions they were made for, what is to go, and what is on record."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from silo_core import __version__
from silo_core.hookspecs import SILO_API_VERSION, hookimpl, hookspec
from silo_core.ports.plugins import PluginManager, PluginState, contract
from silo_core.ports.plugins.api import lowest, ranges_of, unmet
from silo_core.ports.plugins.contract import HOOKS, since

if TYPE_CHECKING:
    from tests.plugins.conftest import Site

GOOD = """
    @hookimpl
    def silo_shutdown(): ...
"""
RELEASES = st.lists(st.integers(0, 3), min_size=1, max_size=4).map(lambda n: ".".join(map(str, n)))
CLAUSES = st.one_of(
    st.builds("{}{}".format, st.sampled_from([">=", "<=", ">", "<", "==", "!="]), RELEASES),
    st.builds("{}{}.*".format, st.sampled_from(["==", "!="]), RELEASES),
    st.builds("~={}.{}".format, RELEASES, st.integers(0, 3)),
)


@given(st.lists(CLAUSES, max_size=3), RELEASES)
def test_ranges_mean_what_they_mean_to_pip(clauses: list[str], version: str) -> None:
    need = f"silo-core{','.join(clauses)}"
    expected = SpecifierSet(",".join(clauses)).contains(version, prereleases=True)
    assert (unmet([need], version) == "") == expected


@pytest.mark.parametrize(
    ("need", "is_met"),
    [
        ("silo-core", True),
        ("Silo_Core (>=0.1, <0.2)", True),
        ("silo.core>=1.0rc1", False),
        ("silo-core[qt]>=0.1", True),
        ("silo-core[qt]>=2", False),
        ("silo-core>=2; python_version < '3'", True),
        ("silo-core>=2; python_version >= '3'", False),
        ("silo-core>=2; extra == 'more'", True),
        ("silo-core === 0.1.0", True),
        ("silo-core >== nonsense", True),
    ],
)
def test_unusual_ways_to_write_a_range(need: str, is_met: bool) -> None:
    assert ranges_of(["silo-corelib>=9", "httpx>=0.27", need]) == (need,)
    assert unmet([need], "0.1.0") == ("" if is_met else need)


def test_an_unusual_form_asks_for_nothing_where_packaging_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    assert unmet(["silo-core[qt]>=2"], "0.1.0") == ""
    assert unmet(["silo-core>=2"], "0.1.0") != ""


def test_a_core_that_is_no_release_is_compared_too() -> None:
    assert unmet(["silo-core>=0.1,<0.3"], "0.2.0.dev3") == ""
    assert unmet(["silo-core>=0.3"], "0.2.0.dev3") != ""


@pytest.mark.parametrize(
    ("needs", "expected"),
    [(["silo-core>=0.2,<1"], (0, 2)), (["silo-core~=1.3"], (1, 3)), (["silo-core<2"], None)],
)
def test_the_lowest_version_that_a_range_admits(
    needs: list[str], expected: tuple[int, ...] | None
) -> None:
    assert lowest(needs) == expected


def test_a_plugin_for_other_versions_is_named_and_never_imported(site: Site) -> None:
    site.plugin("later", "raise AssertionError('imported')", needs=("silo-core>=9,<10",))
    site.plugin("older", "raise AssertionError('imported')", needs=("httpx", "silo-core<0.1"))
    site.plugin("right", GOOD, needs=("silo-core>=0.1",))
    site.plugin("any", GOOD)
    loaded = PluginManager()
    loaded.load()
    by_name = {info.name: info for info in loaded.plugins()}
    assert by_name["right"].state is by_name["any"].state is PluginState.ENABLED
    assert by_name["later"].state is by_name["older"].state is PluginState.FAILED
    assert by_name["later"].error == (
        'Plugin "later" (dist-later 1.0) cannot be used: it needs silo-core>=9,<10, and this is '
        f"silo-core {__version__}; install a version of dist-later that was made for this one."
    )
    assert not {"later_module", "older_module"} & set(sys.modules)


def test_the_plugins_of_one_distribution_share_its_range(site: Site) -> None:
    site.distribution("two", "[silo.plugins]\none = two_a\ntwo = two_b\n", needs=("silo-core>=9",))
    loaded = PluginManager()
    assert [info.state for info in loaded.load()] == [PluginState.FAILED] * 2


def test_the_range_of_a_disabled_plugin_is_no_problem(site: Site) -> None:
    site.plugin("later", GOOD, needs=("silo-core>=9",))
    assert PluginManager(disabled=["later"]).load()[0].state is PluginState.DISABLED


# -- deprecation ----------------------------------------------------------------------------------


@hookspec(warn_on_impl=DeprecationWarning("use silo_activity; it goes with 0.3"))
def silo_old_hook(entry: object) -> None:
    """Observer. Since 0.1."""


@hookspec(warn_on_impl_args={"kind": DeprecationWarning("entry.kind says it; it goes with 0.3")})
def silo_old_argument(entry: object, kind: str) -> None:
    """Observer. Since 0.1."""


def test_what_is_deprecated_works_and_is_told_with_the_plugins_name(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for spec in (silo_old_hook, silo_old_argument):
        monkeypatch.setitem(contract.HOOKS, spec.__name__, spec)

    class Old:
        @hookimpl
        def silo_old_hook(self, entry: object) -> None: ...

        @hookimpl
        def silo_old_argument(self, kind: str) -> None: ...

    class New:
        @hookimpl
        def silo_old_argument(self, entry: object) -> None: ...

    loaded = PluginManager()
    loaded.dispatch.calls |= {"silo_old_hook": (), "silo_old_argument": ()}
    assert loaded.register(Old(), "old", "dist-old", "1").state is PluginState.ENABLED
    assert loaded.register(New(), "new").state is PluginState.ENABLED
    who = 'Plugin "old" (dist-old 1)'
    argument = "takes kind in silo_old_argument, which is deprecated: entry.kind says it"
    hook = "implements silo_old_hook, which is deprecated: use silo_activity"
    expected = tuple(f"{who} {what}; it goes with 0.3" for what in (argument, hook))
    assert loaded.deprecations() == expected
    assert [record.message for record in caplog.records] == list(expected)


# -- on record ------------------------------------------------------------------------------------


def recorded() -> dict[str, tuple[str, str]]:
    """The newest signature of each hook in the changelog, and the oldest version that names it."""
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text("utf-8")
    found: dict[str, tuple[str, str]] = {}
    for version, section in re.findall(r"^## \[(.+?)\](.*?)(?=^## \[|\Z)", text, re.M | re.S):
        hooks = section.partition("### Hooks")[2].partition("\n### ")[0]
        for name, signature in re.findall(r"^- `(silo_\w+)(\(.*?)`", hooks, re.M):
            release = SILO_API_VERSION if version == "Unreleased" else version
            newest = found.get(name, (signature, ""))[0]
            found[name] = (newest, ".".join(release.split(".")[:2]))
    return found


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_each_hook_stands_in_the_changelog_with_its_signature_and_version(hook: str) -> None:
    signature = str(inspect.signature(HOOKS[hook])).replace("'", "")
    assert recorded()[hook] == (signature, since(hook)), (
        "add the hook with its signature to the Hooks of CHANGELOG.md"
    )


def test_the_api_version_is_that_of_the_distribution() -> None:
    assert __version__ == SILO_API_VERSION
