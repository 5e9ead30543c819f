"""Values made inert and visible: no control, bidirectional or invisible character acts.

Nor does a command that the log of a pipeline obeys: those of GitHub Actions (``::name::`` where a
line begins, ``##[name]`` anywhere) and of Azure Pipelines (``##vso[``).
"""

from __future__ import annotations

import re
import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})

_LINE = re.compile(r"^(\s*):(?=:[a-z].*::)", re.IGNORECASE | re.DOTALL)
_ANYWHERE = re.compile(r"#(?=#(?:vso)?\[)", re.IGNORECASE)


def visible(value: str) -> str:
    """The value with every character that acts or cannot be seen written as its code point."""
    if "::" in value or "##" in value:
        value = _ANYWHERE.sub("<U+0023>", _LINE.sub(r"\1<U+003A>", value))
    if value.isascii() and value.isprintable():
        return value
    return "".join(
        f"<U+{ord(letter):04X}>" if unicodedata.category(letter) in HIDDEN else letter
        for letter in value
    )
