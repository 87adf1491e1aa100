"""The trace of a running editor, kept where a command finds it."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from silo_core.hookspecs import SILO_API_VERSION
from silo_core.model.errors import SiloError
from silo_core.ports.plugins import PluginManager

logger = logging.getLogger(__name__)

FILE = "plugin-trace.json"


def keep(plugins: PluginManager, folder: Path, now: datetime) -> None:
    """Write what plugins were called for, and how they fare, into ``folder``; raises nothing."""
    from silo_core.ports.durable import write_durably

    calls = [
        {**asdict(call), "at": call.at.isoformat()}
        for call in plugins.trace.calls(with_running=True)
    ]
    content = {
        "at": now.isoformat(),
        "silo_core": SILO_API_VERSION,
        "plugins": [asdict(info) for info in plugins.plugins()],
        "calls": calls,
    }
    try:
        write_durably(folder / FILE, [json.dumps(content).encode()])
    except SiloError as error:  # a trace is no reason to bother anybody
        logger.warning("The trace of plugins cannot be kept: %s", error.message)


def newest(data: Path) -> dict[str, Any] | None:
    """What was kept last by any editor of this user, whose data is in ``data``; None without any."""
    found = sorted(
        [path for path in (data / FILE, *data.glob(f"editor-*/{FILE}")) if path.exists()],
        key=lambda path: path.stat().st_mtime,
    )
    for path in reversed(found):
        try:
            content = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):  # of a crash, or another version
            continue
        if isinstance(content, dict) and isinstance(content.get("calls"), list):
            return content
    return None
