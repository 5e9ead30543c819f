"""The tree of a Part-10 file (PS3.10 7, PS3.5 7): data sets, elements, encoding problems.

It keeps what a judge needs and a reader would forgive: byte offsets, stored value
representations, padding and order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from validators.model import Node
from validators.reading.charset import codec_of, decode

CHARSET = 0x00080005
TAG_LENGTH = len("(gggg,eeee)")
_TRIM = " \0\r\n\t"


@cache
def tag_text(tag: int) -> str:
    """A tag as findings write it: ``(0008,1190)``."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


class Element(Node):
    """One data element: ``vr`` as stored ("" in Implicit VR), value bytes or sequence items."""

    __slots__ = ("_text", "item", "items", "offset", "raw", "tag", "vr")

    def __init__(self, tag: int, vr: str, raw: bytes, offset: int, item: Item) -> None:
        self.tag = tag
        self.vr = vr
        self.raw = raw
        self.offset = offset
        self.item = item
        self.items: list[Item] | None = None
        self._text: str | None = None

    @property
    def path(self) -> str:
        own = tag_text(self.tag)
        above = self.item.path
        return f"{above}.{own}" if above else own

    @property
    def place(self) -> int:
        return self.offset

    @property
    def text(self) -> str:
        """The decoded value without insignificant blanks at its ends; "" for a sequence."""
        text = self._text
        if text is None:
            raw = self.raw
            plain = raw.isascii() and b"\x1b" not in raw
            text = raw.decode("ascii") if plain else decode(raw, self.item.codec)
            text = self._text = text.strip(_TRIM)
        return text

    @property
    def values(self) -> list[str]:
        """The values of a multi-valued attribute, each trimmed."""
        return [value.strip(_TRIM) for value in self.text.split("\\")]

    @property
    def empty(self) -> bool:
        """Whether the element has neither a value nor an item."""
        return not self.items and not self.raw.strip(b" \0\r\n\t")


class Item(Node):
    """A data set: the root one, or an item of a sequence."""

    __slots__ = ("_codec", "_path", "elements", "index", "offset", "sequence")

    def __init__(self, sequence: Element | None, index: int, offset: int) -> None:
        self.sequence = sequence
        self.index = index
        self.offset = offset
        self.elements: dict[int, Element] = {}
        self._codec = ""
        self._path: str | None = None if sequence else ""

    @property
    def path(self) -> str:
        if self._path is None:
            assert self.sequence is not None
            self._path = f"{self.sequence.path}[{self.index}]"
        return self._path

    @property
    def place(self) -> int:
        return self.offset

    def place_of(self, child: str) -> int:
        """Offset of the attribute ``(gggg,eeee)``, or of the data set where it is absent."""
        if len(child) == TAG_LENGTH:
            found = self.elements.get(int(child[1:5] + child[6:10], 16))
            if found is not None:
                return found.offset
        return self.offset

    @property
    def codec(self) -> str:
        """Codec of the text in this data set: its own character set, or the enclosing one's."""
        if not self._codec:
            declared = self.elements.get(CHARSET)
            if declared is not None:
                terms = declared.raw.decode("latin_1").split("\\")
                self._codec = codec_of(tuple(term.strip(_TRIM) for term in terms))
            else:
                self._codec = self.sequence.item.codec if self.sequence else codec_of(())
        return self._codec

    def text(self, tag: int) -> str:
        """Trimmed text of an attribute; "" where it is absent, empty or a sequence."""
        element = self.elements.get(tag)
        if element is None:
            return ""
        text = element._text
        return element.text if text is None else text

    def items(self, tag: int) -> list[Item]:
        """Items of a sequence; none where it is absent or no sequence."""
        element = self.elements.get(tag)
        return (element.items or []) if element is not None else []


class Problem(NamedTuple):
    """Something wrong in the encoding that only reading shows."""

    kind: str
    path: str
    offset: int
    expected: str
    actual: str | None


@dataclass(slots=True)
class Part10(Node):
    """A file as read. ``broken`` means that reading stopped at the last problem.

    ``limit`` names the limit that stopped it instead. ``by_vr`` holds the elements by value
    representation, that of the dictionary where it has one; ``unregistered`` those public
    ones that it does not have, ``misrepresented`` those stored with another, ``multiple``
    those that hold a backslash or must have several values. Offsets of a deflated data set count
    from the start of the inflated data set.
    """

    size: int
    meta: Item = field(default_factory=lambda: Item(None, 0, 132))
    dataset: Item = field(default_factory=lambda: Item(None, 0, 0))
    transfer_syntax: str = ""
    problems: list[Problem] = field(default_factory=list)
    broken: bool = False
    limit: str = ""
    elements: int = 0
    by_vr: dict[str, list[Element]] = field(default_factory=lambda: defaultdict(list))
    private: list[Element] = field(default_factory=list)
    unregistered: list[Element] = field(default_factory=list)
    misrepresented: list[Element] = field(default_factory=list)
    multiple: list[Element] = field(default_factory=list)
    nested: list[Item] = field(default_factory=list)

    @property
    def path(self) -> str:
        return ""

    def release(self) -> None:
        """Let go of the tree: its items and elements hold each other."""
        for item in self.nested:
            item.elements.clear()
            item.sequence = None
        self.dataset.elements.clear()
        self.meta.elements.clear()

    def of_kind(self, kind: str) -> Iterator[Problem]:
        return (problem for problem in self.problems if problem.kind == kind)
