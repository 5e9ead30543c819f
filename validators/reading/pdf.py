"""What a report needs to know of a PDF: whether it is one, whether it is whole, where it links.

No PDF library: the bytes are scanned, and the compressed object streams and metadata inflated
within limits (ISO 32000-1, 7.5.7 and 12.6.4.7). A stub without cross-reference table is enough.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from validators.reading import limits

HEAD = 1024
"""Bytes within which the header of a PDF stands (ISO 32000-1, annex H.3.4.1)."""

_STREAM = re.compile(rb"\bstream\r?\n")
_WORTH = re.compile(rb"/(?:ObjStm|Metadata)\b")
_LINK = re.compile(
    rb"/URI\s*(?:\(((?:[^\\()]|\\.){0,8192})\)|<([0-9A-Fa-f\s]{0,16384})>)", re.DOTALL
)
_PART = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*([0-9])")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_DICTIONARY = 2048
"""Bytes around a name among which the rest of its dictionary is looked for."""


@dataclass(slots=True)
class Pdf:
    """A PDF as scanned. ``part`` is the part of PDF/A that it claims, "" where it claims none."""

    size: int
    header: bool = False
    end: bool = False
    part: str = ""
    links: list[str] = field(default_factory=list)
    limit: str = ""


def read(raw: bytes) -> Pdf:
    """Scan a PDF. Never raises for what it holds."""
    pdf = Pdf(size=len(raw))
    if pdf.size > limits.MAX_PDF_BYTES:
        pdf.limit = f"MAX_PDF_BYTES {limits.MAX_PDF_BYTES}"
        return pdf
    pdf.header = b"%PDF-" in raw[:HEAD]
    pdf.end = b"%%EOF" in raw
    for text in (raw, *_inflated(pdf, raw)):
        _scan(pdf, text)
    return pdf


def _scan(pdf: Pdf, text: bytes) -> None:
    part = _PART.search(text)
    if part and not pdf.part:
        pdf.part = part[1].decode()
    for match in _LINK.finditer(text):
        if len(pdf.links) >= limits.MAX_PDF_LINKS:
            pdf.limit = f"MAX_PDF_LINKS {limits.MAX_PDF_LINKS}"
            return
        literal, hexadecimal = match.groups()
        pdf.links.append(_text(_unescaped(literal) if literal is not None else _hex(hexadecimal)))


def _inflated(pdf: Pdf, raw: bytes) -> Iterator[bytes]:
    """The object streams and metadata of the document, inflated until a limit."""
    left, tried = limits.MAX_PDF_INFLATED_BYTES, 0
    for named in _WORTH.finditer(raw):
        tried += 1
        if tried > limits.MAX_PDF_STREAMS:
            pdf.limit = f"MAX_PDF_STREAMS {limits.MAX_PDF_STREAMS}"
            return
        start = _compressed_from(raw, named)
        if start is None:
            continue
        compressed = raw[start : start + limits.MAX_PDF_STREAM_BYTES]
        try:
            text = zlib.decompressobj().decompress(compressed, left + 1)
        except zlib.error:
            continue
        if len(text) > left:
            pdf.limit = f"MAX_PDF_INFLATED_BYTES {limits.MAX_PDF_INFLATED_BYTES}"
            return
        left -= len(text)
        yield text


def _compressed_from(raw: bytes, named: re.Match[bytes]) -> int | None:
    """Where the stream begins in whose dictionary a name stands; None where it is not deflated."""
    ahead = raw[named.end() : named.end() + _DICTIONARY]
    stream = _STREAM.search(ahead)
    if stream is None or b"endobj" in ahead[: stream.start()]:
        return None
    behind = raw[max(0, named.start() - _DICTIONARY) : named.start()]
    dictionary = behind[behind.rfind(b"obj") + 3 :] + ahead[: stream.start()]
    return named.end() + stream.end() if b"/FlateDecode" in dictionary else None


def _unescaped(literal: bytes) -> bytes:
    return _ESCAPE.sub(_character, literal)


def _character(match: re.Match[bytes]) -> bytes:
    what = match[1]
    if what[:1] in b"01234567":
        return bytes([int(what, 8) & 0xFF])
    return b"" if what.endswith(b"\n") else _ESCAPED.get(what, what)


def _hex(digits: bytes) -> bytes:
    text = b"".join(digits.split())
    return bytes.fromhex((text + b"0" * (len(text) % 2)).decode())


def _text(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    return raw.decode("latin-1")
