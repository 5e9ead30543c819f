"""The tables of a TOML file, taken apart key by key; what is wrong with one is a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port, with an AE title where it speaks DICOM."""

    host: str
    port: int
    title: str = ""

    @property
    def place(self) -> tuple[str, int]:
        return self.host, self.port

    def __str__(self) -> str:
        return f"{self.title}@{self.host}:{self.port}" if self.title else f"{self.host}:{self.port}"


class Tables:
    """Takes values out of the tables, and notes what is wrong with each."""

    def __init__(self, found: Mapping[str, Any], folder: Path) -> None:
        self.found = found
        self.folder = folder
        self.problems: list[str] = []

    def table(self, name: str, known: Sequence[str]) -> Mapping[str, Any] | None:
        found = self.found.get(name)
        if found is None:
            return None
        if not isinstance(found, dict):
            self.problems.append(f"{name}: is no table; write [{name}]")
            return None
        for key in found:
            if key not in known:
                self.problems.append(f"{name}.{key}: unknown; one of: {', '.join(known)}")
        return found

    def value(self, table: Mapping[str, Any], name: str, key: str, default: Any) -> Any:
        """What a key holds, of the type of its default."""
        found = table.get(key, default)
        kind: Any = (int, float) if isinstance(default, float) else type(default)
        if isinstance(found, kind) and isinstance(found, bool) == isinstance(default, bool):
            return found
        said = {int: "whole number", float: "number", bool: "true or false", str: "text",
                tuple: "list", dict: "table"}[type(default)]  # fmt: skip
        self.problems.append(f"{name}{key}: {found!r} is not as it must be: {said}")
        return default

    def texts(self, table: Mapping[str, Any], name: str, key: str) -> tuple[str, ...]:
        """A list of texts."""
        found = table.get(key, [])
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return tuple(found)
        self.problems.append(f'{name}{key}: {found!r} is no list of texts; write ["a", "b"]')
        return ()

    def url(self, table: Mapping[str, Any], name: str, key: str) -> str:
        text = str(table.get(key, ""))
        try:
            parts = urlsplit(text)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if text and not sound:
            self.problems.append(f"{name}.{key}: {text!r} is no URL; write https://HOST/PATH")
        return text.rstrip("/")

    def address(self, table: Mapping[str, Any], name: str, key: str) -> Address | None:
        text = str(table.get(key, ""))
        if not text:
            return None
        title, at, where = text.rpartition("@")
        host, _, port = where.rpartition(":")
        sound = host and port.isdecimal() and int(port) < 1 << 16
        if not sound or (key == "dicom" and not at):
            form = "AE@HOST:PORT" if key == "dicom" else "HOST:PORT"
            self.problems.append(f"{name}.{key}: {text!r} is no address; write {form}")
            return None
        return Address(host, int(port), title)

    def path(self, table: Mapping[str, Any], name: str, key: str) -> Path | None:
        text = table.get(key)
        if not text:
            return None
        found = self.folder / str(text)
        if not found.exists():
            self.problems.append(f"{name}.{key}: {found}: no such file")
        return found

    def choice(self, name: str, value: str, among: Sequence[str]) -> str:
        if value not in among:
            self.problems.append(f"{name}: {value!r} is none of: {', '.join(among)}")
        return value
