"""Images on disk, of each session apart, bounded as a whole; gone when their session is."""

from __future__ import annotations

import shutil
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO


class Full(Exception):
    """There is no room, and nothing that may go."""


@dataclass(slots=True)
class Shelf:
    """The folder of a series of a session; ``busy`` while somebody writes or reads all of it."""

    path: Path
    bytes: int = 0
    busy: int = 0
    gone: bool = False


class Cache:
    """Series in folders, ``most`` bytes at most; those unused for longest go first.

    The folder is emptied at the start: nothing outlives the sessions that it was fetched for.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most
        self._lock = Lock()
        self._shelves: OrderedDict[Path, Shelf] = OrderedDict()
        self._used = 0
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)

    def shelf(self, *names: str) -> Shelf:
        """The folder of these names, made where it is not there."""
        path = self._folder.joinpath(*names)
        with self._lock:
            found = self._shelves.get(path)
            if found is None:
                path.mkdir(parents=True, exist_ok=True)
                found = self._shelves[path] = Shelf(path)
            self._shelves.move_to_end(path)
            return found

    @contextmanager
    def busy(self, shelf: Shelf) -> Iterator[None]:
        """Nothing of the shelf goes inside."""
        with self._lock:
            shelf.busy += 1
        try:
            yield
        finally:
            with self._lock:
                shelf.busy -= 1

    def used(self, shelf: Shelf) -> None:
        """The shelf was used now."""
        with self._lock:
            if shelf.path in self._shelves:
                self._shelves.move_to_end(shelf.path)

    def write(self, shelf: Shelf, file: BinaryIO, piece: bytes) -> None:
        """Add to a file of a shelf. Raises Full."""
        with self._lock:
            if shelf.gone:
                raise Full
            while self._used + len(piece) > self._most:
                self._make_room()
            self._used += len(piece)
            shelf.bytes += len(piece)
        file.write(piece)

    def discard(self, shelf: Shelf, file: Path) -> None:
        """A file of a shelf is not wanted."""
        try:
            size = file.stat().st_size
            file.unlink()
        except OSError:
            return
        with self._lock:
            if not shelf.gone:
                shelf.bytes -= size
                self._used -= size

    def remove(self, name: str) -> None:
        """All the shelves below a name: its session is over."""
        below = self._folder / name
        with self._lock:
            for path in [one for one in self._shelves if one.is_relative_to(below)]:
                self._drop(self._shelves[path])
        shutil.rmtree(below, ignore_errors=True)

    def _make_room(self) -> None:
        oldest = next((one for one in self._shelves.values() if not one.busy and one.bytes), None)
        if oldest is None:
            raise Full
        self._drop(oldest)
        shutil.rmtree(oldest.path, ignore_errors=True)

    def _drop(self, shelf: Shelf) -> None:
        shelf.gone = True
        self._used -= shelf.bytes
        self._shelves.pop(shelf.path, None)
