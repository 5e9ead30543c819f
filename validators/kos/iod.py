"""Attributes outside the IOD: allowed, and reported (PS3.2 Standard Extended SOP Class)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from validators.catalogue import read_toml
from validators.kos.subject import Kos, Located, document, rule
from validators.model import Defect
from validators.reading.dicom import Element, Item
from validators.reading.dicom_tree import CHARSET, tag_text


@cache
def _known() -> dict[str, frozenset[int]]:
    table = read_toml("tables", "kos-iod.toml")
    return {
        place: frozenset(int(tag, 16) for tag in tags_of) | {CHARSET}
        for place, tags_of in table["place"].items()
    }


def places(kos: Kos) -> Iterator[tuple[str, Iterable[Item]]]:
    """The places of the IOD that are judged, each with its data sets."""
    yield "root", (kos.root,)
    yield "request", kos.requests
    yield "study", kos.studies
    yield "series", (series.item for series in kos.series)
    yield "instance", (reference.item for reference in kos.evidence)
    yield "content", kos.content


@rule("KOS-IOD-01", over=document, verifies=("DCM-F15",))
def attribute_outside_the_iod(node: Located) -> Iterator[Defect]:
    """Every attribute is one that the Key Object Selection IOD has in this place.

    Why: readers may ignore what the IOD does not have; it is a Standard Extended SOP Class.
    Each attribute is told once for each place, with the number of times that it stands there.
    Fix: nothing, if it is meant so.
    """
    for place, items in places(node.kos):
        known = _known()[place]
        found: dict[int, list[Element]] = {}
        for item in items:
            if not item.elements.keys() <= known:
                for tag in item.elements.keys() - known:
                    found.setdefault(tag, []).append(item.elements[tag])
        for tag, elements in sorted(found.items()):
            if not tag >> 16 & 1:
                times = f"{tag_text(tag)} x{len(elements)}"
                yield elements[0].defect(expected="", actual=times)
