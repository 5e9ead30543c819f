"""The KOS of a study: what DRIM-M A asks, from a report and what the PACS has (PS3.3 A.35.4)."""

from __future__ import annotations

from collections.abc import Sequence as Values
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian

from reference_drimbox.cda import INS_ROOTS, Act, Order, Patient, Report
from reference_drimbox.study import Series, Study

KOS_CLASS = "1.2.840.10008.5.1.4.1.1.88.59"
IMPLEMENTATION = "2.25.261209143837229446186862283366219274815"
IMPLEMENTATION_NAME = "DRIMBOX_REF_1"
SERIES_NUMBER = 59
"""As in every official sample (A-GEN-17)."""
LATIN, UNICODE = "ISO_IR 100", "ISO_IR 192"
COMPOSITE = frozenset({"KO", "SR", "PR", "DOC", "SEG", "REG", "RTSTRUCT", "RTPLAN", "RTDOSE",
                       "RTRECORD", "PLAN", "FID", "RWV", "AU", "M3D", "OT"})  # fmt: skip
"""Modalities whose objects may have no image; their class decides."""
WAVEFORM_CLASSES = "1.2.840.10008.5.1.4.1.1.9."
IMAGE_FAMILIES = ("1.2.840.10008.5.1.4.1.1.481.1", "1.2.840.10008.5.1.4.1.1.7")
LONGEST_NAME = 64
"""Of LO (PS3.5 6.2)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a KOS is made of. ``base`` is that of its Retrieve URLs; ``orders`` those of the study.

    ``series_uid`` is that of the KOS itself, the same for all generations of a study.
    """

    uid: str
    series_uid: str
    number: int
    at: datetime
    base: str
    manufacturer: str
    report: Report
    orders: Values[Order]
    study: Study


def build(plan: Plan) -> bytes:
    """The KOS as a DICOM file in Explicit VR Little Endian."""
    act = plan.report.act_of(plan.study.uid)
    document = Dataset()
    _identify(document, plan)
    _add_patient(document, plan.report.patient)
    _add_content(document, plan, act)
    document.SpecificCharacterSet = _charset(document)
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = UID(KOS_CLASS)
    meta.MediaStorageSOPInstanceUID = UID(plan.uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION)
    meta.ImplementationVersionName = IMPLEMENTATION_NAME
    document.file_meta = meta
    stream = BytesIO()
    dcmwrite(stream, document, enforce_file_format=True)
    return stream.getvalue()


def _identify(document: Dataset, plan: Plan) -> None:
    """Study, series, equipment and instance (A.2)."""
    day, time = plan.at.strftime("%Y%m%d"), plan.at.strftime("%H%M%S")
    author = plan.report.author
    document.SOPClassUID = UID(KOS_CLASS)
    document.SOPInstanceUID = UID(plan.uid)
    document.InstanceCreationDate = document.SeriesDate = document.ContentDate = day
    document.InstanceCreationTime = document.SeriesTime = document.ContentTime = time
    document.TimezoneOffsetFromUTC = plan.at.strftime("%z")
    document.StudyDate, document.StudyTime = plan.study.date, plan.study.time
    document.StudyDescription = (
        plan.study.description or plan.report.act_of(plan.study.uid).code.display[:LONGEST_NAME]
    )
    document.StudyInstanceUID = UID(plan.study.uid)
    document.StudyID = ""
    document.AccessionNumber = ""
    document.ReferringPhysicianName = ""
    document.ReferencedPerformedProcedureStepSequence = Sequence()
    document.Modality = "KO"
    document.Manufacturer = plan.manufacturer
    document.InstitutionName = _institution(author.structure_name, author.structure)
    document.SeriesInstanceUID = UID(plan.series_uid)
    document.SeriesNumber = SERIES_NUMBER
    document.InstanceNumber = plan.number


def _institution(name: str, identifier: str) -> str:
    """XON with name and identifier (A-GEN-08), the name cut where LO has no room for it."""
    tail = f"^^^^^^^^^{identifier}"
    return name[: LONGEST_NAME - len(tail)] + tail


def _add_patient(document: Dataset, patient: Patient) -> None:
    """The INS identity; the local identifier stays out (A.3)."""
    label = f"ASIP-SANTE-INS-{INS_ROOTS[patient.ins.root]}"
    used = f"{patient.used_name}^{patient.used_given}".rstrip("^")
    document.PatientName = f"{patient.birth_name}^{patient.first_given}".rstrip("^")
    document.PatientID = patient.ins.extension
    document.IssuerOfPatientID = label
    document.IssuerOfPatientIDQualifiersSequence = _authority(patient.ins.root)
    document.PatientBirthDate = patient.birth_date
    document.PatientSex = patient.sex
    document.OtherPatientNames = [f"^{patient.given_names}", *([used] if used else [])]
    other = Dataset()
    other.PatientID = patient.ins.extension
    other.IssuerOfPatientID = label
    other.TypeOfPatientID = "TEXT"
    other.IssuerOfPatientIDQualifiersSequence = _authority(patient.ins.root)
    document.OtherPatientIDsSequence = Sequence([other])
    document.PatientComments = patient.birthplace


