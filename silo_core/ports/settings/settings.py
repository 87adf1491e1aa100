"""The current values of all settings."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silo_core.model.errors import SettingError
from silo_core.ports.settings import file
from silo_core.ports.settings.schema import CORE_SETTINGS, check_declaration, looks_secret
from silo_core.ports.settings.values import check_value, parse_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from silo_core.model.setting import Setting, SettingValue

logger = logging.getLogger(__name__)

_OTHER_VARIABLES = {"server_url": "SILO_API_URL"}
"""Names that others have published, read where ours is not set."""


class Settings:
    """Values by key: from the environment, else from the file, else the default. Any thread.

    What is wrong in the file or the environment stops nothing: the default is used and ``problems``
    says so. What is wrong in a call raises.
    """

    def __init__(self, path: Path | None = None, environ: Mapping[str, str] | None = None) -> None:
        """``path``: the settings file (default: the platform's place). ``environ``: instead of the
        environment of this process."""
        self.path = path or file.default_path()
        self.environ: Mapping[str, str] = os.environ if environ is None else environ
        self._lock = threading.RLock()
        self.on_change: Callable[[frozenset[str]], None] | None = None
        """Told the keys whose values changed, on the thread that changed them."""
        self._declared: dict[str, Setting] = {}
        self._content: dict[str, Any] = {}
        self._values: dict[str, SettingValue] = {}
        self._problems: dict[str, str] = {}
        self._unreadable = ""
        self.declare("core", CORE_SETTINGS)
        self.reload()

    # -- Schema ------------------------------------------------------------------------------------

    def declare(self, owner: str, settings: Iterable[Setting]) -> None:
        """Add the settings of ``owner`` (a plugin's name): all of them, or none.

        Raises:
            SettingError: a key or a default is not possible, or a key is taken.
        """
        with self._lock:
            declared = dict(self._declared)
            for setting in settings:
                try:
                    check_declaration(setting, declared)
                except SettingError as error:
                    message = f"{owner} declares a setting that is not possible: {error.message}"
                    raise SettingError(message, concerns=error.concerns) from error
                declared[setting.key] = setting
            self._declared = declared
            self._evaluate()

    def declared(self) -> tuple[Setting, ...]:
        """Every setting there is, the core's first, in the order of their declaration."""
        with self._lock:
            return tuple(self._declared.values())

    # -- Reading -----------------------------------------------------------------------------------

    def get(self, key: str) -> SettingValue:
        """The value that holds; None where none is set and there is no default.

        Raises:
            SettingError: there is no such setting.
        """
        with self._lock:
            self._setting(key)
            return self._values[key]

    def flag(self, key: str) -> bool:
        """The value of a setting that is true or false."""
        value = self.get(key)
        return value if isinstance(value, bool) else self._other_kind(key)

    def number(self, key: str) -> int:
        """The value of a setting that is a whole number."""
        value = self.get(key)
        return value if type(value) is int else self._other_kind(key)

    def text(self, key: str) -> str:
        """The value of a setting that is a text, empty where it is not set."""
        value = self.get(key)
        return "" if value is None else value if isinstance(value, str) else self._other_kind(key)

    def names(self, key: str) -> tuple[str, ...]:
        """The value of a setting that is a list."""
        value = self.get(key)
        return value if isinstance(value, tuple) else self._other_kind(key)

    def folder(self, key: str) -> Path:
        """The value of a setting that is a path, with ``~`` as the user's home folder."""
        return Path(self.text(key)).expanduser()

    @property
    def server_url(self) -> str | None:
        """The server's address without a slash at its end, None while none is set."""
        return self.text("server_url") or None

    @property
    def workspace(self) -> Path:
        """The folder in which the files of items are kept."""
        return self.folder("workspace")

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each thing in the file or the environment that is not used as it is."""
        with self._lock:
            return tuple(self._problems.values())

    def source(self, key: str) -> str:
        """Where the value comes from: the name of a variable, the file's path, or ``default``."""
        with self._lock:
            setting = self._setting(key)
            if key not in self._problems:
                if variable := self._variable(setting):
                    return variable
                if key in self._content:
                    return str(self.path)
            return "default"

    def undeclared(self) -> tuple[str, ...]:
        """The keys in the file that nobody declares, and that are not used therefore."""
        with self._lock:
            return tuple(
                key for key in self._content if key not in self._declared and not looks_secret(key)
            )

    # -- Changing ----------------------------------------------------------------------------------

    def set(self, key: str, value: SettingValue) -> None:
        """Write a value to the file, and announce what it changed. None: back to the default. A
        variable in the environment stays above it.

        Raises:
            SettingError: the setting cannot have this value, or the file cannot be written.
        """
        with self._lock:
            setting = self._setting(key)
            content = file.read(self.path)  # another program may have changed it
            if value is None:
                content.pop(key, None)
            else:
                checked = check_value(setting, value)
                content[key] = list(checked) if isinstance(checked, tuple) else checked
            file.write(self.path, content)
            changed = self._take(content)
        self._announce(changed)

    def reload(self) -> None:
        """Read the file again, and announce what that changed."""
        with self._lock:
            try:
                changed = self._take(file.read(self.path))
            except SettingError as error:
                changed = self._take({}, error.message)
        self._announce(changed)

    # -- Inside ------------------------------------------------------------------------------------

    def _setting(self, key: str) -> Setting:
        try:
            return self._declared[key]
        except KeyError:
            raise SettingError(f"There is no setting {key}.", concerns=key) from None

    def _other_kind(self, key: str) -> Any:
        kind = self._declared[key].kind.__name__
        raise SettingError(f"The setting {key} ({kind}) is read as what it is not.", concerns=key)

    def _take(self, content: dict[str, Any], unreadable: str = "") -> frozenset[str]:
        before = dict(self._values)
        self._content, self._unreadable = content, unreadable
        self._evaluate()
        return frozenset(key for key, value in self._values.items() if before.get(key) != value)

    def _evaluate(self) -> None:
        """Work out all values and problems anew, and log the problems that are new."""
        before = self._problems
        problems = {"": self._unreadable} if self._unreadable else {}
        for key in filter(looks_secret, self._content):
            problems[key] = (
                f"The settings file {self.path} holds {key}, which is not used: "
                "secrets belong in the system's keyring; remove it there."
            )
        for key, setting in self._declared.items():
            try:
                self._values[key] = self._evaluated(setting)
            except SettingError as error:
                self._values[key] = _default(setting)
                origin = self._variable(setting) or self.path
                problems[key] = f"{error.message[:-1]} ({origin}); the default is used."
        self._problems = problems
        for key, problem in problems.items():
            if before.get(key) != problem:
                logger.warning("%s", problem)

    def _evaluated(self, setting: Setting) -> SettingValue:
        if variable := self._variable(setting):
            return parse_text(setting, self.environ[variable])
        if setting.key in self._content:
            return check_value(setting, self._content[setting.key])
        return _default(setting)

    def _variable(self, setting: Setting) -> str:
        """The variable that gives the value, if one does. An empty one does not, except that it
        empties a list."""
        for name in (f"SILO_{setting.key.upper()}", _OTHER_VARIABLES.get(setting.key, "")):
            text = self.environ.get(name)
            if text is not None and (text.strip() or setting.kind is tuple):
                return name
        return ""

    def _announce(self, changed: frozenset[str]) -> None:
        listener = self.on_change
        if changed and listener is not None:
            listener(changed)


def _default(setting: Setting) -> SettingValue:
    return None if setting.default is None else check_value(setting, setting.default)
