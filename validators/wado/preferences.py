"""Which transfer syntaxes a DRIMbox Conso prefers (DRIM-M C-REQ-06 to C-REQ-12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.wado.accept import MediaRange
from validators.wado.request import DICOM, Beside, Request, accepts, instance_ranges, rule

LOSSLESS = {
    "1.2.840.10008.1.2.4.70": 0.9,
    "1.2.840.10008.1.2.4.80": 0.8,
    "1.2.840.10008.1.2.4.91": 0.6,
    "1.2.840.10008.1.2.4.50": 0.5,
    "1.2.840.10008.1.2.4.51": 0.5,
    "1.2.840.10008.1.2.4.100": 0.5,
    "1.2.840.10008.1.2.4.101": 0.5,
    "1.2.840.10008.1.2.4.102": 0.5,
    "1.2.840.10008.1.2.4.103": 0.5,
    "1.2.840.10008.1.2.1": 0.4,
}
"""Weights for export and import (C-REQ-09)."""
LOSSY = LOSSLESS | {
    "1.2.840.10008.1.2.4.50": 0.9,
    "1.2.840.10008.1.2.4.51": 0.9,
    "1.2.840.10008.1.2.4.70": 0.6,
    "1.2.840.10008.1.2.4.80": 0.5,
    "1.2.840.10008.1.2.4.91": 0.5,
}
"""Weights for viewing (C-REQ-10)."""


def of_instances(request: Request) -> Iterable[Beside]:
    return accepts(request) if request.whole_instances else ()


def weighted(request: Request) -> Iterable[Beside]:
    """The ranges of a request that offers the ten, each with a weight that can be read."""
    offered = _offered(request)
    readable = all(one.quality is not None for one in request.ranges)
    return of_instances(request) if readable and offered.keys() >= LOSSLESS.keys() else ()


def _offered(request: Request) -> dict[str, float | None]:
    """The weight of each transfer syntax that is offered for DICOM files."""
    found: dict[str, float | None] = {}
    for one in request.ranges:
        if one.root_type in (DICOM, ""):
            for syntax in one.all("transfer-syntax"):
                found.setdefault(syntax, one.quality)
    return found


@rule("WADO-REQ-06-TYPE", over=instance_ranges, verifies=("DRIM-C-REQ-06",))
def range_of_another_type(node: MediaRange) -> Iterator[Defect]:
    """Each media range of a request for instances is of DICOM files in a multipart.

    Why: a Source sends nothing else between DRIMboxes.
    Fix: write multipart/related; type="application/dicom";transfer-syntax=<UID>;q=0.9.
    """
    if node.media_type and (node.media_type, node.root_type) != ("multipart/related", DICOM):
        yield node.defect(expected=f'multipart/related; type="{DICOM}"', actual=node.text)


@rule("WADO-REQ-06-SYNTAX", over=instance_ranges, verifies=("DRIM-C-REQ-06",))
def range_without_transfer_syntax(node: MediaRange) -> Iterator[Defect]:
    """Each media range names its transfer syntax.

    Why: the Source chooses by it; without one it answers 400, or sends uncompressed images.
    Fix: write transfer-syntax=<UID> in each range.
    """
    if not node.get("transfer-syntax"):
        yield node.defect(expected="transfer-syntax=", actual=node.text)


@rule("WADO-REQ-07", over=of_instances, verifies=("DRIM-C-REQ-07",))
def transfer_syntax_not_offered(node: Beside) -> Iterator[Defect]:
    """The ten transfer syntaxes of DRIM-M are all offered.

    Why: images that a Source holds in the missing one could be sent by transcoding alone.
    Fix: offer .70, .80, .91, .50, .51, .100 to .103 under 1.2.840.10008.1.2.4, and ...1.2.1.
    """
    for syntax in LOSSLESS.keys() - _offered(node.request).keys():
        yield node.defect(expected=syntax, actual=None)


@rule("WADO-REQ-11", over=weighted, verifies=("DRIM-C-REQ-09", "DRIM-C-REQ-10", "DRIM-C-REQ-11"))
def preferences_of_neither_use(node: Beside) -> Iterator[Defect]:
    """The weights are those of export and import, or those of viewing.

    Why: the Source sends what weighs most: lossy images into a PACS, or slow ones to a viewer.
    Fix: write the weights of the use: lossless .70 0.9, .80 0.8; lossy .50 and .51 0.9, .70 0.6.
    """
    found = _offered(node.request)
    weights = {syntax: found[syntax] for syntax in LOSSLESS}
    if weights not in (LOSSLESS, LOSSY):
        nearest = min((LOSSLESS, LOSSY), key=lambda one: sum(one[s] != weights[s] for s in one))
        for syntax, weight in nearest.items():
            if weights[syntax] != weight:
                yield node.defect(expected=f"{syntax} q={weight}", actual=weights[syntax])
