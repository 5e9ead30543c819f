"""HL7 v2 messages in the vertical-bar encoding, read within limits (HL7 v2.5.1 chapter 2).

Segments end with CR on the wire; files have LF or CRLF too. ``read`` never raises for what a
message holds: what is wrong is listed in ``problems``, what passes a limit is named in ``limit``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer

DELIMITERS = "|^~\\&"
FRAME_START, FRAME_END = b"\x0b", b"\x1c"
CODECS = {
    "UNICODE UTF-8": "utf-8",
    "8859/15": "iso8859_15",
    "8859/1": "latin_1",
    "": "utf-8",
}
"""Codec of each value of MSH-18 that is known (HL7 table 0211)."""

_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}(?=\||$)")
_TERMINATOR = re.compile(rb"\r\n|\r|\n")
_ESCAPE = re.compile(r"\\([FSTRE]|X[0-9A-F]+|\.br)\\")
_UNESCAPED = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", ".br": "\n"}


class Hl7Problem(NamedTuple):
    """Something wrong in the message that only reading shows."""

    kind: str
    path: str
    offset: int
    expected: str
    actual: str | None


class Segment(Node):
    """A segment: ``number`` is its place among those of its name, from 1."""

    __slots__ = ("_fields", "count", "name", "number", "offset", "text")

    def __init__(self, name: str, text: str, number: int, offset: int) -> None:
        self.name = name
        self.text = text
        self.number = number
        self.count = 1
        self.offset = offset
        self._fields: list[str] | None = None

    @property
    def path(self) -> str:
        several = self.count > 1 or self.name in ("OBX", "PRT")
        return f"{self.name}[{self.number}]" if several else self.name

    @property
    def place(self) -> int:
        return self.offset

    @property
    def fields(self) -> list[str]:
        """The fields, the name first; of MSH, the separator is the first field."""
        if self._fields is None:
            parts = self.text.split("|")
            self._fields = [parts[0], "|", *parts[1:]] if self.name == "MSH" else parts
        return self._fields

    def raw(self, number: int) -> str:
        """A whole field as it stands; "" where it is absent."""
        return self.fields[number] if number < len(self.fields) else ""

    def field(self, number: int) -> Field:
        """The first repetition of a field."""
        return Field(self, number, 0, self.raw(number).split("~", 1)[0])

    def repetitions(self, number: int) -> list[Field]:
        """The repetitions of a field that have a value."""
        parts = self.raw(number).split("~")
        return [Field(self, number, index, part) for index, part in enumerate(parts) if part]

    def get(self, number: int, component: int = 1, sub: int = 1) -> str:
        """The trimmed text of a component of the first repetition, unescaped."""
        return self.field(number).get(component, sub)


class Field(Node):
    """One repetition of a field: ``index`` counts them from 0."""

    __slots__ = ("index", "number", "segment", "text")

    def __init__(self, segment: Segment, number: int, index: int, text: str) -> None:
        self.segment = segment
        self.number = number
        self.index = index
        self.text = text

    @property
    def path(self) -> str:
        base = f"{self.segment.path}-{self.number}"
        return f"{base}[{self.index + 1}]" if "~" in self.segment.raw(self.number) else base

    @property
    def place(self) -> int:
        return self.segment.offset

    def get(self, component: int = 1, sub: int = 1) -> str:
        """The trimmed text of a component, or of a subcomponent of it, unescaped."""
        parts = self.text.split("^", component)
        text = parts[component - 1] if component <= len(parts) else ""
        inner = text.split("&", sub)
        return unescaped(inner[sub - 1]).strip() if sub <= len(inner) else ""

    def component(self, component: int) -> str:
        """A component as it stands, its subcomponents together."""
        parts = self.text.split("^", component)
        return parts[component - 1].strip() if component <= len(parts) else ""


def unescaped(text: str) -> str:
    """The text with its escape sequences replaced (2.7); formatting ones stay."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: _replacement(found[1]), text)


