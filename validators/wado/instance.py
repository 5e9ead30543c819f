"""The head of an instance in a part: all that stands before its pixels (PS3.10 7)."""

from __future__ import annotations

from typing import NamedTuple

from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import BIG_ENDIAN, DEFLATED, EXPLICIT_VR, IMPLICIT_VR, WIDEST, read
from validators.reading.dicom_scan import SHORT_VRS, VR_NAMES
from validators.reading.dicom_tree import Part10
from validators.reading.multipart import Part

FIRST_WINDOW = 16 * 1024
PIXELS = ("(7FE0,0010)", "(7FE0,0008)", "(7FE0,0009)")
PIXEL_TAGS = (0x7FE00010, 0x7FE00008, 0x7FE00009)
SOP_CLASS, SOP_INSTANCE, STUDY, SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
UNCOMPRESSED = frozenset({IMPLICIT_VR, EXPLICIT_VR, BIG_ENDIAN, DEFLATED})
UNDEFINED = 0xFFFFFFFF
SAMPLES, PHOTOMETRIC, FRAMES = 0x00280002, 0x00280004, 0x00280008
ROWS, COLUMNS, BITS = 0x00280010, 0x00280011, 0x00280100
LOSSY, RATIO, METHOD = 0x00282110, 0x00282112, 0x00282114
_KEPT = frozenset(
    {SOP_CLASS, SOP_INSTANCE, STUDY, SERIES, SAMPLES, PHOTOMETRIC, FRAMES, ROWS, COLUMNS, BITS,
     LOSSY, RATIO, METHOD}
)  # fmt: skip
_BINARY = frozenset({SAMPLES, ROWS, COLUMNS, BITS})
OTHER_IDS, PATIENT_ID, TYPE_OF_ID = 0x00101002, 0x00100020, 0x00100022

HEAD_LIMIT = f"MAX_INSTANCE_HEAD_BYTES {limits.MAX_INSTANCE_HEAD_BYTES}"


class Pixels(NamedTuple):
    """Pixel data: where in the part its element and its value start, and the length it declares."""

    element: int
    offset: int
    length: int


class Instance(Node):
    """An instance as far as its pixels; ``shift`` counts line breaks before its preamble.

    ``values`` are the texts of its attributes by tag, ``meta`` those of group 0002. ``cut`` says
    that the head was left at a long value after them, before any pixels.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.shift = 0
        while part.read(self.shift, 2) == b"\r\n" and self.shift < 8:
            self.shift += 2
        self.prefix = part.read(self.shift + 128, 4)
        self.meta: dict[int, str] = {}
        self.values: dict[int, str] = {}
        self.syntax = ""
        self.pixels: Pixels | None = None
        self.broken = ""
        self.cut = False
        self.limit = ""
        self.dataset = 0
        self.other_ids: list[tuple[str, str]] = []
        if self.prefix == b"DICM":
            self._read()

    @property
    def path(self) -> str:
        return self.part.path

    @property
    def place(self) -> int:
        return self.part.place_at(self.shift)

    @property
    def readable(self) -> bool:
        """Whether its attributes are known, all those that are there."""
        known = bool(self.values) or not self.broken
        return known and self.syntax not in ("", BIG_ENDIAN) and not self.limit

    @property
    def compressed(self) -> bool:
        return bool(self.syntax) and self.syntax not in UNCOMPRESSED

    def get(self, tag: int) -> str:
        return self.values.get(tag, "")

    @property
    def deflated(self) -> bool:
        return self.syntax == DEFLATED

    @property
    def uids(self) -> tuple[str, str, str]:
        """Of its study, of its series, its own."""
        return self.get(STUDY), self.get(SERIES), self.get(SOP_INSTANCE)

    def number(self, tag: int) -> int:
        """An integer attribute, 0 where it has none."""
        text = self.get(tag)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _read(self) -> None:
        size, part = FIRST_WINDOW, self.part
        while True:
            window = part.read(self.shift, size)
            file = read(window)
            whole = self.shift + len(window) >= part.length
            found = self._pixels_of(file, window)
            if found or whole or file.limit:
                break
            if size >= limits.MAX_INSTANCE_HEAD_BYTES:
                self.cut = file.broken and _last_tag(file) > METHOD
                file.limit = "" if self.cut else HEAD_LIMIT
                break
            file.release()
            size = min(size * 8, limits.MAX_INSTANCE_HEAD_BYTES)
        self.limit = file.limit
        self._keep(file, found)
        file.release()

    def _pixels_of(self, file: Part10, window: bytes) -> int:
        """Where the pixel data element starts; 0 where it is not in the window."""
        for tag in PIXEL_TAGS:
            if tag in file.dataset.elements:
                return file.dataset.elements[tag].offset
        last = file.problems[-1] if file.broken and file.problems else None
        if last and last.path in PIXELS and len(window) - last.offset >= 12:
            return last.offset
        return 0

    def _keep(self, file: Part10, pixels: int) -> None:
        self.syntax = file.transfer_syntax
        self.dataset = file.dataset.offset
        self.meta = {tag: one.text for tag, one in file.meta.elements.items()}
        self.values = {
            tag: _text(tag, one.raw, one.text)
            for tag, one in file.dataset.elements.items()
            if tag in _KEPT and len(one.raw) < 1024
        }
        self.other_ids = [
            (one.text(PATIENT_ID), one.text(TYPE_OF_ID)) for one in file.dataset.items(OTHER_IDS)
        ]
        if pixels:
            explicit = file.transfer_syntax != IMPLICIT_VR
            head = self.part.read(self.shift + pixels, 12)
            at = 8 if explicit else 4
            length = int.from_bytes(head[at : at + 4], "little")
            start = self.shift + pixels
            self.pixels = Pixels(start, start + at + 4, length)
        elif file.broken and not self.cut:
            one = file.problems[-1]
            self.broken = f"{one.expected} {one.actual or ''} {one.path}".strip()

    @property
    def first_element(self) -> bytes:
        """The first element of the data set: its tag, and its VR where it has one."""
        return self.part.read(self.shift + self.dataset, 8)

    @property
    def looks_explicit(self) -> bool:
        code = self.first_element[4:6]
        return code in VR_NAMES or code in SHORT_VRS


def _last_tag(file: Part10) -> int:
    """The last attribute of the data set itself that was read whole."""
    return max(file.dataset.elements, default=0)


def _text(tag: int, raw: bytes, text: str) -> str:
    """The text of an attribute, that of a binary number being its digits."""
    number = tag in _BINARY and len(raw) <= WIDEST
    return str(int.from_bytes(raw, "little")) if number else text
