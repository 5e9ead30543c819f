"""Exchanges written as they happen: no response is held in memory, no credential is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from drimcheck.capture.client import Asked, Limits, Secrets, capture, deadline
from drimcheck.capture.masks import masked
from drimcheck.capture.tap import Wire
from drimcheck.exchanges import INDEX

_END = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1")
MAX_HEAD = 1 << 20
"""How much of a message is looked through for credentials: its head is shorter."""


class Masked:
    """A file for one side of an exchange: its head is masked, what follows is written as it is."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._head: bytearray | None = bytearray()

    def write(self, data: bytes) -> None:
        if self._head is None:
            self._stream.write(data)
            return
        self._head += data
        if _heads(self._head) or len(self._head) > MAX_HEAD:
            self.flush()

    def flush(self) -> None:
        """Write what is held back, whole or not."""
        if self._head is not None:
            cut = _heads(self._head) or len(self._head)
            self._stream.write(masked(bytes(self._head[:cut])) + bytes(self._head[cut:]))
            self._head = None


def _heads(data: bytearray) -> int:
    """Where the head ends, those of interim responses before it included; 0 where it does not."""
    start = 0
    while True:
        found = _END.search(data, start)
        if found is None or not _INTERIM.match(data, start):
            return found.end() if found else 0
        start = found.end()


class Capture:
    """A folder of exchanges; ``close`` writes its index, last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: list[dict[str, object]] = []
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / INDEX).exists():
            raise FileExistsError(17, "holds a capture already", str(folder))

    def take(self, asked: Asked, limits: Limits, hosts: frozenset[str], secrets: Secrets) -> str:
        """Capture an exchange; why it ended. Raises Refused, OSError."""
        number = f"{len(self.rows) + 1:04d}"
        names = f"{number}.request.http", f"{number}.response.http"
        with self._recorded(names[0]) as sent, self._recorded(names[1]) as received:
            wire = Wire(sent.write, received.write, deadline(limits), limits.bytes)
            ended = capture(asked, wire, hosts=hosts, secrets=secrets)
        self.rows.append(
            {"url": asked.url, "request": names[0], "response": names[1], "ended": ended}
        )
        return ended

    @contextmanager
    def _recorded(self, name: str) -> Iterator[Masked]:
        with open(self.folder / name, "wb") as stream:
            side = Masked(stream)
            try:
                yield side
            finally:
                side.flush()

    def close(self) -> None:
        text = json.dumps({"exchanges": self.rows}, indent=1, ensure_ascii=False)
        (self.folder / INDEX).write_text(text + "\n", encoding="utf-8")
