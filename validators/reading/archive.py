"""Zip archives, read within limits and believed nothing twice (APPNOTE 6.3.10).

``read`` compares the central directory with every local header, and looks at names, links and
places, before a byte is inflated; then it inflates each file once, never beyond the size that
the directory says, and checks it. It never raises for what an archive holds: what is wrong is
listed in ``problems``, what passes a limit is named in ``limit``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from validators.model import Node
from validators.reading import limits
from validators.reading.archive_directory import (
    DEFLATED,
    DESCRIBED_AFTER,
    Broken,
    Record,
    central_directory,
    data_start,
)
from validators.reading.archive_names import is_link, name_problem, repeated_names
from validators.reading.dicom import Buffer

LOCAL_HEADER = b"PK\x03\x04"
EMPTY = b"PK\x05\x06"
ENCRYPTED = 0x2041
"""Flag bits of encryption: traditional, strong, of the central directory."""
DESCRIPTORS = (0, 12, 16, 20, 24)


class ArchiveProblem(NamedTuple):
    """Something wrong in the archive that only reading shows.

    ``kind`` is "unsafe" for what extraction would act on, "broken" for the rest.
    """

    kind: str
    path: str
    expected: str
    actual: str | None
    offset: int | None


class ArchiveFile(Node):
    """A file of the archive: where it is, and how long it says to be."""

    __slots__ = ("data", "record")
    separator = "#"

    def __init__(self, record: Record, data: int) -> None:
        self.record = record
        self.data = data

    @property
    def path(self) -> str:
        return self.record.name

    @property
    def place(self) -> int:
        return self.record.offset

    @property
    def folder(self) -> str:
        """The folder that holds it, with its last slash; "" at the root."""
        return self.record.name[: self.record.name.rfind("/") + 1]

    @property
    def base(self) -> str:
        """The name inside its folder."""
        return self.record.name[len(self.folder) :]


@dataclass(slots=True)
class Archive(Node):
    """An archive as read. ``files`` and ``folders`` are there only where nothing is wrong."""

    size: int
    files: dict[str, ArchiveFile] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    problems: list[ArchiveProblem] = field(default_factory=list)
    limit: str = ""
    buffer: Buffer = b""

    @property
    def path(self) -> str:
        return ""

    def content(self, file: ArchiveFile) -> bytes:
        """The bytes of a file. Raises ValueError where they are not what the directory says."""
        record = file.record
        stored = self.buffer[file.data : file.data + record.compressed]
        content = _inflated(bytes(stored), record) if record.method == DEFLATED else bytes(stored)
        if len(content) != record.size:
            raise ValueError(f"size {record.size}")
        if zlib.crc32(content) != record.crc:
            raise ValueError(f"CRC-32 {record.crc:08x}")
        return content


def read(buffer: Buffer) -> Archive:
    """Read an archive held in memory or in a memory map."""
    archive = Archive(size=len(buffer), buffer=buffer)
    if archive.size > limits.MAX_FILE_BYTES:
        archive.limit = f"MAX_FILE_BYTES {limits.MAX_FILE_BYTES}"
        return archive
    try:
        records, start = central_directory(buffer)
    except Broken as broken:
        archive.limit = broken.limit
        if not broken.limit:
            archive.problems.append(_broken("", broken.expected, broken.actual, broken.offset))
        return archive
    archive.limit = _limit(records)
    if archive.limit:
        return archive
    archive.problems += _name_problems(records)
    files = _located(archive, records, start)
    if not archive.problems:
        archive.problems += _unreadable(archive, files)
    if not archive.problems:
        archive.folders = {one.name for one in records if one.is_folder}
        archive.files = {one.path: one for one in files if not one.record.is_folder}
    return archive


def _inflated(stored: bytes, record: Record) -> bytes:
    """The data, inflated to one byte beyond the size that the directory says, at most."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(stored, record.size + 1)
    except zlib.error as error:
        raise ValueError("DEFLATE") from error
    if len(content) == record.size and (not inflater.eof or inflater.unused_data):
        raise ValueError("DEFLATE")
    return content


def _broken(path: str, expected: str, actual: str | None, offset: int | None) -> ArchiveProblem:
    return ArchiveProblem("broken", path, expected, actual, offset)


