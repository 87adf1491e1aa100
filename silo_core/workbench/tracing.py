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
from silo_core.ports.plugins import Hooks, PluginManager

logger = logging.getLogger(__name__)

FILE = "plugin-trace.json"


def content(plugins: PluginManager | Hooks, now: datetime) -> dict[str, Any]:
    """What plugins were called for, and how they fare, as it is kept."""
    calls = plugins.trace.calls(with_running=True)
    return {
        "at": now.isoformat(),
        "silo_core": SILO_API_VERSION,
        "plugins": [asdict(info) for info in plugins.plugins()],
        "calls": [{**asdict(call), "at": call.at.isoformat()} for call in calls],
    }


def keep(plugins: PluginManager, folder: Path, now: datetime) -> None:
    """Write the :func:`content` into ``folder``; raises nothing."""
    from silo_core.ports.durable import write_durably

    try:
        write_durably(folder / FILE, [json.dumps(content(plugins, now)).encode()])
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
            kept = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):  # of a crash, or another version
            continue
        if isinstance(kept, dict) and isinstance(kept.get("calls"), list):
            return kept
    return None
