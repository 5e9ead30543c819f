"""A multipart body in one pass and in constant memory (RFC 2046 5.1, PS3.18 8.6.1.2).

Parts are stretches of the body, never copied. The search goes by windows: searching a whole memory
map is many times slower than searching bytes. Nothing here raises for what a body holds: what is
wrong is kept for the rules, what passes a limit of the reader is named in ``limit``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from validators.model import Node
from validators.reading import limits
from validators.reading.http import TOKEN, Header
from validators.reading.http_body import Body

_LINE_END = re.compile(rb"(--)?[ \t]*(\r?\n|$)")
_LENGTH = re.compile(r"[0-9]{1,18}")
_AFTER = 256
"""How far the end of the line of a delimiter is looked for."""


class Delimiter(NamedTuple):
    """A delimiter: where its line break starts, where what follows it starts."""

    start: int
    end: int
    closing: bool
    lone_lf: bool


class Part(Node):
    """A part: its headers, and where in the body its content lies.

    ``malformed`` are lines that are no header, with their offset in the body. ``ended`` says that
    an empty line ends the headers.
    """

    __slots__ = (
        "body", "ended", "headers", "length", "lone_lf", "malformed", "number", "offset", "start",
    )  # fmt: skip

    def __init__(self, body: Body, number: int, start: int) -> None:
        self.body = body
        self.number = number
        self.start = start
        self.offset = start
        self.length = 0
        self.headers: list[Header] = []
        self.malformed: list[tuple[int, str]] = []
        self.lone_lf = 0
        self.ended = False

    @property
    def path(self) -> str:
        return f"part[{self.number}]"

    @property
    def place(self) -> int:
        return self.body.place(self.start)

    def all(self, name: str) -> list[Header]:
        """The headers of a name, in any case."""
        return [one for one in self.headers if one.name.lower() == name.lower()]

    def value(self, name: str) -> str:
        """The value of the first header of a name; "" where it is absent."""
        return next((one.value for one in self.all(name)), "")

    @property
    def declared(self) -> int | None:
        """What its Content-Length declares."""
        text = self.value("Content-Length")
        return int(text) if _LENGTH.fullmatch(text) else None

    def read(self, offset: int, length: int) -> bytes:
        """At most ``length`` bytes of the content, fewer at its end."""
        return self.body.read(self.offset + offset, min(length, self.length - offset))

    def place_at(self, offset: int) -> int:
        """Where in the buffer a byte of the content lies."""
        return self.body.place(self.offset + offset)


@dataclass(slots=True)
class Multipart:
    """The parts of a body, and what their delimiters show.

    ``preamble`` and ``epilogue`` are their lengths, that of the epilogue without the line end of
    the close delimiter. ``collisions`` are the places where the boundary stands in a part.
    """

    parts: list[Part] = field(default_factory=list)
    preamble: int = 0
    epilogue: int = 0
    closed: bool = False
    lone_lf: int = 0
    collisions: list[int] = field(default_factory=list)
    limit: str = ""


def read_multipart(body: Body, boundary: str) -> Multipart:
    """Find the parts between the delimiters of this boundary."""
    return _Parser(body, b"--" + boundary.encode("latin_1", "replace")).run()


class _Parser:
    """Where the search stands. ``trusted`` is the end of a part that its length declares."""

    def __init__(self, body: Body, mark: bytes) -> None:
        self.body = body
        self.mark = mark
        self.needle = b"\n" + mark
        self.found = Multipart()
        self.position = 0
        self.trusted = 0
        self.open: Part | None = None
        self.window = b""
        self.window_start = 0

    def run(self) -> Multipart:
        found = self.found
        if self.body.read(0, len(self.mark)) == self.mark:
            self._hit(0, len(self.mark))
        while not (found.closed or found.limit):
            at = self._next()
            if at < 0:
                break
            start = at - 1 if at and self.body.read(at - 1, 1) == b"\r" else at
            self._hit(start, at + len(self.needle))
        self._finish()
        return found

    def _next(self) -> int:
        """Where the next line break before a mark stands; -1 where there is none."""
        size, needle = limits.BODY_WINDOW_BYTES, self.needle
        step = max(size, 2 * len(needle))
        while True:
            inside = self.position - self.window_start
            if 0 <= inside < len(self.window):
                at = self.window.find(needle, inside)
                if at >= 0:
                    self.position = self.window_start + at + len(needle)
                    return self.window_start + at
                self.position = max(
                    self.position, self.window_start + len(self.window) - len(needle) + 1
                )
            if self.position + len(needle) > self.body.length:
                return -1
            if self._too_far():
                return -1
            self.window_start = self.position
            self.window = self.body.read(self.position, step)

    def _too_far(self) -> bool:
        if self.open is None and self.position > limits.MAX_PREAMBLE_BYTES:
            self.found.limit = f"MAX_PREAMBLE_BYTES {limits.MAX_PREAMBLE_BYTES}"
        return bool(self.found.limit)

    def _hit(self, start: int, after: int) -> None:
        """Meet a mark at the start of a line: a delimiter, or data that look like one."""
        line = _LINE_END.match(self.body.read(after, _AFTER))
        whole = line is not None and (line[2] or after + line.end() >= self.body.length)
        if line is None or not whole or start < self.trusted:
            self.found.collisions.append(start)
            if len(self.found.collisions) > limits.MAX_COLLISIONS:
                self.found.limit = f"MAX_COLLISIONS {limits.MAX_COLLISIONS}"
            return
        lone = line[2] == b"\n" or (start > 0 and self.body.read(start, 1) == b"\n")
        closing = line[1] is not None
        delimiter = Delimiter(start, after + line.end(), closing, lone)
        self._delimit(delimiter)

    def _delimit(self, one: Delimiter) -> None:
        found = self.found
        found.lone_lf += one.lone_lf
        if self.open is None:
            found.preamble = one.start
        else:
            self._close(one.start)
        if one.closing:
            found.closed = True
            found.epilogue = self.body.length - one.end
            return
        if len(found.parts) >= limits.MAX_PARTS:
            found.limit = f"MAX_PARTS {limits.MAX_PARTS}"
            return
        self.open = part = Part(self.body, len(found.parts) + 1, one.end)
        found.parts.append(part)
        found.limit = _read_headers(part, self.mark)
        # The line break before the next delimiter may be that which ends the headers.
        self.position = max(one.end - 1, part.offset - 2)
        self._trust(part)

    def _trust(self, part: Part) -> None:
        """Believe the length that a part declares where a delimiter follows at once."""
        declared = part.declared
        if declared is not None:
            after = self.body.read(part.offset + declared, len(self.needle) + 1)
            if after == b"\r" + self.needle:
                self.trusted = part.offset + declared

    def _close(self, end: int) -> None:
        assert self.open is not None
        part = self.open
        if end < part.offset:
            part.offset = end
        part.length = end - part.offset

    def _finish(self) -> None:
        if self.found.closed:
            return
        if self.open is None:
            self.found.preamble = self.body.length
        else:
            self._close(self.body.length)


def _read_headers(part: Part, mark: bytes) -> str:
    """Read the header lines of a part, up to the next mark at most; the limit that they pass."""
    size = 1024
    head = part.body.read(part.start, size)
    while (end := _end_of_head(head)) < 0 and len(head) == size:
        if size >= limits.MAX_PART_HEAD_BYTES:
            return f"MAX_PART_HEAD_BYTES {limits.MAX_PART_HEAD_BYTES}"
        size = min(size * 4, limits.MAX_PART_HEAD_BYTES)
        head = part.body.read(part.start, size)
    cut = 0 if head.startswith(mark) else head.find(b"\n" + mark) + 1
    if head.startswith(mark) or 0 < cut < end:
        head, end = head[:cut], -1
    part.ended = end >= 0
    stop = end if part.ended else len(head)
    part.offset = part.start + stop
    return _add_headers(part, head[:stop])


def _add_headers(part: Part, head: bytes) -> str:
    position = 0
    counts: dict[str, int] = {}
    while position < len(head):
        line_end = head.find(b"\n", position)
        line_end = len(head) if line_end < 0 else line_end
        raw = head[position:line_end]
        text = raw.rstrip(b"\r").decode("latin_1")
        part.lone_lf += not raw.endswith(b"\r")
        if text:
            _add_header(part, text, position, counts)
        if len(part.headers) + len(part.malformed) > limits.MAX_PART_HEADERS:
            return f"MAX_PART_HEADERS {limits.MAX_PART_HEADERS}"
        position = line_end + 1
    return ""


def _end_of_head(head: bytes) -> int:
    """Where the content starts; -1 where no empty line is there."""
    if head[:2] == b"\r\n":
        return 2
    if head[:1] == b"\n":
        return 1
    ends = [at + len(mark) for mark in (b"\n\r\n", b"\n\n") if (at := head.find(mark)) >= 0]
    return min(ends, default=-1)


def _add_header(part: Part, text: str, position: int, counts: dict[str, int]) -> None:
    name, colon, value = text.partition(":")
    if not colon or not TOKEN.fullmatch(name):
        part.malformed.append((part.start + position, text[:200]))
        return
    key = name.lower()
    counts[key] = counts.get(key, 0) + 1
    path = f"part[{part.number}].{name}" + (f"[{counts[key]}]" if counts[key] > 1 else "")
    place = part.body.place(part.start + position)
    part.headers.append(Header(name, value.strip(" \t"), path, place, 0))
