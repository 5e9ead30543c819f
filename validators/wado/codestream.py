"""What a compressed frame looks like in each transfer syntax.

ITU-T T.81 B.1, T.87, T.800 A.4, PS3.5 A.4 and G. Frames are not decoded.
"""

from __future__ import annotations

from validators.reading import limits
from validators.reading.multipart import Part
from validators.wado.instance import UNCOMPRESSED
from validators.wado.media_types import SYNTAXES_OF

_ROOT = "1.2.840.10008.1.2"
_SOF = {
    f"{_ROOT}.4.50": ("C0",),
    f"{_ROOT}.4.51": ("C0", "C1"),
    f"{_ROOT}.4.57": ("C3",),
    f"{_ROOT}.4.70": ("C3",),
    f"{_ROOT}.4.80": ("F7",),
    f"{_ROOT}.4.81": ("F7",),
}
"""The start of frame of each syntax of JPEG and JPEG-LS."""
_CODESTREAM = {f"{_ROOT}.4.{last}" for last in ("90", "91", "92", "93", "201", "202", "203")}
_RLE = f"{_ROOT}.5"
VIDEO = frozenset(
    syntax for name, found in SYNTAXES_OF.items() if name.startswith("video/") for syntax in found
)
JPIP = frozenset(f"{_ROOT}.4.{last}" for last in ("94", "95", "204", "205"))
LOSSY_METHODS = {
    f"{_ROOT}.4.50": ("ISO_10918_1",),
    f"{_ROOT}.4.51": ("ISO_10918_1",),
}
"""The Lossy Image Compression Methods of the syntaxes that always lose (PS3.3 C.7.6.1.1.5.1)."""
_GREY = ("MONOCHROME1", "MONOCHROME2")
_INDEXED = (*_GREY, "PALETTE COLOR")
_PHOTOMETRIC = {
    f"{_ROOT}.4.50": (*_GREY, "YBR_FULL_422", "YBR_FULL", "RGB"),
    f"{_ROOT}.4.51": _GREY,
    f"{_ROOT}.4.57": (*_INDEXED, "YBR_FULL", "RGB"),
    f"{_ROOT}.4.70": (*_INDEXED, "YBR_FULL", "RGB"),
    f"{_ROOT}.4.80": (*_INDEXED, "YBR_FULL", "RGB"),
    f"{_ROOT}.4.81": (*_GREY, "YBR_FULL", "RGB"),
    f"{_ROOT}.4.90": (*_INDEXED, "YBR_RCT", "YBR_FULL", "RGB"),
    f"{_ROOT}.4.91": (*_GREY, "YBR_RCT", "YBR_ICT", "YBR_FULL", "RGB"),
    _RLE: (*_INDEXED, "YBR_FULL", "RGB"),
}
"""PS3.5 8.2.1 to 8.2.4; RGB is allowed where the stream was made without a transform."""

Problem = tuple[str, str | None]


def photometric_of(syntax: str) -> tuple[str, ...]:
    """The values that Photometric Interpretation may have; () where it is not known."""
    return _PHOTOMETRIC.get(syntax, ())


def frame_problem(syntax: str, part: Part, offset: int, length: int) -> Problem | None:
    """What was due at the start of a frame and what is there; None where it looks right."""
    if syntax in UNCOMPRESSED or syntax in VIDEO:
        return None
    head = part.read(offset, min(length, limits.MAX_CODESTREAM_HEAD_BYTES))
    if syntax in _SOF:
        return _jpeg_problem(head, _SOF[syntax])
    if syntax in _CODESTREAM:
        return None if head[:4] == b"\xff\x4f\xff\x51" else ("FF 4F FF 51", _shown(head))
    if syntax == _RLE:
        count = int.from_bytes(head[:4], "little")
        sound = 1 <= count <= 15 and head[4:8] == b"\x40\0\0\0"
        return None if sound else ("01-0F 00 00 00 40 00 00 00", head[:8].hex(" ") or None)
    return None


def _shown(head: bytes) -> str | None:
    return head[:4].hex(" ").upper() or None


def _jpeg_problem(head: bytes, allowed: tuple[str, ...]) -> Problem | None:
    if head[:2] != b"\xff\xd8":
        return "FF D8", _shown(head)
    found = start_of_frame(head)
    if found in allowed:
        return None
    return " ".join(f"FF {one}" for one in allowed), f"FF {found}" if found else None


def start_of_frame(head: bytes) -> str:
    """The marker that starts the frame of a JPEG or JPEG-LS stream, C0 to CF or F7; "" if none."""
    position = 2
    while position + 4 <= len(head):
        if head[position] != 0xFF:
            return ""
        marker = head[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            return f"{marker:02X}"
        if marker in (0xD9, 0xDA):
            return ""
        position += 2 + int.from_bytes(head[position + 2 : position + 4], "big")
    return ""
