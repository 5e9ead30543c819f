"""The central directory of a zip archive, and the local headers (APPNOTE 6.3.10, 4.3)."""

from __future__ import annotations

import struct
from typing import NamedTuple

from validators.reading import limits
from validators.reading.dicom import Buffer

DEFLATED = 8
UTF_8 = 0x0800
DESCRIBED_AFTER = 0x0008
"""Flag bit: sizes and check sum follow the data."""
ELSEWHERE = 0xFFFFFFFF
"""What a size says that stands in the zip64 extra field."""
ZIP64 = 0x0001

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_LOCATOR = 20
"""Length of the zip64 end of central directory locator, which stands before the end record."""


class Broken(Exception):
    """What keeps the archive from being read: what is wrong there, or a limit."""

    def __init__(
        self, expected: str, actual: str | None = None, offset: int | None = None, limit: str = ""
    ) -> None:
        super().__init__(expected)
        self.expected = expected
        self.actual = actual
        self.offset = offset
        self.limit = limit


class Record(NamedTuple):
    """What the central directory says of one entry; ``mode`` is its Unix mode, 0 for none."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    mode: int
    offset: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def central_directory(buffer: Buffer) -> tuple[list[Record], int]:
    """The entries that the directory names, and where it begins. Raises Broken."""
    end = _end_record(buffer)
    _, disk, first, here, count, size, start, _ = _END.unpack_from(buffer, end)
    if (disk, first) != (0, 0) or here != count:
        raise Broken("0 0", f"{disk} {first}", end)
    if count > limits.MAX_ARCHIVE_ENTRIES:
        raise Broken("", limit=f"MAX_ARCHIVE_ENTRIES {limits.MAX_ARCHIVE_ENTRIES}")
    if bytes(buffer[max(0, end - _LOCATOR) : end]).startswith(b"PK\x06\x07"):
        raise Broken("", limit="ZIP64")
    if start + size != end:
        # Something stands before the archive, or between the directory and its end.
        raise Broken(str(end), str(start + size), end)
    records = []
    place = start
    for _ in range(count):
        record, place = _record(buffer, place, end)
        records.append(record)
    if place != end:
        raise Broken(str(end), str(place), place)
    return records, start


def _end_record(buffer: Buffer) -> int:
    """Where the end record is: one whose comment ends with the file. Raises Broken."""
    lowest = max(0, len(buffer) - _END.size - _LONGEST_COMMENT)
    found = []
    place = buffer.rfind(b"PK\x05\x06", lowest)
    while place >= 0:
        if place + _END.size <= len(buffer):
            length = _END.unpack_from(buffer, place)[7]
            if place + _END.size + length == len(buffer):
                found.append(place)
        place = buffer.rfind(b"PK\x05\x06", lowest, place)
    if len(found) != 1:
        # With two, each reader may open another archive.
        raise Broken("1", str(len(found)), found[0] if found else None)
    return found[0]


def _record(buffer: Buffer, place: int, end: int) -> tuple[Record, int]:
    if place + _CENTRAL.size > end:
        raise Broken(str(_CENTRAL.size), str(end - place), place)
    (magic, _, _, flags, method, _, _, crc, compressed, size, name_length, extra, comment, _,
     _, external, offset) = _CENTRAL.unpack_from(buffer, place)  # fmt: skip
    if magic != b"PK\x01\x02":
        raise Broken("50 4b 01 02", magic.hex(" "), place)
    named = place + _CENTRAL.size
    after = named + name_length + extra + comment
    if after > end:
        raise Broken(f"<= {end}", str(after), place)
    if ELSEWHERE in (compressed, size, offset):
        raise Broken("", limit=f"MAX_ARCHIVE_FILE_BYTES {limits.MAX_ARCHIVE_FILE_BYTES}")
    raw = bytes(buffer[named : named + name_length])
    mode = external >> 16
    record = Record(_name(raw, flags), raw, flags, method, crc, compressed, size, mode, offset)
    return record, after


def _name(raw: bytes, flags: int) -> str:
    """The name: UTF-8 where a flag says so, else code page 437 (APPNOTE D.1)."""
    return raw.decode("utf-8" if flags & UTF_8 else "cp437", "replace")


def data_start(buffer: Buffer, record: Record) -> int:
    """Where the data of an entry begin, its local header compared. Raises Broken."""
    place = record.offset
    if place + _LOCAL.size > len(buffer):
        raise Broken(f"<= {len(buffer)}", str(place), place)
    magic, _, flags, method, _, _, crc, compressed, size, name_length, extra_length = (
        _LOCAL.unpack_from(buffer, place)
    )
    if magic != b"PK\x03\x04":
        raise Broken("50 4b 03 04", magic.hex(" "), place)
    named = place + _LOCAL.size
    start = named + name_length + extra_length
    name = bytes(buffer[named : named + name_length])
    if ELSEWHERE in (compressed, size):
        extra = bytes(buffer[named + name_length : start])
        size, compressed = _zip64(extra, size, compressed)
    wanted: tuple[object, ...] = (record.raw_name, record.flags, record.method)
    found: tuple[object, ...] = (name, flags, method)
    if not flags & DESCRIBED_AFTER:
        wanted += (record.crc, record.compressed, record.size)
        found += (crc, compressed, size)
    if wanted != found:
        raise Broken(_shown(wanted), _shown(found), place)
    if start + record.compressed > len(buffer):
        raise Broken(f"<= {len(buffer)}", str(start + record.compressed), place)
    return int(start)


def _zip64(extra: bytes, size: int, compressed: int) -> tuple[int, int]:
    """The sizes of a local header that stand in its zip64 extra field (APPNOTE 4.5.3)."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        if kind == ZIP64 and length >= 16 and place + 20 <= len(extra):
            found = struct.unpack_from("<2Q", extra, place + 4)
            return found[0], found[1]
        place += 4 + length
    return size, compressed


def _shown(parts: tuple[object, ...]) -> str:
    return " ".join(one.decode("latin-1") if isinstance(one, bytes) else str(one) for one in parts)
