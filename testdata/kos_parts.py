"""What every generated Key Object Selection has: meta information, header, evidence, items."""

from __future__ import annotations

from collections.abc import Sequence as Values
from io import BytesIO

from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from testdata.exams import KOS_CLASS
from testdata.identity import Seed

IMPLEMENTATION = Seed("drimcheck").uid("implementation")
"""Implementation Class UID of these generators, whatever the seed."""

GENERATED_ON, GENERATED_AT = "20261124", "101500"
STUDY_ON, STUDY_AT = "20261120", "093000"


def new_kos(seed: Seed, *, explicit: bool) -> Dataset:
    """A data set with the File Meta Information of a KOS and its identity (PS3.10 7.1)."""
    document = Dataset()
    document.SOPClassUID = UID(KOS_CLASS)
    document.SOPInstanceUID = UID(seed.uid("kos"))
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = document.SOPClassUID
    meta.MediaStorageSOPInstanceUID = document.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian if explicit else ImplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION)
    meta.ImplementationVersionName = "DRIMCHECK"
    document.file_meta = meta
    return document


def add_header(document: Dataset, seed: Seed, *, charset: str) -> None:
    """General Study, Key Object Document Series, Equipment and SOP Common (PS3.3 A.35.4)."""
    document.SpecificCharacterSet = charset
    document.InstanceCreationDate, document.InstanceCreationTime = GENERATED_ON, GENERATED_AT
    document.StudyDate, document.StudyTime = STUDY_ON, STUDY_AT
    document.SeriesDate, document.SeriesTime = GENERATED_ON, GENERATED_AT
    document.ContentDate, document.ContentTime = GENERATED_ON, GENERATED_AT
    document.AccessionNumber = ""
    document.Modality = "KO"
    document.Manufacturer = "DRIMCHECK"
    document.ReferringPhysicianName = ""
    document.TimezoneOffsetFromUTC = "+0100"
    document.StudyDescription = "Examen Alpha"
    document.ReferencedPerformedProcedureStepSequence = Sequence()
    document.StudyInstanceUID = seed.uid("study")
    document.SeriesInstanceUID = seed.uid("kos series")
    document.StudyID = ""
    document.SeriesNumber = 59
    document.InstanceNumber = 1
    document.ValueType = "CONTAINER"
    document.ContinuityOfContent = "SEPARATE"
    document.ContentTemplateSequence = Sequence([template("2010")])


def item(**attributes: object) -> Dataset:
    """A sequence item with the given attributes, by keyword."""
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def template(identifier: str) -> Dataset:
    return item(MappingResource="DCMR", TemplateIdentifier=identifier)


def code(value: str, scheme: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def authority(oid: str) -> Sequence:
    """One item that names an assigning authority by its OID (PS3.3 10.14)."""
    return Sequence([item(UniversalEntityID=oid, UniversalEntityIDType="ISO")])


def sop_item(sop_class: str, instance: str) -> Dataset:
    return item(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=instance)


def reference(sop_class: str, instance: str, value_type: str = "IMAGE") -> Dataset:
    """A content item that refers to an instance (TID 2010 rows 8 to 10)."""
    return item(
        RelationshipType="CONTAINS",
        ValueType=value_type,
        ReferencedSOPSequence=Sequence([sop_item(sop_class, instance)]),
    )


def add_evidence(document: Dataset, series: Values[Dataset]) -> None:
    """Current Requested Procedure Evidence Sequence of one study (PS3.3 C.17.2.1)."""
    study = item(
        ReferencedSeriesSequence=Sequence(series), StudyInstanceUID=document.StudyInstanceUID
    )
    document.CurrentRequestedProcedureEvidenceSequence = Sequence([study])


def write(document: Dataset) -> bytes:
    """The document as a DICOM file; equal documents give equal bytes."""
    stream = BytesIO()
    dcmwrite(stream, document, enforce_file_format=True)
    return stream.getvalue()


def read(raw: bytes) -> FileDataset:
    """The document of a file, to be changed."""
    from pydicom import dcmread

    return dcmread(BytesIO(raw))
