"""Evidence against content tree: the same instances in both (PS3.3 C.17.2.3, C.17.6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from validators.catalogue.tables import storage_classes
from validators.kos import tags
from validators.kos.subject import (
    Kos,
    Located,
    Reference,
    document,
    referenced_instances,
    rule,
    selected_instances,
    value_type,
)
from validators.model import Defect


def selection_present(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.selected else ()


def attached_references(kos: Kos) -> Iterator[Reference]:
    """Presentation states and value mappings attached to an image of the content tree."""
    for reference in kos.selected:
        for tag in (tags.REFERENCED_SOP, 0x0008114B):
            for item in reference.item.items(tag):
                yield Reference(item, kos)


def shared_instances(kos: Kos) -> Iterator[Reference]:
    """The instances of the content tree that the evidence has too."""
    return (
        reference for reference in kos.selected if reference.instance in kos.evidence_by_instance
    )


@rule("KOS-REF-01", over=selected_instances, verifies=("DCM-X14", "DRIM-A-CNT-02", "IHE-MA63"))
def selected_instance_not_in_the_evidence(reference: Reference) -> Iterable[Defect]:
    """Each instance of the content tree is in the evidence.

    Why: only the evidence says in which series, and where, the instance is.
    Fix: add the instance to its series in (0040,A375), or remove it from the content tree.
    """
    return _missing(reference, reference.kos.evidence_by_instance, "(0040,A375)")


def _missing(reference: Reference, listed: Mapping[str, Reference], where: str) -> Iterable[Defect]:
    if not reference.instance or reference.instance in listed:
        return ()
    return (reference.defect(expected=where, actual=reference.instance, child="(0008,1155)"),)


@rule("KOS-REF-02", over=attached_references, verifies=("DCM-X14",))
def attached_instance_not_in_the_evidence(reference: Reference) -> Iterable[Defect]:
    """Each presentation state or value mapping attached to an image is in the evidence.

    Why: only the evidence says in which series, and where, the instance is.
    Fix: add the instance to its series in (0040,A375).
    """
    return _missing(reference, reference.kos.evidence_by_instance, "(0040,A375)")


@rule("KOS-REF-03", over=referenced_instances, verifies=("DCM-X15", "DRIM-A-CNT-02", "IHE-MA63"))
def evidence_not_selected(reference: Reference) -> Iterable[Defect]:
    """Each instance of the evidence is in the content tree.

    Why: readers of key objects only look at the content tree: the image is missing to them.
    Fix: add an IMAGE, COMPOSITE or WAVEFORM item for the instance to (0040,A730).
    """
    return _missing(reference, reference.kos.selected_by_instance, "(0040,A730)")


@rule("KOS-REF-04", over=shared_instances, verifies=("DCM-X16", "DRIM-A-CNT-02"))
def sop_classes_differ(reference: Reference) -> Iterable[Defect]:
    """An instance has the same SOP class in the evidence and in the content tree.

    Why: the reader asks for the instance by one class and receives another.
    Fix: write the SOP Class UID of the instance in both places.
    """
    expected = reference.kos.evidence_by_instance[reference.instance].sop_class
    found = reference.sop_class
    if found == expected or not expected or not found:
        return ()
    return (reference.defect(expected=expected, actual=found, child="(0008,1150)"),)


@rule("KOS-REF-05", over=selection_present, verifies=("DCM-X13", "DRIM-A-CNT-02"))
def instance_selected_twice(node: Located) -> Iterator[Defect]:
    """Each instance stands once in the content tree.

    Why: the viewer shows the image twice.
    Fix: remove the repeated content item.
    """
    counts = Counter(reference.instance for reference in node.kos.selected)
    for uid, count in counts.items():
        if uid and count > 1:
            yield node.defect(expected="1", actual=f"{count}: {uid}", child="(0040,A730)")


@rule("KOS-REF-06", over=selected_instances, verifies=("DCM-X17", "DRIM-A-CNT-01-TYPE"))
def value_type_of_another_class(reference: Reference) -> Iterable[Defect]:
    """The value type of a reference suits its SOP class.

    Why: readers open an IMAGE item as pixels, a COMPOSITE item as a document.
    Fix: write IMAGE for images, WAVEFORM for waveforms, COMPOSITE for the rest.
    """
    known = storage_classes().get(reference.sop_class)
    sequence = reference.item.sequence
    found = value_type(sequence.item) if sequence else ""
    if known is None or known.value_type in ("any", found):
        return ()
    return (reference.defect(expected=known.value_type, actual=found, child="(0040,A040)"),)
