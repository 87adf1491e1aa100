"""A workstation that syncs in a process of its own, to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from silo_core.model.exchange import ConnectionState
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import make_workbench
from silo_subscriptions import Subscriptions


def main(folder: Path) -> int:
    """Sync everything once; the server and the token are in the environment."""
    host = HeadlessHost()
    workbench = make_workbench(host, config=folder / "none.toml", data=folder / "data")
    workbench.start()
    online = ConnectionState.ONLINE
    assert host.run_until(lambda: workbench.connection.state is online, 60)
    plugin = workbench.plugins.plugin("subscriptions")
    assert isinstance(plugin, Subscriptions)
    assert plugin.sync
    sync = plugin.sync
    print("ready", flush=True)
    sync.sync_now()
    assert host.run_until(lambda: not sync.busy, 120)
    states = {status.state.value for status in sync.statuses()}
    print(f"{len(sync.statuses())} {' '.join(sorted(states))}", flush=True)
    workbench.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
