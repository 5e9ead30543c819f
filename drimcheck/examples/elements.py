"""A DICOM file as an example shows it: a data element a line, at its path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from drimcheck.examples.lines import Line
from reports.visible import visible
from validators.catalogue.tables import data_dictionary
from validators.reading import dicom
from validators.reading.dicom import Element, Item

BINARY = frozenset({"OB", "OW", "OF", "OD", "OL", "OV", "UN"})
NUMBERS = {"US": (2, False), "SS": (2, True), "UL": (4, False), "SL": (4, True)}
MARK = b"DICM"
BYTES_SHOWN = 12
NUMBERED = re.compile(r"\[[0-9]+\]")


def elements(raw: bytes, place: str = "") -> list[Line] | None:
    """The data elements of a file, of a part as far as they go; None for a file without an end."""
    file = dicom.read(raw)
    try:
        if (file.broken or file.limit) and not (place and file.dataset.elements):
            return None
        lines = [*_lines(file.meta, place), *_lines(file.dataset, place)]
    finally:
        file.release()
    return lines


def _lines(item: Item, place: str) -> Iterator[Line]:
    for element in item.elements.values():
        path = element.path
        known = data_dictionary().get(element.tag)
        name = known.keyword if known else ""
        label = " ".join(one for one in (path, element.vr, name) if one)
        text = label if element.empty and element.items is None else f"{label}: {_value(element)}"
        yield Line(text, place, _key(path, element), alone=True)
        for inner in element.items or ():
            yield from _lines(inner, place)


def _key(path: str, element: Element) -> str:
    """Path without the numbers of items, representation and value: an item moved is the same."""
    return f"{NUMBERED.sub('', path)} {element.vr} {_value(element)}"


def _value(element: Element) -> str:
    if element.items is not None:
        count = len(element.items)
        return f"{count} item{'s' * (count != 1)}" if count else "no item"
    if element.vr in BINARY:
        more = f" … ({len(element.raw)} bytes)" if len(element.raw) > BYTES_SHOWN else ""
        return bytes(element.raw[:BYTES_SHOWN]).hex(" ") + more
    if element.vr == "AT":
        return _tag(element.raw)
    if element.vr in NUMBERS:
        size, signed = NUMBERS[element.vr]
        pieces = [element.raw[at : at + size] for at in range(0, len(element.raw), size)]
        return "\\".join(str(int.from_bytes(one, "little", signed=signed)) for one in pieces)
    return visible(element.text)


def _tag(raw: bytes) -> str:
    group, number = (int.from_bytes(raw[at : at + 2], "little") for at in (0, 2))
    return f"({group:04X},{number:04X})"
