"""HL7 v2 messages: segments and fields, and the acknowledgement (HL7 v2.5.1 2; CI-SIS 2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

ENCODINGS = {
    "UNICODE UTF-8": "utf-8",
    "8859/1": "iso-8859-1",
    "8859/15": "iso-8859-15",
    "": "utf-8",
}
_ESCAPE = re.compile(r"\\(F|S|T|R|E|X[0-9A-Fa-f]+|\.br)\\")
_PLAIN = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", ".br": "\n"}
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}(?:\||$)")


class Unreadable(Exception):
    """A message that cannot be taken: ``code`` is of table 0357, ``place`` of ERR-2."""

    def __init__(self, code: str, text: str, place: str = "") -> None:
        super().__init__(text)
        self.code, self.text, self.place = code, text, place


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment; the fields of MSH are counted as the standard does, MSH-1 being the separator."""

    name: str
    values: Sequence[str]

    def field(self, number: int) -> str:
        """A field as it stands; "" where it is absent."""
        return self.values[number] if number < len(self.values) else ""

    def repetitions(self, number: int) -> list[str]:
        return [one for one in self.field(number).split("~") if one]

    def component(self, number: int, component: int = 1, *, repetition: int = 0) -> str:
        """A component, unescaped; "" where it is absent."""
        found = self.field(number).split("~")
        if repetition >= len(found):
            return ""
        return component_of(found[repetition], component)


def component_of(value: str, component: int, sub: int = 0) -> str:
    """A component of a repetition, or a subcomponent of it, unescaped."""
    parts = value.split("^")
    found = parts[component - 1] if component <= len(parts) else ""
    if sub:
        subs = found.split("&")
        found = subs[sub - 1] if sub <= len(subs) else ""
    return unescaped(found)


def unescaped(text: str) -> str:
    """A text without escape sequences (2.7)."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: _plain(found[1]), text)


def _plain(sequence: str) -> str:
    if sequence.startswith("X"):
        return bytes.fromhex(sequence[1:].ljust((len(sequence) // 2) * 2, "0")).decode("latin_1")
    return _PLAIN[sequence]


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its segments in order."""

    segments: Sequence[Segment]

    @property
    def header(self) -> Segment:
        return self.segments[0]

    @property
    def control_id(self) -> str:
        return self.header.field(10)

    @property
    def kind(self) -> str:
        """Message code and trigger event, as in ORU^R01."""
        return "^".join(self.header.field(9).split("^")[:2])

    def all(self, name: str) -> Iterator[Segment]:
        return (one for one in self.segments if one.name == name)

    def first(self, name: str) -> Segment:
        """The first segment of a name. Raises Unreadable."""
        found = next(self.all(name), None)
        if found is None:
            raise Unreadable("100", f"segment {name} is missing", name)
        return found


def read(raw: bytes) -> Message:
    """The message of a block. Raises Unreadable."""
    lines = re.split(rb"[\r\n]+", raw.strip(b"\r\n"))
    if not lines[0].startswith(b"MSH|^~\\&|"):
        raise Unreadable("100", "the message does not begin with MSH|^~\\&|", "MSH^1")
    stated = lines[0].split(b"|")
    charset = stated[17].decode("ascii", "replace").split("~")[0] if len(stated) > 17 else ""
    encoding = ENCODINGS.get(charset)
    if encoding is None:
        raise Unreadable("103", "MSH-18 is no character set that is taken", "MSH^1^18")
    try:
        text = [line.decode(encoding) for line in lines]
    except UnicodeDecodeError:
        raise Unreadable("102", f"not in {charset or 'UTF-8'}", "MSH^1^18") from None
    segments = []
    for number, line in enumerate(text, start=1):
        if not _SEGMENT.match(line):
            raise Unreadable("100", f"line {number} is no segment")
        name, *fields = line.split("|")
        # MSH-1 is the separator itself, so that MSH-2 is the second field.
        segments.append(Segment(name, [name, *(["|"] if name == "MSH" else []), *fields]))
    return Message(segments)


def acknowledgement(raw: bytes, code: str, problem: Unreadable | None, at: datetime) -> bytes:
    """The answer to a block, of which as much is read as can be (2.9.2; CI-SIS, ACK)."""
    line = re.split(rb"[\r\n]", raw.strip(b"\r\n"), maxsplit=1)[0].decode("latin_1")
    fields = line.split("|") if line.startswith("MSH|") else ["MSH", "^~\\&"]
    fields += [""] * (22 - len(fields))
    trigger = [*fields[8].split("^"), "", ""][1]
    head = ["MSH", "^~\\&", fields[4], fields[5], fields[2], fields[3],
            at.strftime("%Y%m%d%H%M%S"), "", "^".join(filter(None, ("ACK", trigger, "ACK"))),
            uuid4().hex[:20], fields[10] or "P", fields[11] or "2.5",
            "", "", "", "", fields[16], fields[17]]  # fmt: skip
    lines = ["|".join(head), f"MSA|{code}|{fields[9]}"]
    if problem is not None:
        meaning = CONDITIONS.get(problem.code, "")
        lines.append(
            f"ERR||{problem.place}|{problem.code}^{meaning}^messageErrorCondition|E||||{problem.text}"
        )
    # What is echoed goes back byte for byte, whatever its character set.
    return "".join(one + "\r" for one in lines).encode("latin_1", "replace")


CONDITIONS = {
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "207": "Application internal error",
}
"""Table 0357: message error condition codes."""
