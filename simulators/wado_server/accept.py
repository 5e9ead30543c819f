"""What a request accepts, and what an instance can be sent as (PS3.18 8.7; DRIM-M C-REQ-06)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simulators.wado_server.syntaxes import EXPLICIT_VR, NEVER_SENT, producible

DICOM, OCTETS, RELATED = "application/dicom", "application/octet-stream", "multipart/related"
ANY_SYNTAX = "*"
_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PIECE = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


class Malformed(Exception):
    """The header is no list of media ranges; the message says where."""


@dataclass(frozen=True, slots=True)
class Range:
    """A media range: ``media`` in lower case, parameters without quotes, 0 to 1 of ``quality``."""

    media: str
    parameters: Mapping[str, str]
    quality: float

    @property
    def root(self) -> str:
        """The type of the parts of a multipart, or the media type itself."""
        if self.media in (RELATED, "multipart/*"):
            return self.parameters.get("type", DICOM).lower()
        return self.media


def ranges(headers: Iterable[str]) -> list[Range]:
    """The media ranges of the Accept headers. Raises Malformed.

    Accepted as they come: an empty element, ``type`` without quotes, the short form without media
    type (DRIM-M C-REQ-13), ``boundary`` (C-REQ-12).
    """
    every = [one for header in headers for one in _ELEMENT.findall(header) if one.strip()]
    return [_range(one.strip()) for one in every]


def _range(text: str) -> Range:
    pieces = [one.strip() for one in _PIECE.findall(text)]
    if "/" not in pieces[0].partition("=")[0]:
        if not pieces[0].lower().startswith("transfer-syntax="):
            raise Malformed(f"Accept: {text!r} is no media range")
        pieces.insert(0, RELATED)
    parameters = {}
    for piece in pieces[1:]:
        name, equals, value = piece.partition("=")
        if not equals:
            raise Malformed(f"Accept: {piece!r} has no value")
        parameters[name.strip().lower()] = value.strip().strip('"')
    quality = parameters.get("q", "1")
    if not _QUALITY.fullmatch(quality):
        raise Malformed(f"Accept: q={quality} is not from 0 to 1")
    return Range(pieces[0].lower(), parameters, float(quality))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The transfer syntaxes that a request for instances accepts, each with its quality.

    ``single`` says that a file alone is accepted, ``multipart`` that several are.
    """

    syntaxes: Mapping[str, float] = field(default_factory=dict)
    single: bool = False
    multipart: bool = False

    def choice(self, stored: str) -> str:
        """As what an instance is sent; "" where it can be sent as nothing that is accepted.

        As it is stored where that is accepted, else decoded or encoded (DRIM-M C-RES-05).
        """
        accepted = {name for name, quality in self.syntaxes.items() if quality > 0}
        if stored not in NEVER_SENT and accepted & {stored, ANY_SYNTAX}:
            return stored
        wanted = {EXPLICIT_VR if one == ANY_SYNTAX else one for one in accepted}
        possible = [one for one in wanted if producible(stored, one)]
        return max(possible, key=lambda one: (self.syntaxes.get(one, 0), one), default="")


def wanted(found: Sequence[Range]) -> Wanted:
    """What media ranges accept for instances."""
    syntaxes: dict[str, float] = {}
    single = multipart = False
    for one in found:
        several = one.media in (RELATED, "multipart/*", "*/*")
        alone = one.media in (DICOM, "application/*", "*/*")
        if one.root not in (DICOM, "*/*", "application/*"):
            continue
        multipart, single = multipart or several, single or alone
        syntax = one.parameters.get("transfer-syntax", EXPLICIT_VR)
        syntaxes[syntax] = max(one.quality, syntaxes.get(syntax, 0.0))
    return Wanted(syntaxes, single, multipart)


def accepts(found: Sequence[Range], media: str) -> bool:
    """Whether the ranges accept a media type, alone or as the parts of a multipart."""
    main = media.partition("/")[0]
    return any(one.quality > 0 and one.root in (media, f"{main}/*", "*/*") for one in found)
