"""``silo serve`` and ``silo user``, as an administrator runs them; and every command of the guide."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from silo_core.model.errors import StoreError
from silo_server.embedded import EmbeddedServer
from silo_server.storage.folder import open_store
from tests.server.kit import Person
from tests.server.process import SILO, serving, silo

GUIDE = Path(__file__).parents[2] / "docs" / "server-admin.md"


ALL = "0.0.0.0"  # noqa: S104 - what the warning is about


def _one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


def test_a_user_is_added_while_the_server_runs_and_the_token_is_shown_once(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        added = silo("user", "add", "alice", "--role", "viewer", "--data", str(tmp_path))
        token = added.stdout.strip()
        assert (added.returncode, added.stderr) == (0, "")
        assert re.fullmatch(r"silo_[\w-]{40,}", token)
        with Person(server.url, token) as alice:
            assert alice.http.get("/api/me").json() == {"user": "alice", "role": "viewer"}
            again = silo("user", "add", "alice", "--data", str(tmp_path))
            assert (again.returncode, again.stdout) == (2, "")
            assert _one_sentence(again.stderr)
            assert silo("user", "list", "--data", str(tmp_path)).stdout == "alice\tviewer\n"
            assert silo("user", "remove", "alice", "--data", str(tmp_path)).returncode == 0
            assert alice.http.get("/api/me").status_code == 401
    nobody = silo("user", "list", "--data", str(tmp_path))
    assert (nobody.returncode, nobody.stdout) == (0, "")
    assert nobody.stderr.startswith("There are no users yet")
    assert silo("user", "remove", "alice", "--data", str(tmp_path)).returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_a_token_that_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*SILO, "user", "add", "zed", "--data", str(tmp_path)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert _one_sentence(done.stderr)
    assert "zed was added" in done.stderr
    assert "add it again" in done.stderr
    assert silo("user", "list", "--data", str(tmp_path)).stdout == "zed\teditor\n"


def test_bad_arguments_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    data = ["--data", str(tmp_path)]
    for arguments in (
        ["user", "add", "a/b", *data],
        ["serve", "--host", "no.such.host.invalid", *data],
        ["serve", "--port", "0", "--data", str(tmp_path / "file")],
        ["user", "list", "--data", str(tmp_path / "file" / "below")],
        ["user", "add", "x", "--data", str(tmp_path / "file" / "below")],
    ):
        refused = silo(*arguments)
        assert refused.returncode == 2, arguments
        assert _one_sentence(refused.stderr), refused.stderr
        assert "Errno" not in refused.stderr
    for arguments in (
        ["user", "add", "x", "--role", "king", *data],
        ["serve", "--port", "x", *data],
    ):
        assert silo(*arguments).returncode == 2


@pytest.mark.parametrize(
    "command", [["user", "list"], ["user", "remove", "x"], ["serve", "--port", "0", "--read-only"]]
)
def test_only_what_adds_something_makes_a_data_folder(tmp_path: Path, command: list[str]) -> None:
    refused = silo(*command, "--data", str(tmp_path / "nowhere"))
    assert refused.returncode == 2
    assert _one_sentence(refused.stderr)
    assert "no data folder" in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("CREATE TABLE bookmarks (url TEXT)", "another program"),
        ("PRAGMA application_id = 7", "another program"),
        ("PRAGMA user_version = 1", "another program"),
    ],
)
def test_the_database_of_another_program_is_refused_and_left_as_it_is(
    tmp_path: Path, statement: str, said: str
) -> None:
    path = tmp_path / "silo.db"
    with closing(sqlite3.connect(path)) as foreign:
        foreign.execute(statement)
        foreign.commit()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=said):
        open_store(tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_data_folder_is_a_folder_and_its_database_for_its_owner_only(tmp_path: Path) -> None:
    with open_store(tmp_path / "data") as store:
        assert store is not None
    path = tmp_path / "data" / "silo.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="is a file"):
        open_store(path)
    for command in (["user", "list"], ["user", "add", "x"]):
        refused = silo(*command, "--data", "")
        assert refused.returncode == 2
        assert refused.stderr == "silo: --data is empty; name the server's data folder.\n"


def test_a_name_that_is_no_user_s_is_not_repeated_without_end(tmp_path: Path) -> None:
    assert silo("user", "add", "alice", "--data", str(tmp_path)).returncode == 0
    for action in ("add", "remove"):
        refused = silo("user", action, "x" * 5000 + "\x1b", "--data", str(tmp_path))
        assert refused.returncode == 2
        assert "xxx…'" in refused.stderr
        assert len(refused.stderr) < 250


def test_a_port_in_use_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = silo("serve", "--port", port, "--data", str(tmp_path))
    assert refused.returncode == 2
    assert _one_sentence(refused.stderr)
    assert port in refused.stderr


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        refused = silo("serve", "--port", "0", "--data", str(tmp_path))
        assert refused.returncode == 2
        assert _one_sentence(refused.stderr)
        assert httpx.get(f"{server.url}/health").json() == {"status": "ok"}


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_soon_and_cleanly_even_while_somebody_listens(
    tmp_path: Path, stop: signal.Signals
) -> None:
    token = silo("user", "add", "alice", "--data", str(tmp_path)).stdout.strip()
    with (
        serving(tmp_path) as server,
        Person(server.url, token, "ws") as alice,
        alice.stream() as stream,
    ):
        alice.http.get("/api/nothing")
        alice.http.post("/api/items", content=b"{")
        begin = time.monotonic()
        server.process.send_signal(stop)
        assert list(stream.blocks()) == []
        _, errors = server.process.communicate(timeout=120)
        assert time.monotonic() - begin < 3
        assert (server.process.returncode, errors) == (0, "")  # nor is a token in the log


def test_other_machines_are_served_only_with_a_warning(tmp_path: Path) -> None:
    with serving(tmp_path, "--host", ALL) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{server.url}/health").status_code == 200
        code, errors = server.stop()
    assert code == 0
    assert _one_sentence(errors)
    assert "TLS" in errors


def test_every_command_of_the_guide_works(tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    assert blocks
    data, port = tmp_path / "data", _free_port()
    # the guide's server runs until it is stopped; here, as long as the other commands take
    script = "\n".join(blocks).replace("/srv/silo", str(data)).replace("8765", port)
    wait = f"until curl -sf http://127.0.0.1:{port}/health; do sleep 0.1; done"
    script = re.sub(r"^(silo serve .*)$", rf"\1 & trap 'kill %1' EXIT; {wait}", script, flags=re.M)
    done = subprocess.run(
        ["bash", "-euc", f"PATH={_scripts()}:$PATH; cd {tmp_path}\n{script}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _scripts() -> Path:
    return Path(sys.executable).parent


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])
