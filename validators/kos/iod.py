"""Attributes outside the IOD: allowed, and reported (PS3.2 Standard Extended SOP Class)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from validators.catalogue import read_toml
from validators.kos import tags
from validators.kos.subject import Kos, rule
from validators.model import Defect
from validators.reading.dicom import Item
from validators.reading.dicom_tree import CHARSET, tag_text

PLACES = {
    tags.EVIDENCE: "study",
    tags.REFERENCED_SERIES: "series",
    tags.REFERENCED_REQUEST: "request",
    tags.CONTENT: "content",
}


@cache
def _known() -> dict[str, frozenset[int]]:
    table = read_toml("tables", "kos-iod.toml")
    return {
        place: frozenset(int(tag, 16) for tag in tags_of) | {CHARSET}
        for place, tags_of in table["place"].items()
    }


def judged_data_sets(kos: Kos) -> Iterator[Item]:
    """The root, the requests, the evidence and the content items."""
    yield kos.root
    yield from kos.requests
    yield from kos.studies
    yield from (series.item for series in kos.series)
    yield from (reference.item for reference in kos.evidence)
    yield from kos.content


@rule("KOS-IOD-01", over=judged_data_sets, verifies=("DCM-F15",))
def attribute_outside_the_iod(item: Item) -> Iterator[Defect]:
    """Every attribute is one that the Key Object Selection IOD has in this place.

    Why: readers may ignore what the IOD does not have; it is a Standard Extended SOP Class.
    Fix: nothing, if it is meant so.
    """
    sequence = item.sequence
    place = "root" if sequence is None else PLACES.get(sequence.tag, "instance")
    known = _known()[place]
    for tag in item.elements:
        if tag not in known and not tag >> 16 & 1:
            yield item.defect(expected="", actual=tag_text(tag), child=tag_text(tag))
