"""Images read by their heads alone: a few kilobytes of each file, on all the cores there are."""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from validators.cross.image_facts import ImageFacts

BATCH = 100
SERIAL = 400
"""Files up to which one process is quicker than several."""


def heads_of(path: Path, progress: Callable[[int, int], None]) -> tuple[list[ImageFacts], int]:
    """The facts of the images of a folder, of a zip, or of one file, and the bytes read.

    Raises OSError, and ValueError for a zip that is none.
    """
    if path.is_dir():
        return _of_files(sorted(_files(path)), progress)
    if zipfile.is_zipfile(path):
        return _of_zip(path, progress)
    return _of_files([path], progress)


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(root, name) for name in sorted(names) if name != "DICOMDIR")


def _of_files(
    paths: Sequence[Path], progress: Callable[[int, int], None]
) -> tuple[list[ImageFacts], int]:
    found: list[ImageFacts] = []
    read = 0
    for facts, size in _batches(paths):
        found += facts
        read += size
        progress(len(found), len(paths))
    return found, read


def _batches(paths: Sequence[Path]) -> Iterable[tuple[list[ImageFacts], int]]:
    """The facts of the files, batch by batch in their order."""
    names = [str(path) for path in paths]
    groups = [names[start : start + BATCH] for start in range(0, len(names), BATCH)]
    if len(paths) <= SERIAL or (os.cpu_count() or 1) == 1:
        yield from map(read_batch, groups)
        return
    with ProcessPoolExecutor() as pool:
        yield from pool.map(read_batch, groups)


def read_batch(paths: Sequence[str]) -> tuple[list[ImageFacts], int]:
    """The facts of some files and the bytes that were read of them."""
    from validators.cross import HEAD_BYTES, image_facts

    found, read = [], 0
    for path in paths:
        with open(path, "rb", buffering=0) as stream:
            head = stream.read(HEAD_BYTES)
        read += len(head)
        found.append(image_facts(Path(path).as_posix(), head))
    return found, read


def _of_zip(path: Path, progress: Callable[[int, int], None]) -> tuple[list[ImageFacts], int]:
    """The facts of the files of a zip: each is inflated as far as its head, none extracted."""
    from validators.cross import HEAD_BYTES, image_facts

    found, read = [], 0
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            for one in entries:
                with archive.open(one) as stream:
                    head = stream.read(HEAD_BYTES)
                read += len(head)
                found.append(image_facts(f"{path.as_posix()}#{one.filename}", head))
                progress(len(found), len(entries))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"{path}: no readable zip: {error}") from None
    return found, read


def bar(done: int, total: int) -> None:
    """A progress bar on the standard error of a terminal."""
    if not sys.stderr.isatty() or total <= BATCH:
        return
    filled = 30 * done // total
    end = "\n" if done >= total else ""
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{total}{end}")
    sys.stderr.flush()
