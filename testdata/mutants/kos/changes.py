"""Ways to change one thing in a data set, and to say where it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy

from pydicom import Dataset
from pydicom.dataelem import DataElement
from pydicom.sequence import Sequence
from pydicom.tag import Tag

Change = Callable[[Dataset], None]

_STEP = re.compile(r"(\w+)\[(-?\d+)\]")


def at(document: Dataset, path: str) -> Dataset:
    """The data set at a path of keywords and item indices; "" is the root.

    ``ContentSequence[0].ReferencedSOPSequence[0]``, for example. Raises AttributeError or
    IndexError where the path leads nowhere.
    """
    for keyword, index in _STEP.findall(path):
        document = getattr(document, keyword)[int(index)]
    return document


def _split(path: str) -> tuple[str, str]:
    """The data set of an attribute and its keyword."""
    where, _, keyword = path.rpartition(".")
    return where, keyword


def delete(path: str) -> Change:
    """Remove an attribute."""
    where, keyword = _split(path)
    return lambda document: delattr(at(document, where), keyword)


def assign(path: str, value: object) -> Change:
    """Give an attribute another value, without the checks of the library."""
    where, keyword = _split(path)

    def change(document: Dataset) -> None:
        target = at(document, where)
        tag = Tag(keyword)
        vr = target[tag].VR if tag in target else _vr(keyword)
        if isinstance(value, str) and vr not in ("SQ", "US"):
            from pydicom.dataelem import RawDataElement

            charset = "utf-8" if document.get("SpecificCharacterSet") == "ISO_IR 192" else "latin-1"
            raw = value.encode(charset)
            raw += (b"\0" if vr == "UI" else b" ") * (len(raw) % 2)
            target[tag] = RawDataElement(tag, vr, len(raw), raw, 0, False, True)
        else:
            target[tag] = DataElement(tag, vr, value)

    return change


def _vr(keyword: str) -> str:
    from pydicom.datadict import dictionary_VR

    return dictionary_VR(Tag(keyword))


def empty(path: str) -> Change:
    """Leave an attribute without value, or a sequence without item."""
    where, keyword = _split(path)

    def change(document: Dataset) -> None:
        target = at(document, where)
        vr = target[Tag(keyword)].VR
        target[Tag(keyword)] = DataElement(Tag(keyword), vr, Sequence() if vr == "SQ" else None)

    return change


def put(tag: int, vr: str, value: object, where: str = "") -> Change:
    """Add an element by its tag."""

    def change(document: Dataset) -> None:
        at(document, where).add(DataElement(Tag(tag), vr, value))

    return change


def repeat(path: str) -> Change:
    """Add a copy of an item at the end of its sequence."""
    where, _, step = path.rpartition(".")
    match = _STEP.fullmatch(step)
    assert match is not None

    def change(document: Dataset) -> None:
        sequence = getattr(at(document, where), match[1])
        sequence.append(deepcopy(sequence[int(match[2])]))

    return change


def remove(path: str) -> Change:
    """Take an item out of its sequence."""
    where, _, step = path.rpartition(".")
    match = _STEP.fullmatch(step)
    assert match is not None

    def change(document: Dataset) -> None:
        del getattr(at(document, where), match[1])[int(match[2])]

    return change


def append(path: str, *items: Dataset) -> Change:
    """Add items at the end of a sequence, made where it does not exist."""
    where, keyword = _split(path)

    def change(document: Dataset) -> None:
        target = at(document, where)
        if keyword not in target:
            setattr(target, keyword, Sequence())
        getattr(target, keyword).extend(deepcopy(list(items)))

    return change


def copy(source: str, target: str) -> Change:
    """Give an attribute the value of another one."""

    def change(document: Dataset) -> None:
        where, keyword = _split(source)
        value = getattr(at(document, where), keyword)
        where, keyword = _split(target)
        setattr(at(document, where), keyword, value)

    return change


def replace(path: str, old: str, new: str) -> Change:
    """Change a part of a text. Raises ValueError where the part is not there."""
    where, keyword = _split(path)

    def change(document: Dataset) -> None:
        target = at(document, where)
        value = str(getattr(target, keyword))
        if old not in value:
            raise ValueError(f"{path} has no {old!r}")
        assign(keyword, value.replace(old, new))(target)

    return change


def both(*changes: Change) -> Change:
    """Several changes that make one defect."""

    def change(document: Dataset) -> None:
        for one in changes:
            one(document)

    return change