def _add_content(document: Dataset, plan: Plan, act: Act) -> None:
    """Requests, evidence and content tree (A.4 to A.6)."""
    document.ValueType = "CONTAINER"
    document.ConceptNameCodeSequence = _concept("113030", "Manifest")
    document.ContinuityOfContent = "SEPARATE"
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "2010"
    document.ContentTemplateSequence = Sequence([template])
    document.ReferencedRequestSequence = Sequence(
        [_request(one, plan.study.uid) for one in plan.orders]
    )
    evidence = Dataset()
    evidence.StudyInstanceUID = UID(plan.study.uid)
    evidence.ReferencedSeriesSequence = Sequence([_series(one, plan) for one in plan.study.series])
    document.CurrentRequestedProcedureEvidenceSequence = Sequence([evidence])
    images = [
        _reference(series.modality, one.sop_class, one.uid)
        for series in plan.study.series
        for one in series.instances
    ]
    document.ContentSequence = Sequence([*images, _text(document, plan, act)])


def _request(order: Order, study: str) -> Dataset:
    """The ten attributes of a request (A-REQ-02)."""
    made = Dataset()
    made.AccessionNumber = order.accession.extension
    made.IssuerOfAccessionNumberSequence = _authority(order.accession.root)
    made.ReferencedStudySequence = Sequence()
    made.StudyInstanceUID = UID(study)
    made.RequestedProcedureDescription = ""
    made.RequestedProcedureCodeSequence = Sequence()
    made.OrderPlacerIdentifierSequence = _authority(order.placer.root)
    made.RequestedProcedureID = ""
    made.PlacerOrderNumberImagingServiceRequest = order.placer.extension
    made.FillerOrderNumberImagingServiceRequest = ""
    return made


def _series(series: Series, plan: Plan) -> Dataset:
    made = Dataset()
    made.SeriesInstanceUID = UID(series.uid)
    made.RetrieveURL = f"{plan.base}/studies/{plan.study.uid}/series/{series.uid}"
    if series.number:
        made.SeriesNumber = series.number
    instances = []
    for one in series.instances:
        item = _sop(one.sop_class, one.uid)
        if one.number:
            item.InstanceNumber = one.number
        if one.frames:
            item.NumberOfFrames = one.frames
        instances.append(item)
    made.ReferencedSOPSequence = Sequence(instances)
    return made


def _reference(modality: str, sop_class: str, instance: str) -> Dataset:
    """A content item that refers to an instance (TID 2010 rows 8 to 10), without concept name."""
    made = Dataset()
    made.RelationshipType = "CONTAINS"
    made.ValueType = value_type(modality, sop_class)
    made.ReferencedSOPSequence = Sequence([_sop(sop_class, instance)])
    return made


def value_type(modality: str, sop_class: str) -> str:
    """IMAGE, WAVEFORM, or COMPOSITE for what is neither (PS3.3 C.18.3 to C.18.5)."""
    if sop_class.startswith(WAVEFORM_CLASSES):
        return "WAVEFORM"
    if modality in COMPOSITE and not sop_class.startswith(IMAGE_FAMILIES):
        return "COMPOSITE"
    return "IMAGE"


def _text(document: Dataset, plan: Plan, act: Act) -> Dataset:
    """The key object description, line by line (A-CNT-05)."""
    shown = act.code.display or document.StudyDescription
    lines = [f"Examen : {document.StudyDescription}", f"Acte = {shown}"]
    lines += [
        f"Série-{one.uid} : {one.modality} @  : {one.description}" for one in plan.study.series
    ]
    made = Dataset()
    made.RelationshipType = "CONTAINS"
    made.ValueType = "TEXT"
    made.ConceptNameCodeSequence = _concept("113012", "Key Object Description")
    made.TextValue = "\n".join(lines) + "\n"
    return made


def _sop(sop_class: str, instance: str) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID = UID(sop_class)
    made.ReferencedSOPInstanceUID = UID(instance)
    return made


def _concept(value: str, meaning: str) -> Sequence:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, "DCM", meaning
    return Sequence([made])


def _authority(oid: str) -> Sequence:
    """One item that names an assigning authority by its OID (PS3.3 10.14)."""
    made = Dataset()
    made.UniversalEntityID, made.UniversalEntityIDType = oid, "ISO"
    return Sequence([made])


def _charset(document: Dataset) -> str:
    """Latin 1 as in the official samples (A-FMT-04), unless a text needs more."""
    for element in document.iterall():
        if element.VR in ("SH", "LO", "ST", "LT", "UT", "PN", "UC"):
            try:
                str(element.value).encode("latin_1")
            except UnicodeEncodeError:
                return UNICODE
    return LATIN
