"""The exchanges of a peer, written as they come, in the form of a capture."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path

from drimcheck.exchanges import INDEX
from validators.model import Exchange


@dataclass(frozen=True, slots=True)
class Entry:
    """An exchange of a peer, the first being 1."""

    peer: str
    number: int
    exchange: Exchange

    @property
    def name(self) -> str:
        raw = bytes(self.exchange.request[:2000])
        if not self.exchange.url.startswith("http"):
            control = raw.split(b"|")[8:10]
            return f"{self.peer} {self.number} {b' '.join(control).decode('latin_1')}"
        line = raw.split(b"\r\n")[0].decode("latin_1")
        method, _, target = line.partition(" ")
        return f"{self.peer} {self.number} {method} {target.rpartition(' ')[0]}"


@dataclass(frozen=True, slots=True)
class Received:
    """A DICOM file that a peer received, the first being 1."""

    peer: str
    number: int
    path: Path

    @property
    def name(self) -> str:
        return f"{self.peer} file {self.number}"


class Ledger:
    """A folder for each peer below one. The index is complete after every exchange."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rows: dict[str, list[dict[str, str]]] = {}
        self._files: dict[str, int] = {}
        self._lock = threading.Lock()

    def of(self, peer: str) -> Path:
        return self.folder / peer

    @property
    def peers(self) -> list[str]:
        """Those that have an exchange, or received a file."""
        return [*self._rows, *self._files]

    def keep(self, peer: str, raw: bytes) -> Received:
        """Write a file that came. Raises OSError."""
        with self._lock:
            number = self._files[peer] = self._files.get(peer, 0) + 1
        folder = self.of(f"{peer}-received")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{number:04d}.dcm"
        path.write_bytes(raw)
        return Received(peer, number, path)

    def add(self, peer: str, exchange: Exchange) -> Entry:
        """Write an exchange. Raises OSError."""
        with self._lock:
            rows = self._rows.setdefault(peer, [])
            number = len(rows) + 1
            folder = self.of(peer)
            folder.mkdir(parents=True, exist_ok=True)
            names = f"{number:04d}.request.http", f"{number:04d}.response.http"
            for name, side in zip(names, (exchange.request, exchange.response), strict=True):
                (folder / name).write_bytes(side)
            rows.append({"url": exchange.url, "request": names[0], "response": names[1],
                         "ended": exchange.ended})  # fmt: skip
            text = json.dumps({"exchanges": rows}, indent=1, ensure_ascii=False) + "\n"
            (folder / INDEX).write_text(text, encoding="utf-8")
        return Entry(peer, number, exchange)
