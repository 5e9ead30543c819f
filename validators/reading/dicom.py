"""Part-10 files, read once and within limits (PS3.10 7). Little Endian only.

``read`` never raises for what a file holds: what is wrong in the encoding is listed in
``problems``, what passes a limit of the reader is named in ``limit``.
"""

from __future__ import annotations

import zlib

from validators.reading import limits
from validators.reading.dicom_scan import SHORT_VRS, VR_NAMES, Buffer, implicit_head, scan_dataset
from validators.reading.dicom_tree import Element, Item, Part10, Problem, tag_text

IMPLICIT_VR = "1.2.840.10008.1.2"
EXPLICIT_VR = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"

TRANSFER_SYNTAX = 0x00020010
GROUP_LENGTH = 0x00020000
_META_START = 132
WIDEST = 8
"""Bytes of the longest binary number of DICOM (PS3.5 6.2): a longer value is none."""


def read(buffer: Buffer) -> Part10:
    """Read a Part-10 file held in memory or in a memory map."""
    file = Part10(size=len(buffer))
    if file.size > limits.MAX_FILE_BYTES:
        file.limit = f"MAX_FILE_BYTES {limits.MAX_FILE_BYTES}"
    elif buffer[128:_META_START] != b"DICM":
        found = buffer[128:_META_START].hex(" ") or None
        file.problems.append(Problem("preamble", "", 128, "DICM", found))
        file.broken = True
    else:
        start = _read_meta(file, buffer)
        if not file.broken:
            _read_dataset(file, buffer, start)
    return file


def read_meta(buffer: Buffer) -> Item:
    """The File Meta Information alone, as far as it can be read."""
    file = Part10(size=len(buffer))
    _read_meta(file, buffer)
    return file.meta


def _read_meta(file: Part10, buffer: Buffer) -> int:
    """Read group 0002, in Explicit VR as it must be, and return where the data set starts."""
    explicit = buffer[136:138] in VR_NAMES
    if not explicit:
        found = buffer[136:138].hex(" ") or None
        file.problems.append(Problem("meta-implicit", "(0002,0000)", _META_START, "UL", found))
    position = _META_START
    while buffer[position : position + 2] == b"\x02\x00":
        element, position = _meta_element(file, buffer, position, explicit=explicit)
        if position > file.size or not element:
            file.problems.append(Problem("structure", "", file.size, str(position), str(file.size)))
            file.broken = True
            return file.size
        file.meta.elements.setdefault(element.tag, element)
    _check_group_length(file, position)
    file.transfer_syntax = file.meta.text(TRANSFER_SYNTAX)
    return position


def _meta_element(
    file: Part10, buffer: Buffer, position: int, *, explicit: bool
) -> tuple[Element | None, int]:
    """The element of group 0002 at ``position`` and where the next one starts."""
    if position + 12 > file.size:
        return None, position + 12
    _, number, length = implicit_head(buffer, position)
    code, value = b"", position + 8
    if explicit:
        code = buffer[position + 4 : position + 6]
        length >>= 16
        if code not in SHORT_VRS:
            length, value = int.from_bytes(buffer[value : value + 4], "little"), value + 4
    vr = VR_NAMES.get(code, "")
    element = Element(0x00020000 | number, vr, buffer[value : value + length], position, file.meta)
    return element, value + length


def _check_group_length(file: Part10, end: int) -> None:
    declared = file.meta.elements.get(GROUP_LENGTH)
    if declared is None:
        return
    real = end - declared.offset - 8 - len(declared.raw)
    if len(declared.raw) > WIDEST:
        found = f"{len(declared.raw)} bytes"
    else:
        found = str(int.from_bytes(declared.raw, "little"))
    if found != str(real):
        file.problems.append(
            Problem("meta-length", tag_text(GROUP_LENGTH), declared.offset, str(real), found)
        )


def _read_dataset(file: Part10, buffer: Buffer, start: int) -> None:
    if file.transfer_syntax == BIG_ENDIAN:
        return
    if file.transfer_syntax == DEFLATED:
        inflated = _inflate(file, buffer, start)
        if inflated is None:
            return
        buffer, start = inflated, 0
    file.dataset.offset = start
    scan_dataset(file, buffer, start, explicit=file.transfer_syntax != IMPLICIT_VR)


def _inflate(file: Part10, buffer: Buffer, start: int) -> bytes | None:
    """The inflated data set, or None with the reason recorded (PS3.5 A.5, RFC 1951)."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(buffer[start:], limits.MAX_INFLATED_BYTES + 1)
    except zlib.error as error:
        _not_deflated(file, start, str(error))
        return None
    if len(data) > limits.MAX_INFLATED_BYTES:
        file.limit = f"MAX_INFLATED_BYTES {limits.MAX_INFLATED_BYTES}"
        return None
    if not inflater.eof:
        _not_deflated(file, file.size, None)
        return None
    return data


def _not_deflated(file: Part10, offset: int, found: str | None) -> None:
    file.problems.append(Problem("structure", "", offset, "RFC 1951", found))
    file.broken = True


__all__ = [
    "BIG_ENDIAN",
    "DEFLATED",
    "EXPLICIT_VR",
    "IMPLICIT_VR",
    "Buffer",
    "Element",
    "Item",
    "Part10",
    "read",
    "read_meta",
]
