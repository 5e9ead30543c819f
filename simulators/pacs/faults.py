"""What the archive does wrong when it is asked to, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.uid import UID
from pynetdicom.dsutils import decode, encode

from simulators.faults import Fault
from simulators.pacs.archive import Held
from simulators.pacs.stages import Answer, Batch, Destination, Note, Operation
from testdata.kos import write
from testdata.kos_parts import code

OTHER_UID = "2.25.301"
OTHER_PATIENT = "DRIM-AUTRE^ALEX"
ABORTED_AT = 2
"""Number of the instance before which the association ends."""


def _in_note(change: Callable[[Dataset], None]) -> Callable[[Any], Any]:
    return _in_dataset(Note, change)


def _in_answer(change: Callable[[Dataset], None]) -> Callable[[Any], Any]:
    return _in_dataset(Answer, change)


def _in_dataset(kind: type[Any], change: Callable[[Dataset], None]) -> Callable[[Any], Any]:
    def adjust(stage: Any) -> Any:
        if isinstance(stage, kind):
            change(stage.dataset)
        return stage

    return adjust


def _in_first(keyword: str, value: object) -> Callable[[Any], Any]:
    """Of the instances that a retrieval sends, the first has another value."""

    def adjust(stage: Any) -> Any:
        if isinstance(stage, Operation) and stage.number == 1:
            setattr(stage.dataset, keyword, value)
        return stage

    return adjust


def _in_batch(change: Callable[[Batch], Batch]) -> Callable[[Any], Any]:
    return lambda stage: change(stage) if isinstance(stage, Batch) and stage.instances else stage


def _of(instances: tuple[Held, ...]) -> Callable[[Batch], Batch]:
    return lambda _batch: Batch(instances, len(instances))


def _less(batch: Batch) -> Batch:
    return _of(batch.instances[:-1])(batch)


def _twice(batch: Batch) -> Batch:
    return _of((*batch.instances, batch.instances[0]))(batch)


def _more(batch: Batch) -> Batch:
    """One instance more, which no query named."""
    one = batch.instances[-1]
    document = dcmread(BytesIO(one.file()))
    document.SOPInstanceUID = document.file_meta.MediaStorageSOPInstanceUID = UID(OTHER_UID)
    added = Held(document, one.syntax, write(document))
    return _of((*batch.instances, added))(batch)


def _miscounted(batch: Batch) -> Batch:
    return replace(batch, announced=batch.announced + 1)


def _refused(stage: Any) -> Any:
    return Destination(known=False) if isinstance(stage, Destination) else stage


def _aborted(stage: Any) -> Any:
    if isinstance(stage, Operation) and stage.number == ABORTED_AT:
        return replace(stage, abort=True)
    return stage


def _is_explicit(encoded: bytes) -> bool:
    """A data set whose first element, of group 0008, has its value representation."""
    return encoded.startswith(b"\x08\x00") and encoded[4:6].isalpha() and encoded[4:6].isupper()


def _implicit(encoded: bytes) -> bytes:
    """A data set of Explicit VR, written in Implicit VR."""
    return encode(decode(BytesIO(encoded), False, True), True, True) or encoded


def _without_modalities(answer: Dataset) -> None:
    if "ModalitiesInStudy" in answer:
        del answer.ModalitiesInStudy


def _with(keyword: str, value: object) -> Callable[[Dataset], None]:
    """Another value, where the answer has the attribute."""

    def change(answer: Dataset) -> None:
        if keyword in answer:
            setattr(answer, keyword, value)

    return change


def _without_reason(note: Dataset) -> None:
    kept = [one for one in note.ContentSequence if one.RelationshipType != "HAS CONCEPT MOD"]
    note.ContentSequence = kept


def _without_evidence(note: Dataset) -> None:
    del note.CurrentRequestedProcedureEvidenceSequence


def _of_another_scheme(note: Dataset) -> None:
    note.ConceptNameCodeSequence[0].CodingSchemeDesignator = "99LOCAL"


def _of_another_title(note: Dataset) -> None:
    note.ConceptNameCodeSequence = [code("113000", "DCM", "Rejected for Quality Reasons")]


def _with_purpose(note: Dataset) -> None:
    note.ContentSequence[-1].ConceptNameCodeSequence = [code("260753009", "SCT", "Source")]


def _fault(
    name: str, effect: str, breaks: str, seen_by: str, adjust: Callable[[Any], Any]
) -> Fault:
    return Fault(name, "pacs", effect, breaks, seen_by, adjust=adjust)


INSTANCES = (
    _fault("retrieved-image-of-another-study", "the first image retrieved is of another study",
           "X-KI-01", "X-KI-01", _in_first("StudyInstanceUID", OTHER_UID)),
    _fault("retrieved-image-of-another-series", "the first image retrieved is of another series",
           "X-KI-02", "X-KI-02", _in_first("SeriesInstanceUID", OTHER_UID)),
    _fault("retrieved-image-of-another-number", "the first image retrieved has another number",
           "X-KI-04", "X-KI-04", _in_first("InstanceNumber", "77")),
    _fault("retrieved-image-of-another-accession",
           "the first image retrieved has the accession number of another order",
           "X-KI-05", "X-KI-05", _in_first("AccessionNumber", "ACN-2")),
    _fault("retrieved-image-of-another-patient", "the first image retrieved has another name",
           "X-KI-08", "X-KI-08", _in_first("PatientName", OTHER_PATIENT)),
    _fault("retrieved-image-of-another-sex", "the first image retrieved has another sex",
           "X-KI-10", "X-KI-10", _in_first("PatientSex", "O")),
    _fault("retrieval-without-an-instance", "the last instance of a retrieval is not sent",
           "X-KI-13", "X-KI-13", _in_batch(_less)),
    _fault("retrieval-with-an-instance-twice", "the first instance is sent once more at the end",
           "X-KI-15", "X-KI-15", _in_batch(_twice)),
    _fault("retrieval-with-an-instance-more", "an instance that nobody asked for is sent too",
           "X-KI-12", "X-KI-12", _in_batch(_more)),
    Fault("implicit-vr-under-an-explicit-context", "pacs",
          "data sets are in Implicit VR in a context of Explicit VR",
          "X-READ-01", "X-READ-01", rewrite=_implicit, at=_is_explicit),
)  # fmt: skip

NOTES = (
    _fault("rejection-without-a-reason", "the rejection note does not say what is wrong",
           "DCM-T03B", "KOS-TID-03", _in_note(_without_reason)),
    _fault("rejection-without-evidence", "the rejection note has no evidence sequence",
           "DCM-D09", "KOS-DOC-04A", _in_note(_without_evidence)),
    _fault("rejection-of-another-scheme", "the title of the rejection note is of a local scheme",
           "DCM-T01", "KOS-TID-01", _in_note(_of_another_scheme)),
    _fault("rejection-of-another-title",
           "the title of the rejection note is 113000, with the meaning of 113001",
           "DCM-T02", "KOS-TID-02", _in_note(_of_another_title)),
    _fault("rejection-with-a-purpose-of-reference",
           "the reference of the rejection note has a concept name",
           "DCM-T08", "KOS-TID-08", _in_note(_with_purpose)),
)  # fmt: skip

BEHAVIOUR = (
    _fault("query-with-another-accession", "C-FIND answers have the accession number of another "
           "order", "", "", _in_answer(_with("AccessionNumber", "ACN-2"))),
    _fault("query-with-another-patient", "C-FIND answers have the name of another patient",
           "", "", _in_answer(_with("PatientName", OTHER_PATIENT))),
    _fault("query-without-modalities", "C-FIND answers lack Modalities in Study",
           "", "", _in_answer(_without_modalities)),
    _fault("query-with-fewer-instances", "C-FIND answers count one instance in each study",
           "", "", _in_answer(_with("NumberOfStudyRelatedInstances", 1))),
    _fault("move-destination-unknown", "every C-MOVE is refused: A801", "", "", _refused),
    _fault("sub-operations-miscounted", "C-MOVE and C-GET announce one instance more than is sent",
           "", "", _in_batch(_miscounted)),
    _fault("association-aborted-midway", "the association ends before the second instance",
           "", "", _aborted),
)  # fmt: skip
"""It is the DRIMbox that these try. No rule reads DIMSE: an accession number that was not asked for
(PS3.4 C.2.2.2.1), a wrong count of instances or of sub-operations break it unseen; the others are
legal."""

FAULTS: tuple[Fault, ...] = (*INSTANCES, *NOTES, *BEHAVIOUR)