def _limit(records: list[Record]) -> str:
    """The limit that the directory says to pass; "" for none."""
    total = 0
    for one in records:
        total += one.size
        if one.size > limits.MAX_ARCHIVE_FILE_BYTES:
            return f"MAX_ARCHIVE_FILE_BYTES {limits.MAX_ARCHIVE_FILE_BYTES}"
        if one.size > limits.MIN_RATIO_BYTES and one.size > one.compressed * limits.MAX_RATIO:
            return f"MAX_RATIO {limits.MAX_RATIO}"
        if len(one.name) > limits.MAX_ARCHIVE_NAME:
            return f"MAX_ARCHIVE_NAME {limits.MAX_ARCHIVE_NAME}"
        if one.name.count("/") > limits.MAX_ARCHIVE_DEPTH:
            return f"MAX_ARCHIVE_DEPTH {limits.MAX_ARCHIVE_DEPTH}"
    if total > limits.MAX_ARCHIVE_BYTES:
        return f"MAX_ARCHIVE_BYTES {limits.MAX_ARCHIVE_BYTES}"
    return ""


def _name_problems(records: list[Record]) -> Iterator[ArchiveProblem]:
    """What extraction would act on: names that lead elsewhere, links, names that collide."""
    for one in records:
        wanted = name_problem(one.name)
        if wanted:
            yield ArchiveProblem("unsafe", one.name, wanted, one.name, one.offset)
        if is_link(one.mode):
            mode = f"{one.mode:o}"
            yield ArchiveProblem("unsafe", one.name, "100644", mode, one.offset)
    for one, other in repeated_names(records):
        yield ArchiveProblem("unsafe", one.name, "1", other, one.offset)


def _located(archive: Archive, records: list[Record], start: int) -> list[ArchiveFile]:
    """The files with the place of their data, in the order of their places."""
    found = []
    end, before = 0, None
    for one in sorted(records, key=lambda record: record.offset):
        problem = _record_problem(one)
        if problem is None:
            try:
                data = data_start(archive.buffer, one)
            except Broken as broken:
                problem = _broken(one.name, broken.expected, broken.actual, broken.offset)
        if problem is None:
            problem = _place_problem(archive.buffer, one, before, end)
        if problem is not None:
            archive.problems.append(problem)
            continue
        end, before = data + one.compressed, one
        found.append(ArchiveFile(one, data))
    if not archive.problems and (end > start or _hides(archive.buffer, end, start)):
        archive.problems.append(_broken("", f"<= {start}", str(end), start))
    return found


def _record_problem(one: Record) -> ArchiveProblem | None:
    if one.flags & ENCRYPTED:
        return _broken(one.name, "0", f"{one.flags:04x}", one.offset)
    if one.method not in (0, DEFLATED):
        return _broken(one.name, "0 | 8", str(one.method), one.offset)
    if one.method == 0 and one.compressed != one.size:
        return _broken(one.name, str(one.size), str(one.compressed), one.offset)
    if one.is_folder and one.size:
        return _broken(one.name, "0", str(one.size), one.offset)
    return None


def _place_problem(
    buffer: Buffer, one: Record, before: Record | None, end: int
) -> ArchiveProblem | None:
    """What is wrong with where an entry begins, ``end`` being the end of the data before it."""
    if one.offset < end:
        return _broken(one.name, f">= {end}", str(one.offset), one.offset)
    gap = one.offset - end
    described = before is not None and before.flags & DESCRIBED_AFTER and gap in DESCRIPTORS
    if gap and not described and _hides(buffer, end, one.offset):
        return _broken(one.name, str(end), str(one.offset), end)
    return None


def _hides(buffer: Buffer, start: int, end: int) -> bool:
    """Whether there is a local header between entries: a file that the directory does not name."""
    return buffer.find(LOCAL_HEADER, start, end) >= 0


def _unreadable(archive: Archive, files: list[ArchiveFile]) -> Iterator[ArchiveProblem]:
    """The files that are not what the directory says of them."""
    for one in files:
        try:
            archive.content(one)
        except ValueError as error:
            yield _broken(one.path, str(error), None, one.data)
