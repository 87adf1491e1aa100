"""How fast 500 files of 200 KB arrive, against ``curl --parallel`` from the same server.

    .venv/bin/python benchmarks/sync_download_rate.py

A server in a process of its own; then, in turns, curl and a workstation that syncs from nothing. Each
file is checked by its hash afterwards. The sync flushes each file, renames and records it; curl
only writes. Its time is from ``sync_now`` until all are recorded and acknowledged.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from silo_core.model.exchange import ConnectionState
from silo_core.model.sync import SyncState
from silo_core.ports.client import SiloClient
from silo_core.ports.installation import fingerprint
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import make_workbench
from silo_subscriptions import Subscriptions

FILES, SIZE, ROUNDS, PARALLEL = 500, 200_000, 3, "8"
LIMIT = 0.7
SERVER = """
import sys, time
from pathlib import Path
from silo_server.embedded import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1])) as server:
    print(server.url, server.add_user("alice"), flush=True)
    sys.stdin.read()
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-c", SERVER, str(folder / "server")]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout
            url, token = server.stdout.readline().split()
            versions = _fill(url, token, folder)
            curls, syncs = [], []
            for number in range(ROUNDS):
                curls.append(_curl(url, token, versions, folder / f"curl-{number}"))
                syncs.append(_sync(url, token, versions, folder / f"desk-{number}"))
                rates = (f"{FILES * SIZE / t / 1e6:.1f} MB/s" for t in (curls[-1], syncs[-1]))
                print("curl {}, sync {}".format(*rates))
            assert server.stdin
            server.stdin.close()
    ratio = min(curls) / min(syncs)
    print(f"ratio of the best: {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio >= LIMIT else 1


def _fill(url: str, token: str, folder: Path) -> dict[str, tuple[str, str]]:
    """Items with one version each; answers version id and hash by part number."""
    made = {}
    with closing(SiloClient(url, token)) as client:
        machine = client.register_workstation("elsewhere", "elsewhere").id
        for number in range(FILES):
            part, file = f"P-{number}", folder / "content"
            file.write_bytes(os.urandom(SIZE))
            client.create_item(part, file_name=f"{part}.step", projects=["all"])
            pushed = client.push_checkpoint(
                part, file, "manual", None, None, workstation_id=machine
            )
            made[part] = (pushed.version.id, hashlib.sha256(file.read_bytes()).hexdigest())
    return made


def _curl(url: str, token: str, versions: dict[str, tuple[str, str]], folder: Path) -> float:
    folder.mkdir()
    lines = [f'header = "Authorization: Bearer {token}"']
    for part, (version, _) in versions.items():
        lines += [
            f'url = "{url}/api/items/{part}/versions/{version}/content"',
            f'output = "{folder / part}.step"',
        ]
    config = folder / "config"
    config.write_text("\n".join(lines))
    program = shutil.which("curl")
    assert program
    began = time.perf_counter()
    subprocess.run(
        [program, "-s", "--parallel", "--parallel-max", PARALLEL, "-K", str(config)], check=True
    )
    took = time.perf_counter() - began
    _check(folder, versions)
    return took


def _sync(url: str, token: str, versions: dict[str, tuple[str, str]], folder: Path) -> float:
    workspace = folder / "workspace"
    with closing(SiloClient(url, token)) as client:
        own = client.register_workstation("here", fingerprint(folder / "data")).id
        client.create_subscription(own, "project", "all")  # type: ignore[arg-type]
    host = HeadlessHost()
    environ = {
        "SILO_SERVER_URL": url,
        "SILO_TOKEN": token,
        "SILO_WORKSPACE": str(workspace),
        "SILO_SUBSCRIPTION_MAX_DOWNLOADS": PARALLEL,
        "SILO_SUBSCRIPTION_AUTO_SYNC": "false",
    }
    workbench = make_workbench(
        host, config=folder / "none.toml", data=folder / "data", environ=environ
    )
    workbench.start()
    online = ConnectionState.ONLINE
    assert host.run_until(lambda: workbench.connection.state is online, 30)
    plugin = workbench.plugins.plugin("subscriptions")
    assert isinstance(plugin, Subscriptions)
    sync = plugin.sync
    assert sync
    assert host.run_until(lambda: len(sync.statuses()) == FILES and not sync.busy, 60)
    began = time.perf_counter()
    sync.sync_now()
    assert host.run_until(lambda: not sync.busy, 300)
    took = time.perf_counter() - began
    assert {status.state for status in sync.statuses()} == {SyncState.UP_TO_DATE}
    _check(workspace, versions)
    workbench.stop()
    return took


def _check(folder: Path, versions: dict[str, tuple[str, str]]) -> None:
    for part, (_, sha256) in versions.items():
        held = hashlib.sha256((folder / f"{part}.step").read_bytes()).hexdigest()
        assert held == sha256, part


if __name__ == "__main__":
    sys.exit(main())
