"""Files of tables that people write: each row checked, a problem told in one line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


class BadFile(Exception):
    """The file is not what it should be; the message says what and where, in one line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One table of a list, and where it stands."""

    where: str
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def refused(self, why: str) -> BadFile:
        return BadFile(f"{self.where}: {why}")


def toml(path: Path) -> dict[str, Any]:
    """The tables of a file. Raises OSError, BadFile."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadFile(f"{path}: {problem}") from None


def rows(
    path: Path, name: str, needed: Mapping[str, type], more: Mapping[str, type] | None = None
) -> list[Row]:
    """The tables ``[[name]]`` of a file, with the keys that they need and may have.

    Raises OSError, BadFile.
    """
    found = toml(path).get(name, [])
    if not isinstance(found, list):
        raise BadFile(f"{path}: {name} is a list of tables; write [[{name}]]")
    kinds = {**needed, **(more or {})}
    made = []
    for number, values in enumerate(found, start=1):
        where = f"{path}: [[{name}]] {number}"
        if not isinstance(values, dict):
            raise BadFile(f"{where}: is no table")
        row = Row(where, values)
        _check(row, needed, kinds)
        made.append(row)
    return made


def _check(row: Row, needed: Mapping[str, type], kinds: Mapping[str, type]) -> None:
    for name in row.values:
        if name not in kinds:
            raise row.refused(f"{name}: unknown; one of: {', '.join(kinds)}")
    for name in needed:
        if row.values.get(name, "") == "":
            raise row.refused(f"{name} is missing")
    for name, value in row.values.items():
        kind = kinds[name]
        # A date with a time is a date to Python, and cannot be compared with one.
        if type(value) is not kind:
            raise row.refused(f"{name} is {MEANT[kind]}")


MEANT = {
    str: "a text, in quotes",
    bool: "true or false, without quotes",
    date: "a date, without quotes: 2027-01-31",
}
