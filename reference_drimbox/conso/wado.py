"""Requests to a Source by WADO-RS, and the files of its answers (DRIM-M C.1, C.2)."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pydicom import dcmread

from reference_drimbox.conso.cache import Cache, Shelf
from reference_drimbox.conso.manifest import transfer_syntax
from reference_drimbox.conso.multipart import parts
from reference_drimbox.damaged import UNREADABLE
from reference_drimbox.http import Client
from reference_drimbox.mime import parameter

LOSSLESS = {
    "1.2.840.10008.1.2.4.70": "0.9",
    "1.2.840.10008.1.2.4.80": "0.8",
    "1.2.840.10008.1.2.4.91": "0.6",
    "1.2.840.10008.1.2.4.50": "0.5",
    "1.2.840.10008.1.2.4.51": "0.5",
    "1.2.840.10008.1.2.4.100": "0.5",
    "1.2.840.10008.1.2.4.101": "0.5",
    "1.2.840.10008.1.2.4.102": "0.5",
    "1.2.840.10008.1.2.4.103": "0.5",
    "1.2.840.10008.1.2.1": "0.4",
}
"""What export prefers (C-REQ-09)."""
LOSSY = LOSSLESS | {
    "1.2.840.10008.1.2.4.50": "0.9",
    "1.2.840.10008.1.2.4.51": "0.9",
    "1.2.840.10008.1.2.4.70": "0.6",
    "1.2.840.10008.1.2.4.80": "0.5",
    "1.2.840.10008.1.2.4.91": "0.5",
}
"""What viewing prefers (C-REQ-10)."""
REVERSIBLE = frozenset(("1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80"))
"""Syntaxes that lose nothing: an image that came so need not be fetched again for export."""
IMPLICIT = "1.2.840.10008.1.2"
TOLERATED = frozenset(
    (*LOSSLESS, IMPLICIT, "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.81",
     "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5")
)  # fmt: skip
"""Syntaxes that are kept though some were not asked for; a deflated file could swell."""
MOST_STRANGERS = 100
HEAD = 1 << 12
PIXELS, UNDEFINED, TAIL = b"\xe0\x7f\x10\x00", 0xFFFFFFFF, 1 << 16
DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"
_NAMES = ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"]


class Answered(Exception):
    """The Source answered with something else than images."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource of a Source: who asks (the access token, "" for none), after which KOS."""

    url: str
    kos: str
    token: str
    study: str
    series: str
    accept: str


@dataclass(frozen=True, slots=True)
class Received:
    """An instance that came, in its file."""

    uid: str
    syntax: str
    path: Path
    bytes: int


def accept(preferences: dict[str, str]) -> str:
    """The Accept header of these preferences, in one line (C-REQ-06, C-REQ-12)."""
    return ",".join(
        f'multipart/related; type="application/dicom";transfer-syntax={syntax};q={q};boundary=**'
        for syntax, q in preferences.items()
    )


def fetch(
    client: Client,
    asked: Asked,
    wanted: Callable[[str], bool],
    cache: Cache,
    shelf: Shelf,
    seconds: float,
) -> Iterator[Received | None]:
    """The instances of a resource, each as soon as it is on disk.

    What is not ``wanted``, not whole, or not of this study and series, is thrown away, and told
    as None. Raises Answered, Unreachable, Broken, Full.
    """
    headers = {"Accept": asked.accept, "KOS-SOPInstanceUID": asked.kos}
    if asked.token:
        headers["Authorization"] = f"Bearer {asked.token}"
    with client.stream("GET", asked.url, headers=headers, seconds=seconds) as answer:
        if answer.status not in (200, 206):
            raise Answered(answer.status)
        kind = answer.headers.get("content-type", "")
        strangers = 0
        for part in parts(answer.pieces(), parameter(kind, "boundary")):
            found = _kept(part.pieces, asked, wanted, cache, shelf)
            strangers += found is None
            if strangers > MOST_STRANGERS:
                raise Answered(answer.status)
            yield found


def _kept(
    pieces: Iterator[bytes],
    asked: Asked,
    wanted: Callable[[str], bool],
    cache: Cache,
    shelf: Shelf,
) -> Received | None:
    """Write a part to its file; None where it is not what was asked for."""
    shelf.path.mkdir(parents=True, exist_ok=True)
    path = shelf.path / f"{uuid4().hex}.part"
    try:
        with path.open("wb") as file:
            for piece in pieces:
                cache.write(shelf, file, piece)
    except BaseException:
        cache.discard(shelf, path)
        raise
    named = _named(path)
    if named is None or named[:2] != (asked.study, asked.series) or not wanted(named[2]):
        cache.discard(shelf, path)
        return None
    final = shelf.path / f"{named[2]}.dcm"
    size = path.stat().st_size
    if final.exists():
        cache.discard(shelf, final)
    os.replace(path, final)
    return Received(named[2], named[3], final, size)


def _named(path: Path) -> tuple[str, str, str, str] | None:
    """Study, series, instance and transfer syntax of a file; None of what is no whole image."""
    try:
        with path.open("rb") as file:
            syntax = transfer_syntax(file.read(HEAD))
            if syntax not in TOLERATED:
                return None
            file.seek(0)
            head = dcmread(
                file, stop_before_pixels=True, specific_tags=list(_NAMES), defer_size=HEAD
            )
            study, series, uid = (str(head[name].value) for name in _NAMES)
            whole = _whole(file, explicit=syntax != IMPLICIT)
    except UNREADABLE:
        return None
    return (study, series, uid, syntax) if whole else None


def _whole(file: BinaryIO, *, explicit: bool) -> bool:
    """Whether the pixels, at which the file is, are as long as they say (PS3.5 7.1, A.4)."""
    at = file.tell()
    tag = file.read(12)
    size = file.seek(0, os.SEEK_END)
    if not tag.startswith(PIXELS):
        return True
    (length,) = struct.unpack_from("<I", tag, 8 if explicit else 4)
    if length != UNDEFINED:
        return bool(at + (12 if explicit else 8) + length <= size)
    file.seek(max(at, size - TAIL))
    return DELIMITER in file.read(TAIL)