def _replacement(code: str) -> str:
    if code.startswith("X"):
        return bytes.fromhex(code[1:].ljust(len(code) // 2 * 2, "0")).decode("latin_1")
    return _UNESCAPED[code]


@dataclass(slots=True)
class Hl7File(Node):
    """A message as read. ``terminators`` counts the kinds of segment terminator."""

    size: int
    segments: list[Segment] = field(default_factory=list)
    problems: list[Hl7Problem] = field(default_factory=list)
    limit: str = ""
    terminators: Counter[str] = field(default_factory=Counter)
    framed: bool = False

    @property
    def path(self) -> str:
        return ""

    def of_kind(self, *kinds: str) -> list[Hl7Problem]:
        return [problem for problem in self.problems if problem.kind in kinds]

    def named(self, name: str) -> list[Segment]:
        return [segment for segment in self.segments if segment.name == name]


def read(buffer: Buffer) -> Hl7File:
    """Read a message held in memory or in a memory map; MLLP framing is taken off."""
    file = Hl7File(size=len(buffer))
    if file.size > limits.MAX_HL7_BYTES:
        file.limit = f"MAX_HL7_BYTES {limits.MAX_HL7_BYTES}"
        return file
    raw = bytes(buffer)
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    if raw[start : start + 1] == FRAME_START:
        file.framed = True
        raw, start = raw.partition(FRAME_END)[0], start + 1
    if raw[start : start + 3] == b"\xef\xbb\xbf":
        file.problems.append(Hl7Problem("bom", "", start, "MSH", "EF BB BF"))
        start += 3
    if raw[start : start + 3] != b"MSH":
        found = raw[start : start + 8].decode("latin_1") or None
        file.problems.append(Hl7Problem("no-header", "", start, "MSH", found))
        return file
    _segments(file, raw, start)
    return file


def _segments(file: Hl7File, raw: bytes, start: int) -> None:
    codec = _codec(file, raw, start)
    seen: Counter[str] = Counter()
    for offset, line in _lines(file, raw, start):
        if len(file.segments) >= limits.MAX_HL7_SEGMENTS:
            file.limit = f"MAX_HL7_SEGMENTS {limits.MAX_HL7_SEGMENTS}"
            return
        text = _decoded(file, line, codec, offset)
        found = _SEGMENT.match(text)
        if found is None:
            last = file.segments[-1].path if file.segments else ""
            file.problems.append(Hl7Problem("line", last, offset, "[A-Z][A-Z0-9]{2}|", text[:40]))
            continue
        seen[found[0]] += 1
        file.segments.append(Segment(found[0], text, seen[found[0]], offset))
    for segment in file.segments:
        segment.count = seen[segment.name]


def _lines(file: Hl7File, raw: bytes, start: int) -> list[tuple[int, bytes]]:
    """The lines that hold something, each with its offset; terminators are counted."""
    lines = []
    position = start
    for found in _TERMINATOR.finditer(raw, start):
        file.terminators[found[0].decode()] += 1
        lines.append((position, raw[position : found.start()]))
        position = found.end()
    lines.append((position, raw[position:]))
    return [(offset, line) for offset, line in lines if line.strip()]


def _codec(file: Hl7File, raw: bytes, start: int) -> str:
    """The codec that MSH-18 names; UTF-8 for one that is not known."""
    head = _TERMINATOR.split(raw[start : start + 4096], maxsplit=1)[0].decode("latin_1")
    fields = head.split("|")
    declared = fields[17].split("~")[0].strip() if len(fields) > 17 else ""
    if head[3:8] != DELIMITERS:
        file.problems.append(Hl7Problem("delimiters", "MSH-2", start, DELIMITERS, head[3:8]))
    return CODECS.get(declared, "utf-8")


def _decoded(file: Hl7File, line: bytes, codec: str, offset: int) -> str:
    if line.isascii():
        return line.decode("ascii")
    try:
        return line.decode(codec)
    except UnicodeDecodeError as error:
        where = line[:3].decode("latin_1")
        byte = line[error.start : error.start + 1].hex()
        file.problems.append(Hl7Problem("charset", where, offset + error.start, codec, byte))
        return line.decode(codec, "replace")
