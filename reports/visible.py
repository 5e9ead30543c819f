"""Values made inert and visible: no control, bidirectional or invisible character acts."""

from __future__ import annotations

import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})


def visible(value: str) -> str:
    """The value with every character that acts or cannot be seen written as its code point."""
    if value.isascii() and value.isprintable():
        return value
    return "".join(
        f"<U+{ord(letter):04X}>" if unicodedata.category(letter) in HIDDEN else letter
        for letter in value
    )
