"""Files to judge: what a command was given, folders walked, contents mapped into memory."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MAPPED = 1 << 20
"""Bytes from which a file is mapped instead of read: a map costs more than a small copy."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to look at. ``asked`` says that the command named it itself."""

    path: Path
    asked: bool

    @property
    def name(self) -> str:
        return self.path.as_posix()


def collect(paths: Sequence[str]) -> tuple[list[Found], list[str]]:
    """The files that the paths name or hold, in order, and the paths that do not exist."""
    found: list[Found] = []
    missing: list[str] = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            found.extend(Found(inside, asked=False) for inside in _walk(path))
        elif path.exists():
            found.append(Found(path, asked=True))
        else:
            missing.append(text)
    return found, missing


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(root) / name for name in sorted(names))


@contextmanager
def content(path: Path) -> Iterator[bytes | mmap.mmap]:
    """The bytes of a file, mapped where they are many. Raises OSError."""
    with open(path, "rb", buffering=0) as stream:
        if os.fstat(stream.fileno()).st_size < MAPPED:
            yield stream.read()
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped
