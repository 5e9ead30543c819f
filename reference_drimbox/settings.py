"""Reading a TOML file into dataclasses, the environment above it; every mistake is one line."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

PREFIX = "DRIMBOX"
T = TypeVar("T")


class Misconfigured(Exception):
    """What a person must change in the configuration; the text is one line."""


def read(kind: type[T], file: Path | None, environment: Mapping[str, str] | None = None) -> T:
    """The configuration ``kind``, of a file, with ``DRIMBOX_SECTION_KEY`` before what it says.

    Relative paths of the file start at its folder. Raises Misconfigured.
    """
    found: dict[str, Any] = {}
    if file is not None:
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as problem:
            raise Misconfigured(f"{file}: {problem.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise Misconfigured(f"{file}: {problem}") from None
    known = os.environ if environment is None else environment
    base = file.parent if file is not None else Path()
    return _made(kind, found, "", base, known)


def _made(kind: type[T], found: Any, where: str, base: Path, known: Mapping[str, str]) -> T:
    if not isinstance(found, dict):
        raise Misconfigured(f"{where}: expected a table")
    hints = get_type_hints(kind)
    assert is_dataclass(kind)
    named = {one.name: one for one in fields(kind)}
    for key in found.keys() - named.keys():
        raise Misconfigured(f"{where}{key}: unknown key; one of: {', '.join(named)}")
    values: dict[str, Any] = {}
    for name, one in named.items():
        path = f"{where}{name}"
        hint = hints[name]
        if is_dataclass(hint):
            values[name] = _made(hint, found.get(name, {}), f"{path}.", base, known)  # type: ignore[arg-type]
            continue
        variable = known.get(f"{PREFIX}_{path}".replace(".", "_").upper())
        given = variable if variable is not None else found.get(name)
        if given is None:
            if one.default is MISSING and one.default_factory is MISSING:
                raise Misconfigured(f"{path}: missing")
            continue
        values[name] = _value(hint, given, path, base)
    return kind(**values)


def _value(hint: Any, given: Any, path: str, base: Path) -> Any:
    """A value as its key wants it."""
    if get_origin(hint) in (Union, UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    origin = get_origin(hint) or hint
    if origin is Path and isinstance(given, str):
        return base / given if given else None
    if origin is bool and isinstance(given, bool | str):
        if given in (True, False, "true", "false"):
            return given in (True, "true")
    elif origin in (int, float) and not isinstance(given, bool):
        try:
            return origin(given)
        except (TypeError, ValueError):
            pass
    elif origin is str and isinstance(given, str):
        return given
    elif origin is tuple and isinstance(given, list | str):
        return tuple(given.split(",") if isinstance(given, str) else map(str, given))
    elif isinstance(given, dict) and issubclass(origin, Mapping):
        return {str(key): str(value) for key, value in given.items()}
    raise Misconfigured(f"{path}: expected {getattr(origin, '__name__', origin)}, found {given!r}")


def secret(file: Path | None, variable: str) -> str:
    """A secret of a file, else of the environment; never of the configuration itself.

    Raises Misconfigured.
    """
    if file is None:
        return os.environ.get(variable, "")
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"{file}: the secret cannot be read") from None


def written(kind: type[Any]) -> str:
    """A TOML file with every key of a configuration, what it means above, its default beside it.

    A key that has no default, or that is empty, is commented out.
    """
    hints = get_type_hints(kind)
    parts = []
    for one in fields(kind):
        table = hints[one.name]
        text = "\n".join(line.strip() for line in (table.__doc__ or "").splitlines())
        lines = [f"# {line}".rstrip() for line in text.strip().splitlines()]
        lines.append(f"[{one.name}]")
        lines += [_line(key) for key in fields(table)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _line(key: Field[Any]) -> str:
    """A key with its default."""
    value = key.default
    if value is MISSING:
        value = key.default_factory() if key.default_factory is not MISSING else ""
    if value is None or value == "" or isinstance(value, Mapping):
        return f"# {key.name} ="
    if isinstance(value, bool):
        return f"{key.name} = {str(value).lower()}"
    if isinstance(value, tuple):
        return f"{key.name} = [{', '.join(json.dumps(one) for one in value)}]"
    return f"{key.name} = {value if isinstance(value, int | float) else json.dumps(str(value))}"
