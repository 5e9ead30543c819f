"""What a document is, and what is packed in it: as lines, the readable ones first."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator

from drimcheck.examples.certificate import certificate
from drimcheck.examples.elements import BYTES_SHOWN, MARK, elements
from drimcheck.examples.lines import Line, as_json, plain, text_of, url, xml
from drimcheck.examples.pdf import pdf
from validators.reading import archive
from validators.reading.archive_directory import DEFLATED, Broken, Record, central_directory
from validators.reading.archive_names import is_link

BASE64 = re.compile(r"[A-Za-z0-9+/]{60,}={0,2}")
TOKEN = re.compile(r"(eyJ[\w-]+)\.(eyJ[\w-]+)\.([\w-]*)")
START = re.compile(rb"HTTP/[0-9.]+ |[A-Z]{3,8} \S+ HTTP/|Content-Type: ")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1b]{2}|\0")
DELIMITER = re.compile(rb"--[^\r\n]{8,80}")
PDF = b"%PDF"
SMALLEST = 200
"""No PDF is shorter: what looks like one is the first line of one that is wrapped."""
SEQUENCE = b"\x30\x82"
"""How a certificate in DER starts (X.690 8.9)."""
WIDE = 160
"""A request line beyond it is broken between its parameters."""
FIRST = 4096
"""Bytes by which a document is recognised."""
DEPTH = 4
"""How deep a thing packed in a thing is opened."""


def opened(raw: bytes, place: str = "", depth: int = DEPTH) -> list[Line] | None:
    """The lines of a document, those of what is packed in it below it; None for bytes."""
    lines = _whole(raw, place, depth)
    if lines is None or not depth:
        return lines
    return [piece for line in lines for piece in _unpacked(line, depth)]


def _whole(raw: bytes, place: str, depth: int) -> list[Line] | None:
    head = raw[:FIRST].lstrip(b"\xef\xbb\xbf \r\n\t\x0b")
    if raw[128:132] == MARK:
        return elements(raw, place)
    if head.startswith(b"PK"):
        return _archive(raw, depth)
    if START.match(head):
        return _message(raw, place, depth)
    if DELIMITER.match(head) and b"\r\n\r\n" in raw:
        return list(_parts(raw, place, depth))
    if head.startswith(PDF):
        return pdf(raw, place)
    if CONTROL.search(raw):
        return None
    if head[:1] in {b"{", b"["}:
        return _exchanges(raw, depth) or as_json(raw, place) or plain(text_of(raw), place)
    if head.startswith(b"<"):
        return xml(raw, place)
    return _text(text_of(raw), place)


def _exchanges(raw: bytes, depth: int) -> list[Line] | None:
    """The messages of captured exchanges; None where it is no such file."""
    try:
        found: list[Line] = []
        for number, one in enumerate(json.loads(raw)["exchanges"]):
            place = f"exchange[{number}]"
            for side in ("request", "response"):
                found += _inside(base64.b64decode(one[side]), f"{place}.{side}", depth)
            found += plain(one["ended"] and f"ended: {one['ended']}", place)
    except (ValueError, LookupError, TypeError):
        return None
    return found


def _text(text: str, place: str) -> list[Line]:
    query = re.match(r"\S+$", text.strip()) and re.search(r"[?&][\w.]+=|^[\w.]+=[^&]*&", text)
    return url(text, place) if query else plain(text, place)


def _message(raw: bytes, place: str, depth: int) -> list[Line] | None:
    """Head of an HTTP message, and its body as what it is."""
    head, end, body = raw.partition(b"\r\n\r\n")
    first, _, rest = text_of(head).partition("\r\n")
    lines = (url if len(first) > WIDE else plain)(first, place) + plain(rest, place)
    if not end or not body:
        return lines
    if re.search(rb"(?i)transfer-encoding:[ ]*chunked", head):
        body = _dechunked(body)
    return lines + _inside(body, place, depth)


def _dechunked(body: bytes) -> bytes:
    """A body without its chunks (RFC 9112 7.1); as it is where they are none."""
    whole, rest = b"", body
    while size := re.match(rb"([0-9A-Fa-f]+)[^\r\n]*\r\n", rest):
        start, length = size.end(), int(size[1], 16)
        if not length:
            return whole
        whole, rest = whole + rest[start : start + length], rest[start + length + 2 :]
    return body


def _parts(raw: bytes, place: str, depth: int) -> Iterator[Line]:
    found = DELIMITER.match(raw.lstrip())
    assert found is not None
    for number, part in enumerate(raw.split(found[0])[1:], 1):
        head, _, body = part.partition(b"\r\n\r\n")
        where = f"{place} part[{number}]".strip()
        yield from plain(text_of(found[0]), where)
        yield from _inside(head, where, 1) if CONTROL.search(head) else plain(text_of(head), where)
        yield from _inside(body.removesuffix(b"\r\n"), where, depth)


def entries(raw: bytes) -> list[Line] | None:
    """The names of the entries of an archive, with what is unusual of each; None for no archive."""
    try:
        records, _ = central_directory(raw)
    except Broken:
        return None
    return [line for one in records for line in plain(_entry(one))]


def _entry(one: Record) -> str:
    encrypted = "  encrypted" * bool(one.flags & archive.ENCRYPTED)
    link = "  symbolic link" * is_link(one.mode)
    method = "" if one.method in {0, DEFLATED} else f"  method {one.method}"
    return f"{one.name}{encrypted}{link}{method}"


def _archive(raw: bytes, depth: int) -> list[Line] | None:
    """What each entry holds."""
    held = archive.read(raw)
    if not held.files or not depth:
        return None
    found: list[Line] = []
    for one in held.files.values():
        found += _inside(held.content(one), one.path, depth)
    return found


def _inside(raw: bytes, place: str, depth: int) -> list[Line]:
    """What a body, a part or an entry holds; of bytes their number and the first."""
    lines = opened(raw, place, depth - 1) if depth else None
    if lines is not None or not raw:
        return lines or []
    return [Line(f"({len(raw)} bytes: {raw[:BYTES_SHOWN].hex(' ')} …)", place)]


def _unpacked(line: Line, depth: int) -> Iterator[Line]:
    """A line, and below it what its Base64 or its token holds."""
    if line.alone:
        yield line
        return
    token = TOKEN.search(line.text)
    if token:
        yield from _token(line, token)
        return
    found = BASE64.search(line.text)
    inner = _decoded(found[0], line, depth) if found else None
    if found is None or inner is None:
        yield line
        return
    told = "(Base64, decoded below)"
    yield line._replace(
        text=line.text.replace(found[0], told), key=line.key.replace(found[0], told)
    )
    yield from (one._replace(text=one.text if one.alone else f"  {one.text}") for one in inner)


def _decoded(text: str, line: Line, depth: int) -> list[Line] | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    if raw.startswith(SEQUENCE):
        return certificate(raw, line.place)
    if raw.startswith(PDF) and len(raw) < SMALLEST:
        return None
    known = raw[128:132] == MARK or START.match(raw) or raw.startswith((b"<", b"{", PDF))
    return opened(raw, line.place, depth - 1) if known else None


def _token(line: Line, token: re.Match[str]) -> Iterator[Line]:
    """A JWT: its header, its claims, the start of its signature."""
    try:
        parts = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.groups()[:2]]
    except ValueError:
        yield line
        return
    yield line._replace(text=line.text.replace(token[0], "(JWT, decoded below)"))
    for part in parts:
        for name, value in part.items():
            text = f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
            yield line._replace(text=text)
    yield line._replace(text=f"  signature: {token[3][:16]}…")
