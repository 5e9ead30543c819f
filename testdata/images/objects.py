"""The instances of an exam as DICOM objects (PS3.3 A), one builder for each SOP class."""

from __future__ import annotations

from collections.abc import Callable

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from testdata.exam import Exam, SeriesPlan, Study
from testdata.exams import (
    BASIC_TEXT_SR_CLASS,
    CT_CLASS,
    ENCAPSULATED_PDF_CLASS,
    KOS_CLASS,
    MG_CLASS,
    MR_CLASS,
    NM_CLASS,
    PRESENTATION_STATE_CLASS,
    US_MULTI_FRAME_CLASS,
    XA_CLASS,
)
from testdata.images import documents, frames, slices
from testdata.images.place import Place
from testdata.kos_parts import IMPLEMENTATION, authority

_BUILDERS: dict[str, Callable[[Dataset, Place], None]] = {
    CT_CLASS: slices.add_ct,
    MR_CLASS: slices.add_mr,
    MG_CLASS: slices.add_mammogram,
    NM_CLASS: frames.add_nuclear,
    XA_CLASS: frames.add_angiogram,
    US_MULTI_FRAME_CLASS: frames.add_ultrasound,
    BASIC_TEXT_SR_CLASS: documents.add_structured_report,
    PRESENTATION_STATE_CLASS: documents.add_presentation_state,
    ENCAPSULATED_PDF_CLASS: documents.add_encapsulated_pdf,
    KOS_CLASS: documents.add_key_object,
}


def instance(
    exam: Exam, study: Study, series: SeriesPlan, number: int, *, size: int = 256
) -> Dataset:
    """The instance ``number`` (from 1) of a series, uncompressed, ``size`` pixels a side.

    Raises KeyError for a SOP class that has no builder.
    """
    build = _BUILDERS[series.sop_class]
    place = Place(exam, study, series, number, size)
    document = _new(place)
    _add_patient_and_study(document, place)
    _add_series_and_equipment(document, place)
    build(document, place)
    return document


def _new(place: Place) -> Dataset:
    document = Dataset()
    document.SpecificCharacterSet = "ISO_IR 100"
    document.SOPClassUID = UID(place.series.sop_class)
    document.SOPInstanceUID = UID(place.uid)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = document.SOPClassUID
    meta.MediaStorageSOPInstanceUID = document.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION)
    meta.ImplementationVersionName = "DRIMCHECK"
    document.file_meta = meta
    return document


def _add_patient_and_study(document: Dataset, place: Place) -> None:
    """Patient and General Study (C.7.1.1, C.7.2.1): the local identifier, as a PACS has it."""
    patient, study = place.exam.patient, place.study
    document.PatientName = f"{patient.portrait.birth_name}^{patient.first_given_name}"
    document.PatientID = patient.local_id
    document.IssuerOfPatientIDQualifiersSequence = authority(patient.local_authority)
    document.PatientBirthDate = patient.portrait.birth_date
    document.PatientSex = patient.portrait.sex
    document.StudyInstanceUID = study.uid
    document.StudyDate, document.StudyTime = study.started[:8], study.started[8:]
    document.StudyDescription = study.description
    document.StudyID = study.orders[0].accession
    document.AccessionNumber = study.orders[0].accession
    document.IssuerOfAccessionNumberSequence = authority(study.orders[0].accession_oid)
    referrer = place.exam.referrer
    document.ReferringPhysicianName = f"{referrer.family}^{referrer.given}"


def _add_series_and_equipment(document: Dataset, place: Place) -> None:
    """General Series, General Equipment, SOP Common (C.7.3.1, C.7.5.1, C.12.1)."""
    document.Modality = place.series.modality
    document.SeriesInstanceUID = place.series.uid
    document.SeriesNumber = place.series.number
    document.SeriesDescription = place.series.description
    document.SeriesDate, document.SeriesTime = place.started[:8], place.started[8:]
    document.Manufacturer = "DRIMCHECK"
    document.ManufacturerModelName = "PHANTOM"
    document.DeviceSerialNumber = "1"
    document.SoftwareVersions = "1"
    document.InstitutionName = place.exam.structure.name
    document.InstanceNumber = place.number
    document.ContentDate, document.ContentTime = place.started[:8], place.time
    document.TimezoneOffsetFromUTC = place.exam.zone
