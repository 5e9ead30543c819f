"""A PDF document as an example shows it: its lines, of a stream how long it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from drimcheck.examples.lines import Line
from reports.visible import visible

STREAM = re.compile(rb"(?<=stream\n|tream\r\n)(.*?)(?=\r?\n?endstream)", re.DOTALL)
OFFSET = re.compile(r"^[0-9]{10} [0-9]{5} [nf]\s*$|^[0-9]+$")
"""A row of the cross-reference table, the place of that table: both follow from the rest."""
MARK = re.compile(r"^%[\x80-\xff]")
"""The comment that says that what follows is binary (ISO 32000-1 7.5.2)."""
TEXT = re.compile(rb"[\t\r\n\x20-\x7e]*")


def pdf(raw: bytes, place: str = "") -> list[Line]:
    """The lines of a document that are its objects."""
    return list(_lines(STREAM.sub(_shown, raw), place))


def _shown(stream: re.Match[bytes]) -> bytes:
    """A stream that is text as it is, of others the length."""
    return stream[0] if TEXT.fullmatch(stream[0]) else b"(%d bytes)" % len(stream[0])


def _lines(raw: bytes, place: str) -> Iterator[Line]:
    for one in re.split(r"\r\n|\n|\r", raw.decode("latin-1")):
        if one.strip() and not OFFSET.search(one) and not MARK.match(one):
            yield Line(visible(one), place)
