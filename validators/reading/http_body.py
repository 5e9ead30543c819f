"""The body of an HTTP/1.1 response as the wire has it (RFC 9112 6 and 7).

The payload is never copied: it is a list of stretches of the buffer, one where it was sent whole,
one for each chunk where it was sent in chunks. Nothing here raises for what a body holds: what is
wrong is listed in ``problems``, what passes a limit of the reader is named in ``limit``.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import NamedTuple

from validators.reading import limits
from validators.reading.dicom import Buffer

LENGTH, CHUNKED, CLOSE = "Content-Length", "chunked", "close"
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?")
_DIGITS = re.compile(r"[0-9]{1,18}")


class BodyProblem(NamedTuple):
    """Something wrong in the framing of a body.

    ``kind`` is one of: length, short, extra, chunk, last-chunk, trailer.
    """

    kind: str
    offset: int
    expected: str
    actual: str | None


class Body:
    """A payload over a buffer: ``length`` bytes, read at an offset wherever they lie."""

    def __init__(self, buffer: Buffer, framing: str) -> None:
        self.buffer = buffer
        self.framing = framing
        self.length = 0
        self.problems: list[BodyProblem] = []
        self.limit = ""
        self._starts = array("Q")
        self._places = array("Q")

    def add(self, place: int, length: int) -> None:
        """The next stretch of the payload: ``length`` bytes of the buffer from ``place`` on."""
        if length:
            self._starts.append(self.length)
            self._places.append(place)
            self.length += length

    def note(self, kind: str, offset: int, expected: object, actual: object) -> None:
        found = None if actual is None else str(actual)
        self.problems.append(BodyProblem(kind, offset, str(expected), found))

    def of_kind(self, *kinds: str) -> list[BodyProblem]:
        return [one for one in self.problems if one.kind in kinds]

    def place(self, offset: int) -> int:
        """Where in the buffer a byte of the payload lies."""
        if not self._starts:
            return 0
        number = max(bisect_right(self._starts, offset) - 1, 0)
        return self._places[number] + offset - self._starts[number]

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes of the payload, fewer at its end."""
        end = min(offset + length, self.length)
        if offset >= end:
            return b""
        number = bisect_right(self._starts, offset) - 1
        pieces = []
        while offset < end:
            stop = self._starts[number + 1] if number + 1 < len(self._starts) else self.length
            stop = min(stop, end)
            place = self._places[number] + offset - self._starts[number]
            pieces.append(self.buffer[place : place + stop - offset])
            offset, number = stop, number + 1
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def saved_body(buffer: Buffer, declared: int | None) -> Body:
    """A body that a client saved apart from its head, its chunks put together."""
    body = Body(buffer, CLOSE if declared is None else LENGTH)
    body.add(0, len(buffer))
    if declared is not None and declared != len(buffer):
        kind = "short" if len(buffer) < declared else "extra"
        body.note(kind, len(buffer), declared, len(buffer))
    return body


def content_length(values: list[str]) -> int | None:
    """The length that Content-Length headers declare; None where they declare none, or several."""
    found = {one.strip() for value in values for one in value.split(",")}
    if len(found) == 1 and _DIGITS.fullmatch(text := found.pop()):
        return int(text)
    return None


def read_body(buffer: Buffer, start: int, lengths: list[str], codings: list[str]) -> Body:
    """The body that starts at ``start``, by the values of Content-Length and Transfer-Encoding.

    Transfer-Encoding stands before Content-Length (RFC 9112 6.3). A coding that is not *chunked*
    alone is not decoded.
    """
    coding = ", ".join(codings).strip().lower()
    if coding == CHUNKED:
        return _chunked(buffer, start)
    declared = content_length(lengths)
    body = Body(buffer, CLOSE if declared is None or coding else LENGTH)
    if body.framing == CLOSE or declared is None:
        body.add(start, len(buffer) - start)
        return body
    present = len(buffer) - start
    body.add(start, min(declared, present))
    if present < declared:
        body.note("short", len(buffer), declared, present)
    elif present > declared:
        body.note("extra", start + declared, declared, present)
    return body


def _chunked(buffer: Buffer, start: int) -> Body:
    """The chunks, as far as they can be followed."""
    body = Body(buffer, CHUNKED)
    position, end, count = start, len(buffer), 0
    while True:
        line, stop = _size_line(buffer, position)
        size = _SIZE.fullmatch(line[:stop]) if stop >= 0 else None
        if size is None:
            _unreadable(body, line, position, end)
            return body
        length = int(size[1], 16)
        position += stop + 2
        if not length:
            _trailers(body, buffer, position)
            return body
        count += 1
        if count > limits.MAX_HTTP_CHUNKS:
            body.limit = f"MAX_HTTP_CHUNKS {limits.MAX_HTTP_CHUNKS}"
            return body
        body.add(position, min(length, max(end - position, 0)))
        position += length
        if position > end:
            body.note("last-chunk", end, length, end - (position - length))
            return body
        after = buffer[position : position + 2]
        if after != b"\r\n":
            kind = "chunk" if len(after) == 2 else "last-chunk"
            body.note(kind, position, "CR LF", after.hex(" ") or None)
            return body
        position += 2


def _size_line(buffer: Buffer, position: int) -> tuple[bytes, int]:
    """The bytes from a chunk size on, most often few, and where its line ends; -1 if nowhere."""
    line = buffer[position : position + 32]
    stop = line.find(b"\r\n")
    if stop < 0:
        line = buffer[position : position + limits.MAX_CHUNK_LINE_BYTES]
        stop = line.find(b"\r\n")
    return line, stop


def _unreadable(body: Body, line: bytes, position: int, end: int) -> None:
    """Meet no chunk size: the end of what was sent, a line too long, or anything else."""
    if len(line) == limits.MAX_CHUNK_LINE_BYTES and b"\n" not in line:
        body.limit = f"MAX_CHUNK_LINE_BYTES {limits.MAX_CHUNK_LINE_BYTES}"
    elif position + len(line) >= end and b"\n" not in line and _SIZE.match(line + b"0"):
        body.note("last-chunk", position, "0", line.decode("latin_1") or None)
    else:
        text = line.partition(b"\n")[0][:40].decode("latin_1")
        body.note("chunk", position, "HEXDIG CR LF", text)


def _trailers(body: Body, buffer: Buffer, position: int) -> None:
    """Skip what follows the last chunk up to its empty line."""
    rest = buffer[position : position + limits.MAX_PART_HEAD_BYTES]
    if rest[:2] == b"\r\n":
        stop = 2
    else:
        stop = rest.find(b"\r\n\r\n") + 4
        if stop < 4 and len(rest) == limits.MAX_PART_HEAD_BYTES:
            body.limit = f"MAX_PART_HEAD_BYTES {limits.MAX_PART_HEAD_BYTES}"
            return
        if stop < 4:
            body.note("last-chunk", position, "CR LF", rest[:40].decode("latin_1") or None)
            return
        body.note("trailer", position, "", rest[: stop - 4][:200].decode("latin_1"))
    if position + stop < len(buffer):
        body.note("extra", position + stop, position + stop, len(buffer))
