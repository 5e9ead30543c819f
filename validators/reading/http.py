"""The head of an HTTP/1.1 message from its raw bytes (RFC 9112), with what HTTP clients forgive.

``read_request`` and ``read_response`` never raise for what a message holds: what is wrong in its
framing is listed in ``problems``, what passes a limit of the reader is named in ``limit``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from validators.model import Defect, Node
from validators.reading import limits
from validators.reading.dicom import Buffer

START = "start-line"
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSION = re.compile(r"HTTP/[0-9](?:\.[0-9])?")
_STATUS = re.compile(r"[1-9][0-9]{2}")
_BLANKS = " \t"


class HttpProblem(NamedTuple):
    """Something wrong in the framing.

    ``kind`` is one of: start, interim, header, name, fold, control, end.
    """

    kind: str
    path: str
    offset: int
    line: int
    expected: str
    actual: str | None


class Header(Node):
    """A header line: ``name`` as written, ``value`` without the blanks around it."""

    __slots__ = ("_line", "_path", "name", "offset", "value")

    def __init__(self, name: str, value: str, path: str, offset: int, line: int) -> None:
        self.name = name
        self.value = value
        self._path = path
        self.offset = offset
        self._line = line

    @property
    def path(self) -> str:
        return self._path

    @property
    def place(self) -> int:
        return self.offset

    @property
    def line(self) -> int:
        return self._line


class HttpHead(Node):
    """A start line and the headers after it; ``end`` is where the body starts.

    ``start`` holds the three parts of the start line, fewer where it has fewer: method, target
    and version of a request; version, status and reason of a response.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.start: list[str] = []
        self.start_text = ""
        self.headers: list[Header] = []
        self.problems: list[HttpProblem] = []
        self.interim: list[str] = []
        self.limit = ""
        self.end = size
        self.lone_lf = 0
        self.lines = 0
        self.offset = 0

    @property
    def path(self) -> str:
        return START

    @property
    def place(self) -> int:
        return self.offset

    @property
    def line(self) -> int:
        return 1

    def defect(self, *, expected: object, actual: object = None, child: str = "") -> Defect:
        """A defect of the start line, or of the header or body named ``child``."""
        found = super().defect(expected=expected, actual=actual, child=child)
        return found._replace(path=child, offset=None, line=None) if child else found

    def all(self, name: str) -> list[Header]:
        """The headers of a name, in any case."""
        wanted = name.lower()
        return [one for one in self.headers if one.name.lower() == wanted]

    def first(self, name: str) -> Header | None:
        found = self.all(name)
        return found[0] if found else None

    def value(self, name: str) -> str:
        """The value of the first header of a name; "" where it is absent."""
        found = self.first(name)
        return found.value if found else ""

    def of_kind(self, *kinds: str) -> list[HttpProblem]:
        return [one for one in self.problems if one.kind in kinds]


def read_request(buffer: Buffer) -> HttpHead:
    """The head of a request."""
    head = _read(buffer, 0)
    head.start = head.start_text.split(" ")
    good = len(head.start) >= 3 and TOKEN.fullmatch(head.start[0])
    if not (good and _VERSION.fullmatch(head.start[-1])):
        _start_problem(head, "METHOD target HTTP/1.1")
    return head


def read_response(buffer: Buffer) -> HttpHead:
    """The head of the final response; the status lines of interim ones are in ``interim``."""
    interim: list[str] = []
    position = 0
    while True:
        head = _read(buffer, position)
        head.interim = interim
        head.start = head.start_text.split(" ", 2)
        if len(head.start) < 2 or not (
            _VERSION.fullmatch(head.start[0]) and _STATUS.fullmatch(head.start[1])
        ):
            _start_problem(head, "HTTP/1.1 200 OK")
            return head
        if not head.start[1].startswith("1") or head.start[1] == "101" or head.limit:
            return head
        interim.append(head.start_text)
        if len(interim) > limits.MAX_HTTP_INTERIM or head.end >= len(buffer):
            count = str(len(interim))
            head.problems.append(
                HttpProblem("interim", START, position, 1, "HTTP/1.1 200", f"{count} x 1xx")
            )
            return head
        position = head.end


def _start_problem(head: HttpHead, expected: str) -> None:
    head.problems.append(
        HttpProblem("start", START, head.offset, 1, expected, head.start_text[:200] or None)
    )


def _read(buffer: Buffer, offset: int) -> HttpHead:
    """Start line and headers from ``offset`` on, however their lines end."""
    head = HttpHead(len(buffer))
    head.offset = offset
    window = bytes(buffer[offset : offset + limits.MAX_HTTP_HEAD_BYTES])
    counts: dict[str, int] = {}
    position = 0
    while True:
        stop = window.find(b"\n", position)
        closed = stop >= 0
        raw = window[position : stop if closed else len(window)]
        if not closed and len(window) == limits.MAX_HTTP_HEAD_BYTES:
            head.limit = f"MAX_HTTP_HEAD_BYTES {limits.MAX_HTTP_HEAD_BYTES}"
            break
        head.lines += 1
        _line_end(head, raw, offset + position, closed=closed)
        text = raw.rstrip(b"\r").decode("latin_1")
        if head.lines == 1:
            head.start_text = text
        elif not text:
            if not closed and head.headers:
                _unfinished(head, offset + position)
            position = stop + 1 if closed else len(window)
            break
        else:
            _header(head, text, counts, offset + position)
        if not closed:
            _unfinished(head, offset + position)
            position = len(window)
            break
        if len(head.headers) > limits.MAX_HTTP_HEADERS:
            head.limit = f"MAX_HTTP_HEADERS {limits.MAX_HTTP_HEADERS}"
            break
        position = stop + 1
    head.end = offset + position
    return head


def _line_end(head: HttpHead, raw: bytes, offset: int, *, closed: bool) -> None:
    if closed and not raw.endswith(b"\r"):
        head.lone_lf += 1
    body = raw.removesuffix(b"\r")
    found = next((byte for byte in body if (byte < 32 and byte != 9) or byte == 127), None)
    if found is not None:
        path = START if head.lines == 1 else f"line {head.lines}"
        head.problems.append(
            HttpProblem("control", path, offset, head.lines, "VCHAR", f"{found:02x}")
        )


def _unfinished(head: HttpHead, offset: int) -> None:
    """The head has no empty line at its end: a text that was cut there."""
    head.problems.append(HttpProblem("end", f"line {head.lines}", offset, head.lines, "CRLF", None))


def _header(head: HttpHead, text: str, counts: dict[str, int], offset: int) -> None:
    line = head.lines
    if text[0] in _BLANKS:
        where = head.headers[-1].path if head.headers else f"line {line}"
        head.problems.append(HttpProblem("fold", where, offset, line, "", text.strip()[:200]))
        if head.headers:
            head.headers[-1].value = f"{head.headers[-1].value} {text.strip()}".strip()
        return
    name, colon, value = text.partition(":")
    if not colon:
        head.problems.append(
            HttpProblem("header", f"line {line}", offset, line, "name: value", text[:200])
        )
        return
    if not TOKEN.fullmatch(name):
        head.problems.append(HttpProblem("name", f"line {line}", offset, line, "token", name[:200]))
        name = name.strip()
    key = name.lower()
    counts[key] = counts.get(key, 0) + 1
    path = name if counts[key] == 1 else f"{name}[{counts[key]}]"
    head.headers.append(Header(name, value.strip(_BLANKS), path, offset, line))
