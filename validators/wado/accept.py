"""The Accept header: media ranges with their parameters (RFC 9110 12.5.1, PS3.18 8.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from validators.model import Node
from validators.reading import limits
from validators.reading.http import Header

MEDIA_TYPE = re.compile(r"(?:[!#$&^_.+0-9A-Za-z-]+|\*)/(?:[!#$&^_.+0-9A-Za-z-]+|\*)")
_QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


class Parameter(NamedTuple):
    """A parameter of a media type: its name in lower case, its value without quotes."""

    name: str
    value: str
    quoted: bool


def split(text: str, separator: str) -> list[str]:
    """Cut at a separator that stands outside quoted strings; the pieces without blanks."""
    pieces, start, quoted, escaped = [], 0, False, False
    for at, letter in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter == separator and not quoted:
            pieces.append(text[start:at].strip())
            start = at + 1
    pieces.append(text[start:].strip())
    return pieces


def parameters(pieces: Sequence[str]) -> list[Parameter]:
    """The parameters of the pieces after a media type; a piece without "=" has no value."""
    found = []
    for piece in pieces:
        name, _, value = piece.partition("=")
        value = value.strip()
        quoted = len(value) >= 2 and value[0] == value[-1] == '"'
        if quoted:
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.append(Parameter(name.strip().lower(), value, quoted))
    return found


class MediaRange(Node):
    """One media range: ``media_type`` in lower case, "" where the range has none."""

    __slots__ = ("header", "media_type", "number", "parameters", "text")

    def __init__(self, header: Header, number: int, text: str) -> None:
        self.header = header
        self.number = number
        self.text = text
        pieces = split(text, ";")
        self.media_type = ""
        if "=" not in pieces[0]:
            self.media_type = pieces.pop(0).lower()
        self.parameters = parameters([one for one in pieces if one])

    @property
    def path(self) -> str:
        return f"{self.header.path}#{self.number}"

    @property
    def place(self) -> int:
        return self.header.offset

    @property
    def line(self) -> int:
        return self.header.line

    def all(self, name: str) -> list[str]:
        return [one.value for one in self.parameters if one.name == name]

    def get(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    def parameter(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)

    @property
    def root_type(self) -> str:
        """The type inside a multipart, in lower case; else the media type itself."""
        inner = self.get("type")
        if self.media_type == "multipart/related":
            return (inner or "").lower()
        return self.media_type

    @property
    def quality(self) -> float | None:
        """The weight, 1 where there is none; None where it is malformed."""
        text = self.get("q")
        if text is None:
            return 1.0
        return float(text) if _QUALITY.fullmatch(text) else None


def media_ranges(headers: Sequence[Header]) -> Iterator[MediaRange]:
    """The media ranges of the Accept headers in order, at most MAX_MEDIA_RANGES of them."""
    number = 0
    for header in headers:
        for text in split(header.value, ","):
            if text:
                number += 1
                if number > limits.MAX_MEDIA_RANGES:
                    return
                yield MediaRange(header, number, text)
