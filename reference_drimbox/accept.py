"""What a client of WADO-RS accepts (DRIM-M C-REQ-06 to C-REQ-13; RFC 9110 12.5.1; PS3.18 8.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

EXPLICIT_VR = "1.2.840.10008.1.2.1"
DICOM, RELATED = "application/dicom", "multipart/related"
ANY = "*"
MOST_RANGES = 200
_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PIECE = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


class Malformed(ValueError):
    """The header is no list of media ranges."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The transfer syntaxes that a client takes, with their quality; ``*`` is any."""

    syntaxes: dict[str, float]

    def takes(self, syntax: str) -> bool:
        """Whether a syntax is acceptable: one that is named counts before any."""
        return self.syntaxes.get(syntax, self.syntaxes.get(ANY, 0.0)) > 0


def accepted(headers: Iterable[str]) -> Accepted:
    """What the Accept headers take of DICOM in multipart/related. Raises Malformed.

    Taken as they come: one header or several, a comma too many (official samples), the short form
    without media type (C-REQ-13), ``boundary`` (C-REQ-12), no ``q`` (then 1). A range without
    transfer syntax means Explicit VR Little Endian (PS3.18 8.7.3.5.2).
    """
    found: dict[str, float] = {}
    every = [one.strip() for header in headers for one in _ELEMENT.findall(header)]
    ranges = [one for one in every if one]
    if not ranges or len(ranges) > MOST_RANGES:
        raise Malformed("Accept is missing, or too long")
    for one in ranges:
        media, parameters, quality = _range(one)
        root = parameters.get("type", DICOM).lower()
        several = media in (RELATED, "multipart/*", "*/*")
        if several and root in (DICOM, "application/*", "*/*"):
            syntax = parameters.get("transfer-syntax", EXPLICIT_VR)
            found[syntax] = max(quality, found.get(syntax, 0.0))
    return Accepted(found)


def _range(text: str) -> tuple[str, dict[str, str], float]:
    pieces = [one.strip() for one in _PIECE.findall(text)]
    if pieces and "/" not in pieces[0].partition("=")[0]:
        if not pieces[0].lower().startswith("transfer-syntax="):
            raise Malformed("Accept has an element that is no media range")
        pieces.insert(0, RELATED)
    if not pieces:
        raise Malformed("Accept has an element that is no media range")
    parameters: dict[str, str] = {}
    for piece in pieces[1:]:
        name, equals, value = piece.partition("=")
        if not equals:
            raise Malformed("Accept has a parameter without value")
        parameters[name.strip().lower()] = value.strip().strip('"')
    quality = parameters.get("q", "1")
    if not _QUALITY.fullmatch(quality):
        raise Malformed("Accept has a q that is not from 0 to 1")
    return pieces[0].lower(), parameters, float(quality)
