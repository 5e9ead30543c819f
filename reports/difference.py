"""Two values side by side: where they differ, and the characters that cannot be seen, by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from typing import NamedTuple

from reports.visible import visible

LONGEST = 500
"""Characters of a value in which those that cannot be seen are named."""
ALIKE = 0.5
"""The share of equal characters from which the differences of two values say something."""
NAMES = {
    "\0": "NULL", "\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN", "\x1b": "ESCAPE",
    "\x0b": "VERTICAL TAB", "\x0c": "FORM FEED", "\x1c": "FILE SEPARATOR", "\x7f": "DELETE",
}  # fmt: skip
"""Control characters, which Unicode gives no name."""


class Piece(NamedTuple):
    """A run of characters of a value, whether it stands in the other value too."""

    text: str
    differs: bool


class Sides(NamedTuple):
    """Two values in pieces, and what is to be said of the characters in them."""

    expected: tuple[Piece, ...]
    found: tuple[Piece, ...]
    hidden: tuple[str, ...]


def sides(expected: str, found: str | None) -> Sides:
    """Two values; their differences are marked where they are alike."""
    hidden = tuple(dict.fromkeys([*_hidden(expected), *_hidden(found or "")]))
    left, right = _equal(expected, found or "")
    if sum(left) < ALIKE * max(len(expected), len(found or "")):
        left, right = [True] * len(left), [True] * len(right)
    return Sides(_pieces(expected, left), _pieces(found or "", right), hidden)


def _equal(one: str, other: str) -> tuple[list[bool], list[bool]]:
    """Which characters of two values are equal: place by place, or from both ends inwards."""
    pairs = list(zip(one, other, strict=False))
    if len(one) == len(other):
        same = [a == b for a, b in pairs]
        return same, same
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    rest = zip(reversed(one[start:]), reversed(other[start:]), strict=False)
    end = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], rest))
    left, right = (
        [place < start or place >= length - end for place in range(length)]
        for length in (len(one), len(other))
    )
    return left, right


def _pieces(value: str, equal: Sequence[bool]) -> tuple[Piece, ...]:
    """The value in runs of characters that are equal, or not."""
    runs = groupby(zip(value, equal, strict=True), key=lambda pair: pair[1])
    return tuple(
        Piece(visible("".join(letter for letter, _ in run)), not same) for same, run in runs
    )


def _hidden(value: str) -> Iterator[str]:
    """The characters of a value that a reader does not see, or takes for a blank."""
    for place, letter in enumerate(value[:LONGEST], start=1):
        if letter in NAMES or (letter != " " and not letter.isprintable()) or _blank(letter):
            name = NAMES.get(letter) or unicodedata.name(letter, "")
            yield f"{place}: U+{ord(letter):04X} {name}".rstrip()
    if value.endswith(" "):
        yield f"{len(value)}: U+0020 SPACE"


def _blank(letter: str) -> bool:
    return letter != " " and unicodedata.category(letter) == "Zs"
