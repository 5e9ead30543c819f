"""How a submission comes: bare, in a SOAP envelope, or in a multipart message (MTOM, XOP).

Stored copies are read tolerantly: blanks before boundaries and before the XML declaration,
prefixes that nothing declares, headers without a line break. What was tolerated is in the
problems of the XML file.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass, field
from itertools import pairwise

from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.reading.xml import XmlFile, read

_FIRST_BOUNDARY = re.compile(rb"\A[\s]*--([^\r\n<]{1,200}?)(?=\r?\n|Content-)", re.ASCII)
_HEADER = re.compile(rb"^[ \t]*([A-Za-z-]+)[ \t]*:[ \t]*([^\r\n]*)", re.MULTILINE)
_PARAMETER = re.compile(rb'boundary="?([^";\r\n]+)"?')
_GLUED = re.compile(rb"(?<=[^\s])(?=Content-(?:Type|Transfer-Encoding|ID):)")


@dataclass(slots=True)
class Part(Node):
    """A part of a multipart message: ``number`` counts from 1, names of headers are lower case."""

    number: int
    headers: dict[str, str]
    body: bytes
    indented: bool = False

    @property
    def path(self) -> str:
        return f"part[{self.number}]"

    @property
    def identifier(self) -> str:
        return self.headers.get("content-id", "").strip("<> ")

    @property
    def is_base64(self) -> bool:
        return self.headers.get("content-transfer-encoding", "").lower() == "base64"

    @property
    def content(self) -> bytes:
        """The body, decoded where its header says base64; as it is where it does not decode."""
        if not self.is_base64:
            return self.body
        try:
            return b64decode(b"".join(self.body.split()), validate=True)
        except (binascii.Error, ValueError):
            return self.body


@dataclass(slots=True)
class Package:
    """A submission as it came: its XML, and the parts of a multipart message, the root first."""

    xml: XmlFile
    parts: list[Part] = field(default_factory=list)

    @property
    def multipart(self) -> bool:
        return bool(self.parts)


def unpack(buffer: Buffer) -> Package:
    """Read a submission, whatever it comes in."""
    raw = bytes(buffer[: limits.MAX_XML_BYTES + 1])
    if len(raw) > limits.MAX_XML_BYTES:
        return Package(read(buffer))
    boundary = _boundary(raw)
    if boundary is None:
        return Package(read(raw, tolerant=True))
    parts = _parts(raw, boundary)
    if not parts:
        return Package(read(raw, tolerant=True))
    return Package(read(parts[0].body, tolerant=True), parts)


def _boundary(raw: bytes) -> bytes | None:
    """The boundary that a Content-Type header or the first line names."""
    head = raw[:4096]
    if head.lstrip()[:5].lower() in (b"conte", b"mime-"):
        found = _PARAMETER.search(head.partition(b"<")[0])
        return found[1] if found else None
    found = _FIRST_BOUNDARY.search(head)
    return found[1].rstrip() if found else None


def _parts(raw: bytes, boundary: bytes) -> list[Part]:
    delimiter = re.compile(
        rb"(?:\A|\r?\n|(?<=>))([ \t]*)--"
        + re.escape(boundary)
        + rb"(?:--)?[ \t]*(?=\r?\n|Content-|\Z)"
    )
    marks = list(delimiter.finditer(raw))
    parts = []
    for number, (mark, after) in enumerate(pairwise(marks), start=1):
        headers, body = _head_and_body(raw[mark.end() : after.start()])
        parts.append(Part(number, headers, body, bool(mark[1])))
    return parts


def _head_and_body(raw: bytes) -> tuple[dict[str, str], bytes]:
    """The headers of a part and its body, which begins after the empty line."""
    raw = raw[2:] if raw.startswith(b"\r\n") else raw.removeprefix(b"\n")
    empty = re.search(rb"\r?\n[ \t]*\r?\n", raw)
    if empty is None:
        # Headers written without line breaks end where the identifier of the part ends.
        close = raw.find(b">") + 1
        head, body = _GLUED.sub(b"\n", raw[:close]), raw[close:]
    else:
        head, body = raw[: empty.start()], raw[empty.end() :]
    headers = {
        name.decode("latin_1").lower(): value.decode("latin_1").strip()
        for name, value in _HEADER.findall(head)
    }
    return headers, body
