"""Tables of the standards, as data: each file names its source and edition in its head."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple


def _rows(name: str) -> list[list[str]]:
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


class DictionaryEntry(NamedTuple):
    """One data element of the registry (PS3.6 6): ``vrs`` are the value representations allowed."""

    vrs: tuple[str, ...]
    vm: str
    keyword: str
    name: str


class StorageClass(NamedTuple):
    """One storage SOP class (PS3.6 Table A-1).

    ``value_type`` is the content item type that references it (PS3.3 C.18.3 to C.18.5), or
    "any" where the class does not settle it.
    """

    name: str
    value_type: str
    multi_frame: bool


@cache
def data_dictionary() -> dict[int, DictionaryEntry]:
    """The data element registry by tag, repeating groups left out."""
    return {
        int(tag, 16): DictionaryEntry(tuple(vr.split(" or ")), vm, keyword, name)
        for tag, vr, vm, keyword, name in _rows("ps3.6-elements.tsv")
    }


@cache
def storage_classes() -> dict[str, StorageClass]:
    """The storage SOP classes by UID."""
    return {
        uid: StorageClass(name, value_type, bool(frames))
        for uid, name, value_type, frames in _rows("ps3.4-storage-classes.tsv")
    }


@cache
def transfer_syntaxes() -> dict[str, str]:
    """The names of the transfer syntaxes by UID, retired ones included."""
    return {uid: name for uid, name, _ in _rows("ps3.6-transfer-syntaxes.tsv")}


@cache
def context_group(cid: str) -> dict[tuple[str, str], str]:
    """Meanings of a context group by (coding scheme designator, code value)."""
    return {
        (scheme, value): meaning
        for group, scheme, value, meaning in _rows("ps3.16-context-groups.tsv")
        if group == cid
    }
