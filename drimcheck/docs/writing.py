"""Markdown, written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

ACTS = re.compile(r"([\\`*_{}\[\]#|])")
BREAK = "  \n"
"""Two spaces before it begin a new line inside a paragraph."""
BREAKS = re.compile(r"\s+")


def plain(text: str) -> str:
    """A text in which nothing acts as Markdown or HTML."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return BREAKS.sub(" ", ACTS.sub(r"\\\1", text)).replace("\\|", "&#124;")


def spaced_page(text: str) -> str:
    """A French page with no-break spaces where typography wants them, code left as it is."""
    blocks = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(one if one.startswith("```") else _spaced(one) for one in blocks)


def _spaced(text: str) -> str:
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        one if one.startswith("`") else re.sub(r" ([:;!?»])|(?<=«) ", "\u00a0\\1", one)
        for one in parts
    )


def code(text: str) -> str:
    return f"`{text}`"


def link(text: str, target: str) -> str:
    return f"[{text}]({target})"


def block(text: str, language: str = "text") -> str:
    return f"```{language}\n{text}\n```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(*parts: str) -> str:
    """Blocks of a page, those that say nothing left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def facts(colon: str, rows: Iterable[tuple[str, str]]) -> str:
    """A list of what is said of one thing."""
    return "\n".join(f"- **{name}**{colon} {value}" for name, value in rows if value)
