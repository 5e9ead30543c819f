"""One pass over the data elements of a data set, without recursion and within limits.

PS3.5 7: data elements, sequences of items, undefined lengths. Little Endian only.
"""

from __future__ import annotations

import mmap
from collections import Counter
from functools import cache
from struct import Struct
from typing import NamedTuple

from validators.catalogue.tables import data_dictionary
from validators.reading import limits
from validators.reading.dicom_tree import Element, Item, Part10, Problem, tag_text

Buffer = bytes | mmap.mmap

UNDEFINED = 0xFFFFFFFF
ITEM_END = 0xFFFEE00D

# PS3.5 Tables 7.1-1 and 7.1-2.
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
VR_NAMES = {vr: vr.decode() for vr in SHORT_VRS | LONG_VRS}

implicit_head = Struct("<HHL").unpack_from
explicit_head = Struct("<HH2sH").unpack_from
_length = Struct("<L").unpack_from


class _Level(NamedTuple):
    """What to come back to when a sequence ends, and how the sequence itself ends."""

    sequence: Element
    sequence_end: int
    open_sequence: bool
    item: Item
    item_end: int
    open_item: bool
    last_tag: int
    explicit: bool


def scan_dataset(file: Part10, buffer: Buffer, start: int, *, explicit: bool) -> None:
    """Read the data set that starts at ``start`` into ``file``, as far as it can be read."""
    _Scan(file, buffer, start, explicit=explicit).run()


