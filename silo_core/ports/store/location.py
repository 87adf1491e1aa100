"""Where the store of a server is."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit


def store_path(data: Path, server_url: str) -> Path:
    """The store's file for ``server_url`` below the user's ``data`` folder: in a folder of its
    own, named for people by the host and told apart by the hash of the whole address. The spool
    stands beside it. Case of the host and a trailing slash make no difference."""
    address = urlsplit(server_url.strip())
    host = address.netloc.rpartition("@")[2].lower()
    normal = f"{address.scheme.lower()}://{host}{address.path.rstrip('/')}"
    readable = re.sub(r"[^a-z0-9.-]+", "_", host).strip(".") or "server"
    digest = hashlib.sha256(normal.encode()).hexdigest()[:12]
    return data / f"{readable[:64]}-{digest}" / "store.sqlite3"
