"""``silo login`` and ``silo logout``: the token goes from hand to keyring and is shown nowhere."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from silo_core.ports.settings import Settings
from silo_core.surfaces.cli import main
from tests.cli.kit import MemoryKeyring
from tests.workbench.kit import Site

pytestmark = pytest.mark.usefixtures("home", "memory")


def type_in(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def login(token: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    type_in(f"{token}\n", monkeypatch)
    return main(["login", *arguments, "--token-stdin"])


def test_login_checks_the_token_keeps_it_and_sets_the_server(
    site: Site,
    memory: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    assert login(site.tokens["alice"], monkeypatch, f"{site.server.url}/api/") == 0
    output = capsys.readouterr()
    assert output.out == f"Signed in at {site.server.url} as alice (editor).\n"
    assert output.err == ""
    assert memory.kept == {("silo", site.server.url): site.tokens["alice"]}
    assert Settings().server_url == site.server.url
    kept = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(site.tokens["alice"] in text for text in kept)
    # and the other commands find both
    assert main(["sessions"]) == 0
    # again, for the server that is set by now
    assert login(site.tokens["admin"], monkeypatch) == 0
    assert capsys.readouterr().out.endswith("as admin (admin).\n")


def test_logout_removes_the_token_and_is_harmless_when_repeated(
    site: Site,
    memory: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    login(site.tokens["alice"], monkeypatch, site.server.url)
    assert main(["logout"]) == 0
    assert memory.kept == {}
    assert main(["logout"]) == 0
    assert capsys.readouterr().out.endswith(f"holds no token for {site.server.url}.\n")
    assert main(["sessions"]) == 2
    assert "run `silo login`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "token", "why"),
    [
        ("", "silo_x", "No server is set; name its address: silo login URL."),
        ("ftp://silo.example", "silo_x", "does not begin with http"),
        ("silo_secret", "silo_x", "a token where an address belongs"),
        ("{server}", "silo_wrong", "token is missing or not valid"),
        ("{server}", "", "No token was given"),
        ("{server}", "silo with spaces", "characters that no token has"),
        ("http://127.0.0.1:9", "silo_x", "cannot be reached"),
    ],
)
def test_what_is_wrong_is_one_sentence_without_the_token_and_nothing_is_kept(
    address: str,
    token: str,
    why: str,
    site: Site,
    memory: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = address.format(server=site.server.url)
    assert login(token, monkeypatch, *([url] if url else [])) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert why in output.err
    assert not token or token not in output.err
    assert "silo_secret" not in output.err
    assert memory.kept == {}
    assert Settings().server_url is None


def test_without_a_keyring_the_variable_is_the_way(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    assert login(site.tokens["alice"], monkeypatch, site.server.url) == 2
    assert "keyring is missing on this system; install one, or set SILO_TOKEN" in (
        capsys.readouterr().err
    )
    assert Settings().server_url is None
    monkeypatch.setenv("SILO_TOKEN", site.tokens["alice"])
    assert main(["login", site.server.url]) == 0  # asks for nothing
    output = capsys.readouterr()
    assert "as alice" in output.out
    assert "SILO_TOKEN is set in the environment" in output.err
    assert Settings().server_url == site.server.url


def test_variables_that_stand_above_what_was_kept_are_told(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SILO_SERVER_URL", "https://other.example")
    assert login(site.tokens["alice"], monkeypatch, site.server.url) == 0
    assert "SILO_SERVER_URL is set in the environment, so https://other.example" in (
        capsys.readouterr().err
    )
    assert main(["logout"]) == 0
    assert "no token for https://other.example" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("stdin", "why"),
    [(None, "No token was given"), (io.TextIOWrapper(io.BytesIO(b"\xff\n"), "utf-8"), "no token")],
)
def test_standard_input_that_holds_no_text_is_a_sentence(
    stdin: object,
    why: str,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["login", site.server.url, "--token-stdin"]) == 2
    assert why in capsys.readouterr().err


def at_terminal(site: Site, home: Path, typed: bytes) -> tuple[int, str, str]:
    """Run ``silo login`` at a real terminal: its status, what that showed, and its errors."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "silo_core.surfaces.cli", "login", site.server.url],
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={
            **os.environ,
            "HOME": str(home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        },
    )
    os.close(terminal)
    assert process.stderr is not None
    prompt = process.stderr.read(5)  # from now on nothing is echoed
    os.write(controller, typed)
    errors = (prompt + process.stderr.read()).decode()
    process.stderr.close()
    status = process.wait(20)
    try:
        shown = os.read(controller, 10_000).decode()
    except OSError:  # how Linux says that nothing was shown
        shown = ""
    os.close(controller)
    return status, shown, errors


def test_a_token_is_asked_for_without_being_shown(site: Site, home: Path) -> None:
    token = site.tokens["alice"]
    status, shown, errors = at_terminal(site, home, f"{token}\n".encode())
    assert status == 2
    assert f"Token for {site.server.url}: " in errors
    assert "The keyring keeps nothing; set SILO_TOKEN" in errors  # so the token was right
    assert token not in shown + errors


def test_a_token_that_is_not_given_is_a_sentence(site: Site, home: Path) -> None:
    status, _, errors = at_terminal(site, home, b"\x04")
    assert status == 2
    assert "No token was given" in errors
    assert "Traceback" not in errors


def test_without_a_terminal_the_token_is_not_asked_for(site: Site, home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "silo_core.surfaces.cli", "login", site.server.url],
        input="silo_x\n",
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        env={**os.environ, "HOME": str(home)},
    )
    assert done.returncode == 2
    assert done.stderr == (
        "silo: There is no terminal to ask for the token on; send it with --token-stdin.\n"
    )
