"""Captured exchanges on disk: one file for what was sent, one for what came, and an index.

``exchanges.json`` lists them in the order of the capture; the files hold the bytes of the wire.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from drimcheck.files import content
from validators.model import Exchange

INDEX = "exchanges.json"


@contextmanager
def exchanges(folder: Path) -> Iterator[list[Exchange]]:
    """The exchanges of a folder, their bytes mapped while the context lasts.

    Raises OSError where a file is missing, ValueError where the index is none.
    """
    try:
        rows = json.loads((folder / INDEX).read_text(encoding="utf-8"))["exchanges"]
        named = [(row["url"], row["request"], row["response"], row["ended"]) for row in rows]
    except (ValueError, KeyError, TypeError) as problem:
        raise ValueError(f"{folder / INDEX}: no index of exchanges: {problem}") from None
    with ExitStack() as stack:
        yield [
            Exchange(
                url,
                stack.enter_context(content(_inside(folder, request))),
                stack.enter_context(content(_inside(folder, response))),
                ended,
            )
            for url, request, response, ended in named
        ]


def _inside(folder: Path, name: str) -> Path:
    """The file of this name in the folder itself. Raises ValueError for any other."""
    if Path(name).name != name:
        raise ValueError(f"{folder / INDEX}: {name!r} is no file of the folder")
    return folder / name
