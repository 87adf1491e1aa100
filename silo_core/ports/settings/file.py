"""The settings file: TOML, replaced as a whole so that no reader ever sees half of it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from silo_core.model.errors import FileError, SettingError
from silo_core.ports.durable import explaining_write, write_durably

if TYPE_CHECKING:
    from pathlib import Path


def default_path() -> Path:
    """Where the platform keeps the settings of its user."""
    from platformdirs import user_config_path

    return user_config_path("silo", appauthor=False) / "settings.toml"


def read(path: Path) -> dict[str, Any]:
    """All that the file holds; nothing where there is no file.

    Raises:
        SettingError: it cannot be read, or is no TOML.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would block for ever
            raise OSError(0, "it is no regular file")
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        why = error.strerror or type(error).__name__
    except ValueError as error:  # TOML and UTF-8 errors both are
        why = str(error)
    raise SettingError(
        f"The settings file {path} cannot be read ({why}); correct it or remove it.",
        concerns=str(path),
    )


def write(path: Path, content: dict[str, Any]) -> None:
    """Replace the file.

    Raises:
        SettingError: it cannot be written; the old one is still there.
    """
    import tomli_w

    try:
        target = path.resolve()  # a settings file that is a link stays one
        with explaining_write(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        write_durably(target, [tomli_w.dumps(content).encode()], mode=0o600)
    except UnicodeEncodeError:
        raise SettingError(
            f"The settings file {path} cannot be written: a value holds half a character; correct it.",
            concerns=str(path),
        ) from None
    except FileError as error:
        raise SettingError(f"The settings file {error.message}", concerns=str(path)) from error
