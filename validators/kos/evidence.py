"""Current Requested Procedure Evidence Sequence (PS3.3 C.17.6.2, C.17.2.1; DRIM-M A.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from validators.catalogue.tables import storage_classes
from validators.identifiers import is_uid
from validators.kos import tags
from validators.kos.subject import (
    KOS_CLASS,
    Kos,
    Located,
    Reference,
    Series,
    document,
    referenced_instances,
    referenced_series,
    rule,
)
from validators.model import Defect
from validators.reading.dicom import Item


def evidence_present(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.studies else ()


def identified_studies(kos: Kos) -> Iterable[Located]:
    """The document, where both it and its evidence name a study."""
    named = any(item.text(tags.STUDY_INSTANCE_UID) for item in kos.studies)
    return document(kos) if named and kos.root.text(tags.STUDY_INSTANCE_UID) else ()


def several_studies(kos: Kos) -> Iterable[Located]:
    """The document, where its evidence spans more than one study."""
    studies = {item.text(tags.STUDY_INSTANCE_UID) for item in kos.studies} - {""}
    return document(kos) if len(studies) > 1 else ()


def identical_documents(kos: Kos) -> Iterator[Located]:
    if kos.root.items(tags.IDENTICAL_DOCUMENTS):
        yield Located(kos.root, kos)


def retrieve_locations(kos: Kos) -> Iterator[Item]:
    """The series items that name a retrieve location."""
    return (series.item for series in kos.series if series.item.text(tags.RETRIEVE_LOCATION_UID))


def multi_frame_instances(kos: Kos) -> Iterator[Reference]:
    classes = storage_classes()
    return (
        reference
        for reference in kos.evidence
        if reference.sop_class in classes and classes[reference.sop_class].multi_frame
    )


def _repeated(uids: Iterable[str]) -> Iterator[tuple[str, int]]:
    return ((uid, count) for uid, count in Counter(uids).items() if uid and count > 1)


@rule("KOS-EVD-20", over=evidence_present,
      verifies=("DRIM-A-EVD-01", "DRIM-A-REQ-10", "IHE-MA50", "IHE-MA03"))  # fmt: skip
def several_studies_in_one_document(node: Located) -> Iterator[Defect]:
    """The evidence has one study, and no more.

    Why: a manifest is filed and replaced with its study; of two studies one would be lost.
    Fix: write one document for each study.
    """
    count = len(node.kos.studies)
    if count > 1:
        yield node.defect(expected="1", actual=count, child="(0040,A375)")


@rule("KOS-EVD-21", over=evidence_present, verifies=("DCM-X03",))
def study_repeated(node: Located) -> Iterator[Defect]:
    """Each study stands once in the evidence.

    Why: readers index the evidence by study, and keep one of two items.
    Fix: merge the items of the same study.
    """
    for uid, count in _repeated(item.text(tags.STUDY_INSTANCE_UID) for item in node.kos.studies):
        yield node.defect(expected="1", actual=f"{count}: {uid}", child="(0040,A375)")


@rule("KOS-EVD-22", over=evidence_present, verifies=("DCM-X06", "DRIM-A-EVD-02"))
def series_repeated(node: Located) -> Iterator[Defect]:
    """Each series stands once in its study.

    Why: readers index the evidence by series, and lose the instances of one of two items.
    Fix: merge the items of the same series.
    """
    pairs = Counter((series.study, series.uid) for series in node.kos.series if series.uid)
    for (_, uid), count in pairs.items():
        if count > 1:
            yield node.defect(expected="1", actual=f"{count}: {uid}", child="(0008,1115)")


@rule("KOS-EVD-23", over=evidence_present, verifies=("DCM-X09", "DRIM-A-EVD-08"))
def instance_repeated(node: Located) -> Iterator[Defect]:
    """Each instance stands once in the evidence.

    Why: the instance is retrieved and counted twice.
    Fix: remove the repeated item.
    """
    for uid, count in _repeated(reference.instance for reference in node.kos.evidence):
        yield node.defect(expected="1", actual=f"{count}: {uid}", child="(0008,1199)")


@rule("KOS-EVD-24", over=referenced_instances,
      verifies=("DCM-X10", "DRIM-A-EVD-13", "IHE-MA03"))  # fmt: skip
def document_refers_to_itself(reference: Reference) -> Iterable[Defect]:
    """The document does not list itself.

    Why: it is no image of the study; a reader that follows its own manifest turns in circles.
    Fix: remove the item with the SOP Instance UID of the document.
    """
    own = reference.kos.root.text(tags.SOP_INSTANCE_UID)
    if not own or reference.instance != own:
        return ()
    return (reference.defect(expected=f"!= {own}", actual=own, child="(0008,1155)"),)


@rule("KOS-EVD-25", over=identified_studies,
      verifies=("DCM-X11", "IHE-XI09", "DRIM-A-EVD-01", "DRIM-A-GEN-14", "IHE-MA50"))  # fmt: skip
def study_not_in_the_evidence(node: Located) -> Iterator[Defect]:
    """The study of the document is one of the studies of its evidence.

    Why: the document is filed with a study that it says nothing of.
    Fix: write the Study Instance UID of the images in (0020,000D) of the document.
    """
    own = node.item.text(tags.STUDY_INSTANCE_UID)
    found = [item.text(tags.STUDY_INSTANCE_UID) for item in node.kos.studies]
    if own not in found:
        yield node.defect(expected=" | ".join(found), actual=own, child="(0020,000D)")


@rule("KOS-EVD-26", over=referenced_series,
      verifies=("DCM-X12", "DCM-R06", "DRIM-A-GEN-15"))  # fmt: skip
def document_in_a_series_of_images(series: Series) -> Iterator[Defect]:
    """The series of the document is not one that it lists, unless that holds key objects alone.

    Why: a series has one modality; the document would appear among the images.
    Fix: give the document a Series Instance UID of its own.
    """
    if series.uid and series.uid == series.kos.root.text(tags.SERIES_INSTANCE_UID):
        classes = {
            item.text(tags.REFERENCED_SOP_CLASS) for item in series.item.items(tags.REFERENCED_SOP)
        }
        if classes != {KOS_CLASS}:
            yield series.defect(expected=f"!= {series.uid}", actual=series.uid, child="(0020,000E)")


@rule("KOS-EVD-27", over=referenced_instances, verifies=("DCM-X18", "DRIM-A-EVD-11"))
def sop_class_unknown(reference: Reference) -> Iterable[Defect]:
    """Each instance is of a storage SOP class of the standard.

    Why: a reader does not negotiate, nor show, a class that it does not know.
    Fix: write the SOP Class UID of the instance as the archive has it.
    """
    found = reference.sop_class
    if not found or found in storage_classes():
        return ()
    return (reference.defect(expected="PS3.4 B.5", actual=found, child="(0008,1150)"),)


@rule("KOS-EVD-28", over=evidence_present, verifies=("DCM-X20",))
def uid_at_two_levels(node: Located) -> Iterator[Defect]:
    """A UID names a study, a series or an instance, and each series lies in one study.

    Why: UIDs are unique in the world; a UID at two levels names two things.
    Fix: write the UIDs of the archive; do not derive one from another by copying.
    """
    studies = {item.text(tags.STUDY_INSTANCE_UID) for item in node.kos.studies} - {""}
    series = {one.uid for one in node.kos.series} - {""}
    instances = node.kos.evidence_by_instance.keys()
    for uid in sorted((studies & series) | (studies & instances) | (series & instances)):
        yield node.defect(expected="1", actual=uid, child="(0040,A375)")
    homes = {(one.uid, one.study) for one in node.kos.series if one.uid and one.study}
    for uid, _ in _repeated(uid for uid, _ in homes):
        yield node.defect(expected="1", actual=uid, child="(0040,A375)")


@rule("KOS-EVD-29", over=multi_frame_instances, verifies=("DRIM-A-EVD-10",))
def number_of_frames_absent(reference: Reference) -> Iterator[Defect]:
    """An instance of a multi-frame class has Number of Frames (0028,0008).

    Why: the viewer shows how many frames there are before it has retrieved them.
    Fix: copy (0028,0008) of the instance into its item.
    """
    if not reference.item.text(tags.NUMBER_OF_FRAMES):
        yield reference.defect(expected="(0028,0008)", child="(0028,0008)")


@rule("KOS-EVD-30", over=retrieve_locations, verifies=("IHE-XI05", "IHE-MA52"))
def retrieve_location_is_no_oid(item: Item) -> Iterator[Defect]:
    """Retrieve Location UID (0040,E011) is an OID of at least three arcs.

    Why: it is the repository identifier that the reader looks up.
    Fix: write the OID under which the imaging source is registered.
    """
    found = item.text(tags.RETRIEVE_LOCATION_UID)
    if is_uid(found) and found.count(".") < 2:
        yield item.defect(expected="OID", actual=found, child="(0040,E011)")


@rule("KOS-EVD-31", over=several_studies, verifies=("DCM-D10",))
def identical_documents_absent(node: Located) -> Iterator[Defect]:
    """A document over several studies lists its duplicates in the other studies.

    Why: who opens another of these studies must find the document there too.
    Fix: write Identical Documents Sequence (0040,A525), one copy in each study.
    """
    listed = {
        item.text(tags.STUDY_INSTANCE_UID) for item in node.item.items(tags.IDENTICAL_DOCUMENTS)
    }
    studies = {item.text(tags.STUDY_INSTANCE_UID) for item in node.kos.studies} - {""}
    missing = studies - listed - {node.item.text(tags.STUDY_INSTANCE_UID)}
    for uid in sorted(missing):
        yield node.defect(expected=uid, child="(0040,A525)")


@rule("KOS-EVD-32", over=identical_documents, verifies=("DCM-D10",))
def identical_document_for_one_study(node: Located) -> Iterator[Defect]:
    """Identical Documents Sequence (0040,A525) is absent where there is one study.

    Why: a copy in a study that the document does not refer to belongs nowhere.
    Fix: remove (0040,A525), or refer to instances of the other studies.
    """
    studies = {item.text(tags.STUDY_INSTANCE_UID) for item in node.kos.studies} - {""}
    if len(studies) <= 1:
        yield node.defect(expected="", actual="(0040,A525)", child="(0040,A525)")


@rule("KOS-EVD-33", over=identical_documents, verifies=("DCM-D10",))
def identical_document_wrong(node: Located) -> Iterator[Defect]:
    """Each identical document is another key object selection, in a study of the evidence.

    Why: the copies are found in the other studies by these identifiers.
    Fix: list each copy by its own SOP Instance UID, under its own study, and not this document.
    """
    own = node.item.text(tags.SOP_INSTANCE_UID)
    studies = {item.text(tags.STUDY_INSTANCE_UID) for item in node.kos.studies} - {""}
    for study in node.item.items(tags.IDENTICAL_DOCUMENTS):
        uid = study.text(tags.STUDY_INSTANCE_UID)
        if len(studies) > 1 and uid not in studies:
            yield study.defect(expected="(0040,A375)", actual=uid or None, child="(0020,000D)")
        for series in study.items(tags.REFERENCED_SERIES):
            for copy in series.items(tags.REFERENCED_SOP):
                if own and copy.text(tags.REFERENCED_SOP_INSTANCE) == own:
                    yield copy.defect(expected=f"!= {own}", actual=own, child="(0008,1155)")
                found = copy.text(tags.REFERENCED_SOP_CLASS)
                if found != KOS_CLASS:
                    yield copy.defect(expected=KOS_CLASS, actual=found or None,
                                      child="(0008,1150)")  # fmt: skip
