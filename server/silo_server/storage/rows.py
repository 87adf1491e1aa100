"""Records as rows of a table and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from silo_core.ports.wire import format_time, parse_time
from silo_server.storage.schema import TABLES

_Decode = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one kind of record is kept."""

    kind: type
    table: str
    columns: tuple[str, ...]
    decoders: tuple[_Decode, ...]

    @property
    def selection(self) -> str:
        """``SELECT`` of all columns, up to and without the condition."""
        return f"SELECT {_names(self.columns)} FROM {self.table}"  # noqa: S608 - names are ours

    @property
    def insertion(self) -> str:
        """``INSERT`` of a whole record."""
        marks = ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.table} ({_names(self.columns)}) VALUES ({marks})"  # noqa: S608

    @property
    def replacement(self) -> str:
        """``UPDATE`` of a whole record; its id once more at the end."""
        changes = ", ".join(f'"{name}" = ?' for name in self.columns)
        return f"UPDATE {self.table} SET {changes} WHERE id = ?"  # noqa: S608

    def row(self, record: Any) -> list[Any]:
        """The values of ``record``, in the order of the columns."""
        return [encode(getattr(record, name)) for name in self.columns]

    def record(self, row: Sequence[Any]) -> Any:
        """The record that a row holds."""
        values = (
            None if value is None else decode(value)
            for decode, value in zip(self.decoders, row, strict=True)
        )
        return self.kind(*values)


def mapping(kind: type) -> Mapping:
    """How records of ``kind`` are kept."""
    return _MAPPINGS[kind]


def encode(value: Any) -> Any:
    """A member's value as SQLite keeps it; times as texts of one width, so that they sort."""
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, StrEnum):
        return value.value
    return value


def _decoder(hint: Any) -> _Decode:
    plain = next((kind for kind in get_args(hint) if kind is not type(None)), hint)
    if get_origin(hint) is tuple:
        return lambda text: tuple(json.loads(text))
    if plain is datetime:
        return parse_time
    if isinstance(plain, type) and (issubclass(plain, StrEnum) or plain is bool):
        return plain
    return lambda value: value


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _mapping(kind: type, table: str) -> Mapping:
    hints = get_type_hints(kind)
    columns = tuple(member.name for member in fields(kind))
    return Mapping(kind, table, columns, tuple(_decoder(hints[column]) for column in columns))


_MAPPINGS = {kind: _mapping(kind, table) for kind, table in TABLES.items()}
