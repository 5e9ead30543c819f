"""Multipart bodies as they come, of any size (RFC 2046 5.1.1, RFC 2387): nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

LONGEST_HEAD = 1 << 14
LONGEST_BLANKS = 256
_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,./:=?* -]{1,70}")
"""The characters of RFC 2046, and the star that official samples have (C-REQ-12)."""


class Broken(ValueError):
    """The body is no multipart body, or ends before its last boundary."""


@dataclass(slots=True)
class Part:
    """A part: its headers, names in lower case, and its content, which is read once."""

    headers: Mapping[str, str]
    pieces: Iterator[bytes] = field(repr=False)


def parts(pieces: Iterable[bytes], boundary: str) -> Iterator[Part]:
    """The parts in their order; what is not read of one is skipped. Raises Broken.

    What comes before the first boundary and after the last is ignored.
    """
    mark = boundary.encode("latin_1", "replace")
    if not _BOUNDARY.fullmatch(mark):
        raise Broken("the boundary of Content-Type is none")
    reader = _Reader(iter(pieces), b"\r\n--" + mark)
    for _ in reader.to_boundary():
        pass
    while not reader.last():
        part = Part(reader.head(), reader.to_boundary())
        yield part
        for _ in part.pieces:
            pass


class _Reader:
    """The body, and the buffer of what came and is not told yet."""

    def __init__(self, source: Iterator[bytes], delimiter: bytes) -> None:
        self._source, self._delimiter = source, delimiter
        # The first boundary may be at the very beginning, without a line before it.
        self._buffer = bytearray(b"\r\n")

    def _more(self) -> None:
        piece = next(self._source, None)
        if piece is None:
            raise Broken("the body ends before its last boundary")
        self._buffer += piece

    def to_boundary(self) -> Iterator[bytes]:
        """What comes before the next boundary, which is taken too."""
        keep, length = len(self._delimiter) - 1, len(self._delimiter)
        while True:
            at = self._buffer.find(self._delimiter)
            if at < 0:
                yield from self._told(max(0, len(self._buffer) - keep))
                self._more()
                continue
            yield from self._told(at)
            if self._is_boundary(length):
                del self._buffer[:length]
                return
            # A line of the content that only begins as the delimiter does.
            yield from self._told(length)

    def _told(self, size: int) -> Iterator[bytes]:
        told = bytes(self._buffer[:size])
        del self._buffer[:size]
        if told:
            yield told

    def _is_boundary(self, length: int) -> bool:
        """Whether only blanks and the end of the line, or two hyphens, follow the delimiter."""
        while True:
            rest = bytes(self._buffer[length : length + LONGEST_BLANKS])
            if rest.startswith(b"--"):
                return True
            text = rest.lstrip(b" \t")
            if len(text) >= 2 or (text not in (b"", b"\r", b"-")):
                return text.startswith(b"\r\n")
            if len(rest) == LONGEST_BLANKS:
                return False
            self._more()

    def last(self) -> bool:
        """Whether the boundary that was taken is the last; takes the rest of its line."""
        while len(self._buffer) < 2:
            self._more()
        if self._buffer.startswith(b"--"):
            return True
        self._to(b"\r\n", LONGEST_BLANKS)
        return False

    def head(self) -> Mapping[str, str]:
        """The headers of a part, which an empty line ends."""
        found: dict[str, str] = {}
        left = LONGEST_HEAD
        name = ""
        while line := self._to(b"\r\n", left):
            left -= len(line) + 2
            if line[:1] in (b" ", b"\t") and name:
                found[name] += " " + line.strip().decode("latin_1")
                continue
            field_name, mark, value = line.partition(b":")
            if not mark:
                raise Broken("a header of a part has no colon")
            name = field_name.strip().lower().decode("latin_1")
            found[name] = value.strip().decode("latin_1")
        return found

    def _to(self, end: bytes, longest: int) -> bytes:
        while (at := self._buffer.find(end)) < 0 or at > longest:
            if len(self._buffer) > longest:
                raise Broken("the head of a part is too long")
            self._more()
        told = bytes(self._buffer[:at])
        del self._buffer[: at + len(end)]
        return told