class _Scan:
    """Where the scan stands: the current item, how it ends, and the levels above it."""

    def __init__(self, file: Part10, buffer: Buffer, start: int, *, explicit: bool) -> None:
        self.file = file
        self.buffer = buffer
        self.position = start
        self.explicit = explicit
        self.item = file.dataset
        self.item_end = len(buffer)
        self.open_item = False
        self.last_tag = -1
        self.inside = True
        self.levels: list[_Level] = []
        self.noted: Counter[str] = Counter()
        self.kinds = _kinds()

    def run(self) -> None:
        """Alternate between the elements of an item and the items of a sequence."""
        while self.inside or self.levels:
            if self.inside:
                self.elements()
            else:
                self.next_item()
            if self.file.broken or self.file.limit:
                return

    def stop(self, expected: str, actual: str | None, path: str = "") -> None:
        """Record that the encoding breaks here: nothing after it can be located."""
        where = path or self.item.path
        self.file.problems.append(Problem("structure", where, self.position, expected, actual))
        self.file.broken = True

    def elements(self) -> None:  # noqa: C901 - the hot loop of the reader, in one piece
        """Read elements up to the end of the current item or the start of a sequence."""
        buffer, item, end, kinds = self.buffer, self.item, self.item_end, self.kinds
        found, by_vr, explicit = item.elements, self.file.by_vr, self.explicit
        multiple = self.file.multiple
        position, last = self.position, self.last_tag
        room = limits.MAX_ELEMENTS - self.file.elements - len(found)
        while position < end:
            if end - position < 8:
                self.position = position
                return self.cut("8", str(end - position))
            if explicit:
                group, number, code, length = explicit_head(buffer, position)
                value = position + 8
                if code in SHORT_VRS:
                    vr = VR_NAMES[code]
                elif group != 0xFFFE:
                    self.position = position
                    if code not in LONG_VRS and not (code.isalpha() and code.isupper()):
                        return self.cut("VR", code.hex(" "))
                    if end - position < 12:
                        return self.stop("12", str(end - position))
                    vr = code.decode()
                    (length,) = _length(buffer, value)
                    value += 4
            else:
                group, number, length = implicit_head(buffer, position)
                value, vr = position + 8, ""
            tag = group << 16 | number
            if group == 0xFFFE:
                self.position = position
                return self.close_item(tag)
            if tag <= last:
                self.position = position
                if tag == 0:
                    self.cut("(gggg,eeee)", tag_text(tag))
                    if self.position == end:
                        return None
                self.note("order", tag, f"> {tag_text(last)}", tag_text(tag))
            last = tag
            room -= 1
            if room < 0:
                self.file.limit = f"MAX_ELEMENTS {limits.MAX_ELEMENTS}"
                return None
            element = Element(tag, vr, b"", position, item)
            found.setdefault(tag, element)
            kind = kinds.get(tag)
            if kind is None or (kind != vr and explicit):
                kind = self.unusual(element, kind)
            if vr == "SQ" or (vr in ("", "UN") and (kind == "SQ" or length == UNDEFINED)):
                self.position, self.last_tag = value, last
                by_vr["SQ"].append(element)
                return self.open_sequence(element, length)
            stop = value + length
            if stop > end:
                self.position = position
                return self.stop(f"<= {end - value}", str(length), element.path)
            if length & 1:
                self.position = position
                self.note("odd", tag, "even", str(length))
            element.raw = raw = buffer[value:stop]
            if b"\\" in raw:
                multiple.append(element)
            by_vr[kind].append(element)
            position = stop
        self.position, self.last_tag = position, last
        self.leave_item()

    def unusual(self, element: Element, kind: str | None) -> str:
        """Note what is odd of an element, and say by which representation to judge it."""
        file, tag, vr = self.file, element.tag, element.vr
        if kind is not None:
            file.misrepresented.append(element)
        elif tag in _several():
            file.multiple.append(element)
            kind = data_dictionary()[tag].vrs[0]
            if vr not in ("", kind):
                file.misrepresented.append(element)
        elif tag >> 16 & 1:
            file.private.append(element)
        elif not tag & 0xFFFF:
            self.position = element.offset
            self.note("group-length", tag, "", "UL")
        elif tag not in data_dictionary():
            if not 0x5000 <= tag >> 16 <= 0x60FF:
                file.unregistered.append(element)
        elif vr and vr not in data_dictionary()[tag].vrs:
            file.misrepresented.append(element)
        return kind or vr or "UN"

    def note(self, kind: str, tag: int, expected: str, actual: str) -> None:
        """Record a problem of the element at the current position, as long as a rule keeps it."""
        self.noted[kind] += 1
        if self.noted[kind] <= limits.MAX_DEFECTS + 1:
            path = self.item.path
            path = f"{path}.{tag_text(tag)}" if path else tag_text(tag)
            self.file.problems.append(Problem(kind, path, self.position, expected, actual))

    def cut(self, expected: str, actual: str) -> None:
        """Meet what is no element: zero bytes to the end trail the file, all else breaks it."""
        rest = self.item_end - self.position
        if self.levels or any(self.buffer[self.position : self.item_end]):
            return self.stop(expected, actual)
        self.file.problems.append(Problem("trailing", "", self.position, "0", str(rest)))
        self.position = self.item_end
        return self.leave_item()

    def open_sequence(self, element: Element, length: int) -> None:
        """Go down into the sequence whose value starts at the current position."""
        open_sequence = length == UNDEFINED
        end = self.item_end if open_sequence else self.position + length
        if end > self.item_end:
            return self.stop(f"<= {self.item_end - self.position}", str(length), element.path)
        if len(self.levels) >= limits.MAX_DEPTH:
            self.file.limit = f"MAX_DEPTH {limits.MAX_DEPTH}"
            return None
        element.items = []
        self.inside = False
        self.levels.append(
            _Level(
                element, end, open_sequence,
                self.item, self.item_end, self.open_item, self.last_tag, self.explicit,
            )
        )  # fmt: skip
        # PS3.5 6.2.2: a sequence sent as UN is encoded in Implicit VR Little Endian.
        if element.vr == "UN":
            self.explicit = False
        return None

    def next_item(self) -> None:
        """Enter the next item of the current sequence, or leave the sequence."""
        level = self.levels[-1]
        position, end = self.position, level.sequence_end
        if position == end and not level.open_sequence:
            return self.leave_sequence(level)
        if end - position < 8:
            return self.stop("(FFFE,E0DD)", None, level.sequence.path)
        group, number, length = implicit_head(self.buffer, position)
        if group != 0xFFFE or number != 0xE000:
            if number == 0xE0DD and group == 0xFFFE and level.open_sequence:
                self.position += 8
                return self.leave_sequence(level)
            return self.stop("(FFFE,E000)", tag_text(group << 16 | number), level.sequence.path)
        self.enter_item(level, length)
        return None

    def enter_item(self, level: _Level, length: int) -> None:
        items, nested, end = level.sequence.items, self.file.nested, level.sequence_end
        assert items is not None
        self.item = item = Item(level.sequence, len(items), self.position)
        items.append(item)
        nested.append(item)
        if len(nested) > limits.MAX_ITEMS:
            self.file.limit = f"MAX_ITEMS {limits.MAX_ITEMS}"
        start = self.position + 8
        self.open_item = length == UNDEFINED
        self.item_end = end if self.open_item else start + length
        if self.item_end > end:
            return self.stop(f"<= {end - start}", str(length))
        self.position, self.last_tag, self.inside = start, -1, True
        return None

    def close_item(self, tag: int) -> None:
        """Meet a delimiter among elements: only an item of undefined length may end so."""
        if tag != ITEM_END or not self.open_item:
            return self.stop("(gggg,eeee)", tag_text(tag))
        self.position += 8
        self.open_item = False
        return self.leave_item()

    def leave_item(self) -> None:
        """End the current item; the root data set simply ends."""
        self.inside = False
        self.file.elements += len(self.item.elements)
        if self.open_item:
            self.stop("(FFFE,E00D)", None)

    def leave_sequence(self, level: _Level) -> None:
        """Come back to the data set that holds the sequence, after it."""
        self.levels.pop()
        self.item, self.item_end, self.open_item = level.item, level.item_end, level.open_item
        self.last_tag, self.explicit = level.last_tag, level.explicit
        self.inside = True


@cache
def _kinds() -> dict[int, str]:
    """The value representation of each registered element that has only one."""
    return {
        tag: entry.vrs[0]
        for tag, entry in data_dictionary().items()
        if len(entry.vrs) == 1 and tag & 0xFFFF and tag not in _several()
    }


@cache
def _several() -> frozenset[int]:
    """The registered elements of one representation that always have several values."""
    return frozenset(
        tag
        for tag, entry in data_dictionary().items()
        if len(entry.vrs) == 1 and not entry.vm.startswith("1")
    )
