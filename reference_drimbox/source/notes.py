"""Rejection notes: key objects by which a PACS says that instances are gone (IHE IOCM)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from pydicom import dcmread

from reference_drimbox.damaged import UNREADABLE

KEY_OBJECT = "1.2.840.10008.5.1.4.1.1.88.59"
TITLES = frozenset({"113001", "113037", "113038", "113039"})
"""Quality, patient safety, wrong worklist entry, data retention (PS3.16 CID 7010, 7011)."""


class NotANote(ValueError):
    """An object that rejects nothing."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its own UID, the study, and the instances that it rejects."""

    uid: str
    study: str
    rejected: Sequence[str]


def note_of(raw: bytes) -> Note:
    """The note that a file holds. Raises NotANote."""
    try:
        found = dcmread(BytesIO(raw), stop_before_pixels=True)
        if str(found.get("SOPClassUID")) != KEY_OBJECT:
            raise NotANote("it is no key object")
        titles = found.get("ConceptNameCodeSequence") or []
        if not titles or str(titles[0].get("CodeValue")) not in TITLES:
            raise NotANote("its title is not that of a rejection")
        rejected = [
            str(one.ReferencedSOPInstanceUID)
            for study in found.get("CurrentRequestedProcedureEvidenceSequence") or []
            for series in study.ReferencedSeriesSequence
            for one in series.ReferencedSOPSequence
        ]
        evidence = found.get("CurrentRequestedProcedureEvidenceSequence") or [found]
        study = str(evidence[0].StudyInstanceUID)
        uid = str(found.SOPInstanceUID)
    except UNREADABLE:
        raise NotANote("it is no readable key object") from None
    if not rejected:
        raise NotANote("it rejects no instance")
    return Note(uid, study, rejected)
