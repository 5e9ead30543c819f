"""Key images inside a DRIM-M manifest (DRIM-M A.7)."""

from __future__ import annotations

from collections.abc import Iterator

from validators.kos import tags
from validators.kos.subject import KOS_CLASS, Kos, Located, Reference, Series, concept_name, rule
from validators.model import Defect

OF_INTEREST = ("DCM", "113000")


def key_object_series(kos: Kos) -> Iterator[Series]:
    """The series of the evidence that hold key object selections."""
    return (
        series
        for series in kos.series
        if any(
            item.text(tags.REFERENCED_SOP_CLASS) == KOS_CLASS
            for item in series.item.items(tags.REFERENCED_SOP)
        )
    )


def key_images(kos: Kos) -> Iterator[Located]:
    """The items that mark an instance of the evidence as a key image."""
    return (
        Located(item, kos)
        for reference in kos.evidence
        for item in reference.item.items(tags.REFERENCED_SOP)
    )


@rule("KOS-KIN-01", over=key_object_series, verifies=("DRIM-A-KIN-01",))
def key_objects_among_images(series: Series) -> Iterator[Defect]:
    """Key object selections of the study are in a series of their own.

    Why: a viewer would open the key object as an image of that series.
    Fix: list the key object under its own Series Instance UID, with its own Retrieve URL.
    """
    for item in series.item.items(tags.REFERENCED_SOP):
        found = item.text(tags.REFERENCED_SOP_CLASS)
        if found != KOS_CLASS:
            yield item.defect(expected=KOS_CLASS, actual=found, child="(0008,1150)")


@rule("KOS-KIN-02", over=key_images, verifies=("DRIM-A-KIN-02",))
def key_image_mark_incomplete(node: Located) -> Iterator[Defect]:
    """A key image names the key object that marks it, its series, its title and a definition.

    Why: the viewer finds the key object, and why the image matters, from here.
    Fix: write the SOP Instance UID and Series Instance UID of the key object, the title
    (113000, DCM) and a text that names the image.
    """
    listed: dict[str, Reference] = node.kos.evidence_by_instance
    instance = node.item.text(tags.REFERENCED_SOP_INSTANCE)
    if instance not in listed or listed[instance].sop_class != KOS_CLASS:
        yield node.defect(expected=KOS_CLASS, actual=instance or None, child="(0008,1155)")
    elif node.item.text(tags.SERIES_INSTANCE_UID) != _series_of(listed[instance]):
        found = node.item.text(tags.SERIES_INSTANCE_UID)
        expected = _series_of(listed[instance])
        yield node.defect(expected=expected, actual=found or None, child="(0020,000E)")
    if concept_name(node.item).key != OF_INTEREST:
        found = str(concept_name(node.item))
        yield node.defect(expected="(113000, DCM)", actual=found, child="(0040,A043)")
    if not any(item.text(tags.TEXT_VALUE) for item in node.item.items(tags.CONTENT)):
        yield node.defect(expected="(0040,A160)", child="(0040,A730)")


def _series_of(reference: Reference) -> str:
    sequence = reference.item.sequence
    return sequence.item.text(tags.SERIES_INSTANCE_UID) if sequence else ""
