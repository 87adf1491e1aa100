"""How a command talks to the server that is set."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from silo_core.surfaces.cli.terminal import plain

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient
    from silo_core.ports.settings import Settings


def read_settings() -> Settings:
    """The settings of this user; what is wrong in them is said on standard error."""
    from silo_core.ports.settings import Settings

    # Problems are told here; without a handler, logging would say them once more.
    logging.getLogger("silo_core").addHandler(logging.NullHandler())
    settings = Settings()
    for problem in settings.problems:
        print(plain(problem), file=sys.stderr)
    return settings


@contextmanager
def server() -> Iterator[SiloClient]:
    """A client for the server that is set, closed afterwards.

    Raises:
        SettingError: no server is set.
        AuthError: there is no token for it.
    """
    from silo_core.ports.connecting import connect

    with closing(connect(read_settings())) as client:
        yield client


def registered(client: SiloClient) -> str:
    """The id of this workstation on the server, where it is the same one as in the CAD program.

    Raises:
        ServerError: the server cannot be asked, or does not let the user in.
        FileError: the data folder cannot be used.
    """
    import socket

    from silo_core.ports.installation import data_folder, fingerprint

    return client.register_workstation(socket.gethostname(), fingerprint(data_folder())).id
