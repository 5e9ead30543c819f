"""Attribute matching of a query (PS3.4 C.2.2.2): single value, UIDs, wildcard, range, sequence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydicom import DataElement, Dataset
from pydicom.multival import MultiValue

WILD = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
RANGED = frozenset({"DA", "TM", "DT"})
NUMBERS = frozenset({"DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV"})


def matches(key: DataElement, found: DataElement | None) -> bool:
    """Whether an attribute of the archive matches a key of the query.

    A key without value is of the universal kind: it matches all, and asks for the value
    (C.2.2.2.3). A value that the archive does not have matches no other key.
    """
    if key.VR == "SQ":
        return _sequences(key, found)
    wanted = _values(key)
    if not wanted:
        return True
    there = _values(found) if found is not None else []
    if not there:
        return all(set(one) == {"*"} for one in wanted)
    return any(_one(key.VR, one, value) for one in wanted for value in there)


def _values(element: DataElement) -> list[str]:
    value = element.value
    parts: Iterable[object] = value if isinstance(value, MultiValue | list) else [value]
    return [text for text in ("" if part is None else str(part).strip() for part in parts) if text]


def _sequences(key: DataElement, found: DataElement | None) -> bool:
    """Sequence matching (C.2.2.2.6): every key of the one item, in some item."""
    items = list(key.value or ())
    if not items or not any(len(item) for item in items):
        return True
    keys: Dataset = items[0]
    there = list(found.value or ()) if found is not None else [Dataset()]
    return any(all(matches(one, item.get(one.tag)) for one in keys) for item in there)


def _one(kind: str, wanted: str, there: str) -> bool:
    if kind in RANGED:
        return _in_range(kind, wanted, there)
    if kind in NUMBERS:
        return _number(wanted) == _number(there)
    if kind in WILD:
        if kind == "PN":
            # In either case, which the standard allows (C.2.2.2.1).
            return _wildcards(_name(wanted).casefold(), _name(there).casefold())
        return _wildcards(wanted, there)
    return wanted == there


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _name(text: str) -> str:
    """The first group of a name, without components that are empty at its end (PS3.5 6.2.1.1)."""
    return text.partition("=")[0].rstrip("^")


def _wildcards(wanted: str, there: str) -> bool:
    """Wildcard matching (C.2.2.2.4): * any characters, ? any one.

    By hand, as a regular expression of many * takes a time that a client can make very long.
    """
    at = seen = star = resumed = 0
    starred = False
    while seen < len(there):
        if at < len(wanted) and wanted[at] == "*":
            starred, star, resumed = True, at, seen
            at += 1
        elif at < len(wanted) and wanted[at] in ("?", there[seen]):
            at, seen = at + 1, seen + 1
        elif starred:
            resumed += 1
            at, seen = star + 1, resumed
        else:
            return False
    return not wanted[at:].strip("*")


def _in_range(kind: str, wanted: str, there: str) -> bool:
    """Range matching (C.2.2.2.5): from-to, from-, -to; one value else."""
    first, dash, last = wanted.partition("-")
    if not dash or (kind == "DT" and _has_offset(wanted)):
        first = last = wanted
    value = _instant(kind, there)
    low, high = _instant(kind, first), _instant(kind, last)
    if first and value < low:
        return False
    # A time of fewer digits is the whole minute or hour that it names.
    return not last or value[: len(high)] <= high


def _has_offset(text: str) -> bool:
    """Whether the dash of a DT is that of its offset from UTC: four digits, and no year."""
    return re.fullmatch(r"\d{6,}(\.\d+)?-\d{4}", text) is not None


def _instant(kind: str, text: str) -> str:
    if kind == "DA":
        return text.replace(".", "")
    return text.replace(":", "") if kind == "TM" else text
