"""Values and texts as Markdown shows them, word for word."""

from __future__ import annotations

import re

from reports.visible import visible

WIDEST = 200
"""Characters of a value that are shown."""
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&#$])")


def code(value: str, *, cell: bool = False) -> str:
    """A value as a code span (CommonMark 6.1): nothing in it acts.

    In a ``cell`` of a table, a bar is escaped (GFM 4.10). Neither markup nor HTML is looked for
    there, nor what forges add: mentions, references, links.
    """
    shown = visible(value)
    if len(shown) > WIDEST:
        shown = f"{shown[:WIDEST]}… ({len(shown)})"
    if cell:
        shown = shown.replace("|", "\\|")
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if not shown.strip() or shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown or ' '}{pad}{fence}"


def prose(value: str) -> str:
    """A text of ours, word for word; an at sign stands alone in a code span, and names nobody."""
    return _MARKUP.sub(r"\\\1", visible(value)).replace("@", "`@`")


def block(value: str) -> str:
    """Lines as a fenced code block (CommonMark 4.5)."""
    shown = "\n".join(map(visible, value.splitlines()))
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    return f"{fence}text\n{shown}\n{fence}"
