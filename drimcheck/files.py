"""Files to judge: what a command was given, folders walked, contents mapped into memory."""

from __future__ import annotations

import errno
import mmap
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
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


def collect(paths: Sequence[str], *, archives: bool = False) -> tuple[list[Found], list[str]]:
    """The files that the paths name or hold, in order, and the paths that do not exist.

    With ``archives``, a folder laid out as XDM media is one of them, as a whole.
    """
    found: list[Found] = []
    missing: list[str] = []
    for text in paths:
        path = Path(text)
        if archives and path.is_dir() and _is_media(path):
            found.append(Found(path, asked=True))
        elif path.is_dir():
            found.extend(Found(inside, asked=False) for inside in _walk(path, archives))
        elif path.exists():
            found.append(Found(path, asked=True))
        else:
            missing.append(text)
    return found, missing


def _walk(folder: Path, archives: bool) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        media = {name for name in folders if archives and _is_media(Path(root, name))}
        yield from (Path(root, name) for name in sorted(media))
        folders[:] = sorted(set(folders) - media)
        yield from (Path(root, name) for name in sorted(names))


def _is_media(folder: Path) -> bool:
    """Whether a folder is laid out as XDM media (ITI TF-2 3.32)."""
    return (folder / "IHE_XDM").is_dir()


@contextmanager
def content(path: Path) -> Iterator[bytes | mmap.mmap]:
    """The bytes of a file, mapped where they are many; of a folder, those of its archive.

    Raises OSError.
    """
    if path.is_dir():
        yield archived(path)
        return
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "no such file or folder", str(path))
    if not path.is_file():
        # A pipe or a device may have no end.
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    with open(path, "rb", buffering=0) as stream:
        if os.fstat(stream.fileno()).st_size < MAPPED:
            yield stream.read()
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


def archived(folder: Path) -> bytes:
    """The folder as the zip archive that it would be; the same bytes for the same files.

    Links are left out: what they lead to is no part of the folder. Raises OSError.
    """
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(_walk(folder, archives=False)):
            if path.is_file() and not path.is_symlink():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                archive.writestr(entry, path.read_bytes())
    return stream.getvalue()
