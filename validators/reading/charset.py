"""Specific Character Set (0008,0005): defined terms and decoding (PS3.3 C.12.1.1.2)."""

from __future__ import annotations

import codecs
import re

# PS3.3 Tables C.12-2 to C.12-5; codec names as in the registry of pydicom 3.0.2.
SINGLE_TERMS = {
    "": "ascii",
    "ISO_IR 6": "ascii",
    "ISO_IR 13": "shift_jis",
    "ISO_IR 100": "latin_1",
    "ISO_IR 101": "iso8859_2",
    "ISO_IR 109": "iso8859_3",
    "ISO_IR 110": "iso8859_4",
    "ISO_IR 126": "iso_ir_126",
    "ISO_IR 127": "iso_ir_127",
    "ISO_IR 138": "iso_ir_138",
    "ISO_IR 144": "iso_ir_144",
    "ISO_IR 148": "iso_ir_148",
    "ISO_IR 166": "iso_ir_166",
    "ISO_IR 192": "utf_8",
    "GB18030": "gb18030",
    "GBK": "gbk",
}
EXTENSION_TERMS = {
    "ISO 2022 IR 6": "ascii",
    "ISO 2022 IR 13": "shift_jis",
    "ISO 2022 IR 58": "iso_ir_58",
    "ISO 2022 IR 87": "iso2022_jp",
    "ISO 2022 IR 100": "latin_1",
    "ISO 2022 IR 101": "iso8859_2",
    "ISO 2022 IR 109": "iso8859_3",
    "ISO 2022 IR 110": "iso8859_4",
    "ISO 2022 IR 126": "iso_ir_126",
    "ISO 2022 IR 127": "iso_ir_127",
    "ISO 2022 IR 138": "iso_ir_138",
    "ISO 2022 IR 144": "iso_ir_144",
    "ISO 2022 IR 148": "iso_ir_148",
    "ISO 2022 IR 149": "euc_kr",
    "ISO 2022 IR 159": "iso2022_jp_2",
    "ISO 2022 IR 166": "iso_ir_166",
}
ESCAPES = {
    b"\x1b(B": "ascii",
    b"\x1b-A": "latin_1",
    b"\x1b)I": "shift_jis",
    b"\x1b(J": "shift_jis",
    b"\x1b$B": "iso2022_jp",
    b"\x1b-B": "iso8859_2",
    b"\x1b-C": "iso8859_3",
    b"\x1b-D": "iso8859_4",
    b"\x1b-F": "iso_ir_126",
    b"\x1b-G": "iso_ir_127",
    b"\x1b-H": "iso_ir_138",
    b"\x1b-L": "iso_ir_144",
    b"\x1b-M": "iso_ir_148",
    b"\x1b-T": "iso_ir_166",
    b"\x1b$)C": "euc_kr",
    b"\x1b$(D": "iso2022_jp_2",
    b"\x1b$)A": "iso_ir_58",
}
STATEFUL = frozenset({"iso2022_jp", "iso2022_jp_2"})
_ESCAPE = re.compile(rb"(\x1b[$()\-][()]?[A-Z])")


def codec_of(terms: tuple[str, ...]) -> str:
    """The codec of the first term, or Latin-1 for an unknown one: every byte then shows."""
    term = terms[0] if terms else ""
    codec = SINGLE_TERMS.get(term) or EXTENSION_TERMS.get(term) or "latin_1"
    # The stateful codecs need their escape sequence first; before it, the set is ASCII.
    return "ascii" if codec in STATEFUL else codec


def decode(raw: bytes, codec: str, errors: str = "replace") -> str:
    """Text of ``raw`` in ``codec``, ISO 2022 escape sequences followed.

    Raises UnicodeDecodeError when ``errors`` is "strict" and a byte has no meaning.
    """
    if b"\x1b" not in raw:
        return raw.decode(codec, errors)
    first, *rest = _ESCAPE.split(raw)
    parts = [first.decode(codec, errors)]
    for escape, fragment in zip(rest[::2], rest[1::2], strict=True):
        switched = ESCAPES.get(escape, "latin_1")
        prefix = escape if switched in STATEFUL else b""
        parts.append(codecs.decode(prefix + fragment, switched, errors))
    return "".join(parts)
