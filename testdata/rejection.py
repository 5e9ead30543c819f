"""A rejection note: the key object by which the archive says that instances were deleted."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.sequence import Sequence

from testdata.exam import Exam, SeriesPlan, Study
from testdata.images import instance
from testdata.kos_drim_m import with_key_object
from testdata.kos_parts import code, item, reference, sop_item


def rejection_note(exam: Exam, study: Study, series: SeriesPlan, rejected: str) -> Dataset:
    """A key object titled (113001, DCM) that rejects one instance (PS3.16 CID 7010; IOCM)."""
    noted = with_key_object(exam)
    plan = noted.study.series[-1]
    document = instance(noted, noted.study, plan, 1)
    document.SOPInstanceUID = exam.seed.uid(f"rejection {rejected}")
    document.file_meta.MediaStorageSOPInstanceUID = document.SOPInstanceUID
    document.SeriesInstanceUID = exam.seed.uid("rejection series")
    document.SeriesDescription = "Rejet"
    document.ConceptNameCodeSequence = Sequence(
        [code("113001", "DCM", "Rejected for Quality Reasons")]
    )
    document.ContentSequence = Sequence([reference(series.sop_class, rejected)])
    listed = item(
        ReferencedSOPSequence=Sequence([sop_item(series.sop_class, rejected)]),
        SeriesInstanceUID=series.uid,
    )
    document.CurrentRequestedProcedureEvidenceSequence = Sequence(
        [item(ReferencedSeriesSequence=Sequence([listed]), StudyInstanceUID=study.uid)]
    )
    return document
