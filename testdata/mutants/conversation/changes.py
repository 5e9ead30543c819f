"""Ways to change one thing in one exchange of a conversation."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from testdata.mutants.rewriting import EVERY, Rewrite, replace
from testdata.mutants.wire.changes import body

Row = dict[str, str]


def _rows(change: Callable[[list[Row]], None]) -> Rewrite:
    def rewrite(raw: bytes) -> bytes:
        found = json.loads(raw)
        change(found["exchanges"])
        return (json.dumps(found, indent=1) + "\n").encode()

    return rewrite


def on(number: int, side: str, rewrite: Rewrite) -> Rewrite:
    """Rewrite the request or the response of an exchange, the first being 1."""

    def change(rows: list[Row]) -> None:
        row = rows[number - 1]
        row[side] = b64encode(rewrite(b64decode(row[side]))).decode()

    return _rows(change)


def text(old: str, new: str) -> Rewrite:
    """Write ``new`` for ``old``. Raises ValueError where it is not there."""
    return replace(old, new, EVERY)


def in_body(old: str, new: str) -> Rewrite:
    """Write ``new`` for ``old`` in the body; its length follows."""
    return body(text(old, new))


def in_json(change: Callable[[dict[str, Any]], object]) -> Rewrite:
    """Change the JSON object of the body."""

    def rewrite(raw: bytes) -> bytes:
        found = json.loads(raw)
        change(found)
        return json.dumps(found, separators=(",", ":")).encode()

    return body(rewrite)


def in_url(number: int, old: str, new: str) -> Rewrite:
    """Write ``new`` for ``old`` in the URL of an exchange, and in its request."""

    def change(rows: list[Row]) -> None:
        row = rows[number - 1]
        made = text(old, new)
        row["url"] = made(row["url"].encode()).decode()
        row["request"] = b64encode(made(b64decode(row["request"]))).decode()

    return _rows(change)


def without(*numbers: int) -> Rewrite:
    """Take exchanges out."""

    def change(rows: list[Row]) -> None:
        rows[:] = [row for number, row in enumerate(rows, 1) if number not in numbers]

    return _rows(change)


def again(number: int) -> Rewrite:
    """Repeat an exchange at the end."""
    return _rows(lambda rows: rows.append(dict(rows[number - 1])))
