"""A line of a document as an example shows it, and the documents that are text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from reports.visible import visible

ONE_LINE = 160
"""XML beyond it on one line is broken between its tags."""


class Line(NamedTuple):
    """``key`` is what makes two lines alike, ``place`` the file, part or token that it is of."""

    text: str
    place: str = ""
    key: str = ""
    alone: bool = False

    @property
    def mark(self) -> tuple[str, str, str]:
        """What is compared: the key stands for the text where there is one."""
        kind = re.sub("[0-9]+", "", self.place)
        return kind, self.key, "" if self.key else self.text


def shared(left: Sequence[object], right: Sequence[object]) -> int:
    """How much of both is alike from the start."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (one, two) in pairs if one != two), min(len(left), len(right)))


def text_of(raw: bytes) -> str:
    r"""Bytes as text; what is no UTF-8 as ``\xe9``."""
    return raw.decode("utf-8", "backslashreplace")


def plain(text: str, place: str = "") -> list[Line]:
    """The lines of a text, whatever ends them; those without a letter left out."""
    return [Line(visible(one), place) for one in re.split(r"\r\n|\n|\r", text) if one.strip()]


def with_ends(raw: bytes) -> list[Line]:
    """The lines of a text with what ends each, and those that are empty."""
    found = re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", text_of(raw))
    return [Line(visible(one)) for one in found]


def xml(raw: bytes, place: str = "") -> list[Line]:
    """XML, a tag a line where it is written without line ends."""
    return [
        piece._replace(key=_written(piece.text))
        for line in plain(text_of(raw), place)
        for piece in (_broken(line) if len(line.text) > ONE_LINE else [line])
    ]


@cache
def _written(tag: str) -> str:
    """A tag without what is only a way to write it: quotes, entities, the order of attributes."""
    text = tag.replace("&#39;", "'").replace('"', "'").strip()
    return re.sub(r"(?: [\w:.-]+='[^']*'){2,}", _sorted, text)


def _sorted(attributes: re.Match[str]) -> str:
    return " ".join(sorted(re.findall(r"[\w:.-]+='[^']*'", attributes[0])))


def _broken(line: Line) -> list[Line]:
    depth, found = 0, []
    inner = line.text.lstrip()
    start = line.text[: len(line.text) - len(inner)]
    for tag in re.split(r"(?<=>)(?=<)", inner):
        closes = tag.startswith("</")
        depth -= closes
        found.append(Line(start + "  " * max(depth, 0) + tag, line.place))
        opens = tag.startswith("<") and not tag.startswith(("</", "<?", "<!"))
        depth += opens and not tag.endswith("/>") and "</" not in tag
    return found


def as_json(raw: bytes, place: str = "") -> list[Line] | None:
    """JSON, a member a line; None where it is none."""
    try:
        held = json.loads(raw)
    except ValueError:
        return None
    return plain(json.dumps(held, ensure_ascii=False, indent=1), place)


def url(text: str, place: str = "") -> list[Line]:
    """A URL, or a form: a parameter a line."""
    return plain(re.sub(r"([?&])", r"\n  \1", text), place)


def hexadecimal(raw: bytes, start: int) -> list[Line]:
    """Three rows of bytes from the one of ``start``: offset, bytes, letters."""
    first = start - start % 16
    rows = [(place, raw[place : place + 16]) for place in range(first, first + 48, 16)]
    return [Line(_row(place, row), alone=True) for place, row in rows if row] or [
        Line(f"{first:08X}  (end)", alone=True)
    ]


def _row(place: int, row: bytes) -> str:
    letters = "".join(chr(one) if 32 <= one < 127 else "." for one in row)
    return f"{place:08X}  {row.hex(' '):<47}  {letters}"
