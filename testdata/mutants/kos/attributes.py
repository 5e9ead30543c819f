"""Mutants of single attributes: absent, empty, several items, a value that is not allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from testdata.mutants.catalogue import Mutant
from testdata.mutants.kos.changes import Change, assign, delete, empty, repeat
from testdata.mutants.kos.reasons import ALSO

QUALIFIERS = "IssuerOfPatientIDQualifiersSequence[0]"
OTHER_ID = "OtherPatientIDsSequence[0]"
OTHER_QUALIFIERS = f"{OTHER_ID}.{QUALIFIERS}"
ISSUER = "IssuerOfAccessionNumberSequence[0]"
STEP = "ReferencedPerformedProcedureStepSequence[0]"
MAC = "MACParametersSequence[0]"
SIGNATURE = "DigitalSignaturesSequence[0]"
REQUEST = "ReferencedRequestSequence[0]"
ACCESSION = f"{REQUEST}.IssuerOfAccessionNumberSequence[0]"
PLACER = f"{REQUEST}.OrderPlacerIdentifierSequence[0]"
STUDY = "CurrentRequestedProcedureEvidenceSequence[0]"
SERIES = f"{STUDY}.ReferencedSeriesSequence[1]"
INSTANCE = f"{SERIES}.ReferencedSOPSequence[0]"
CONTENT = "ContentSequence[12]"
REFERENCED = f"{CONTENT}.ReferencedSOPSequence[0]"
ATTACHED = "ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPSequence[0]"
CODE = "ContentSequence[-1].ConceptNameCodeSequence[0]"


class Row(NamedTuple):
    """An attribute, the rule that looks at it, and the letters of the defects that it can have."""

    rule: str
    letters: str
    path: str
    bad: str = ""
    base: str = "drim-m"


ROWS = (
    Row("KOS-PAT-01", "AE", "PatientName"),
    Row("KOS-PAT-02", "AE", "PatientID"),
    Row("KOS-PAT-03", "AE", "IssuerOfPatientID"),
    Row("KOS-PAT-04", "AEN", "IssuerOfPatientIDQualifiersSequence"),
    Row("KOS-PAT-05", "AE", f"{QUALIFIERS}.UniversalEntityID"),
    Row("KOS-PAT-06", "AE", f"{PLACER}.UniversalEntityIDType"),
    Row("KOS-PAT-07", "V", f"{QUALIFIERS}.UniversalEntityIDType", bad="X400"),
    Row("KOS-PAT-08", "V", "TypeOfPatientID", bad="PAPER"),
    Row("KOS-PAT-09", "AE", "PatientBirthDate"),
    Row("KOS-PAT-10", "AEV", "PatientSex", bad="X"),
    Row("KOS-PAT-11", "V", "PatientSex", bad="O"),
    Row("KOS-PAT-12", "AE", "OtherPatientNames"),
    Row("KOS-PAT-13", "AE", "OtherPatientIDsSequence"),
    Row("KOS-PAT-14", "AE", f"{OTHER_ID}.PatientID"),
    Row("KOS-PAT-15", "AEV", f"{OTHER_ID}.TypeOfPatientID", bad="PAPER"),
    Row("KOS-PAT-16", "AE", f"{OTHER_ID}.IssuerOfPatientID"),
    Row("KOS-PAT-17", "AEN", f"{OTHER_ID}.IssuerOfPatientIDQualifiersSequence", base="mado"),
    Row("KOS-PAT-18", "AE", f"{OTHER_QUALIFIERS}.UniversalEntityID", base="mado"),
    Row("KOS-PAT-19", "V", f"{OTHER_QUALIFIERS}.UniversalEntityIDType", bad="X400"),
    Row("KOS-PAT-20", "AE", "PatientComments"),
    Row("KOS-PAT-21", "V", f"{OTHER_ID}.TypeOfPatientID", bad="RFID"),
    Row("KOS-PAT-22", "AE", f"{OTHER_ID}.IssuerOfPatientIDQualifiersSequence"),
    Row("KOS-PAT-23", "AE", f"{OTHER_QUALIFIERS}.UniversalEntityID"),
    Row("KOS-STU-01", "AE", "StudyInstanceUID"),
    Row("KOS-STU-02", "AE", "StudyDate"),
    Row("KOS-STU-03", "AE", "StudyTime"),
    Row("KOS-STU-04", "A", "AccessionNumber"),
    Row("KOS-STU-05", "N", "IssuerOfAccessionNumberSequence", base="mado"),
    Row("KOS-STU-06", "AE", f"{ISSUER}.UniversalEntityID", base="mado"),
    Row("KOS-STU-07", "A", "ReferringPhysicianName"),
    Row("KOS-STU-08", "A", "StudyID"),
    Row("KOS-STU-09", "AE", "StudyDescription"),
    Row("KOS-SER-01", "AEV", "Modality", bad="CT"),
    Row("KOS-SER-02", "AE", "SeriesInstanceUID"),
    Row("KOS-SER-03", "AE", "SeriesNumber"),
    Row("KOS-SER-04", "V", "SeriesNumber", bad="7"),
    Row("KOS-SER-05", "AE", "SeriesDate"),
    Row("KOS-SER-06", "AE", "SeriesTime"),
    Row("KOS-SER-07", "AN", "ReferencedPerformedProcedureStepSequence"),
    Row("KOS-SER-08", "AE", f"{STEP}.ReferencedSOPClassUID"),
    Row("KOS-SER-09", "AE", f"{STEP}.ReferencedSOPInstanceUID"),
    Row("KOS-EQU-01", "AE", "Manufacturer"),
    Row("KOS-EQU-02", "AE", "InstitutionName"),
    Row("KOS-SOP-02", "AE", "SOPInstanceUID"),
    Row("KOS-SOP-03", "AEV", "SpecificCharacterSet", bad="ISO_IR 192"),
    Row("KOS-SOP-17", "V", "SpecificCharacterSet", bad="ISO_IR 101"),
    Row("KOS-SOP-04", "AE", "InstanceCreationDate"),
    Row("KOS-SOP-05", "AE", "InstanceCreationTime"),
    Row("KOS-SOP-06", "AE", "TimezoneOffsetFromUTC"),
    Row("KOS-SOP-08", "AE", f"{SIGNATURE}.MACIDNumber"),
    Row("KOS-SOP-09", "AE", f"{SIGNATURE}.DigitalSignatureUID"),
    Row("KOS-SOP-10", "AE", f"{SIGNATURE}.DigitalSignatureDateTime"),
    Row("KOS-SOP-11", "AE", f"{SIGNATURE}.CertificateType"),
    Row("KOS-SOP-12", "AE", f"{SIGNATURE}.CertificateOfSigner"),
    Row("KOS-SOP-13", "AE", f"{SIGNATURE}.Signature"),
    Row("KOS-SOP-18", "AE", f"{MAC}.MACIDNumber"),
    Row("KOS-SOP-19", "AE", f"{MAC}.MACCalculationTransferSyntaxUID"),
    Row("KOS-SOP-20", "AE", f"{MAC}.MACAlgorithm"),
    Row("KOS-SOP-21", "AE", f"{MAC}.DataElementsSigned"),
    Row("KOS-DOC-01", "AE", "InstanceNumber"),
    Row("KOS-DOC-02", "AE", "ContentDate"),
    Row("KOS-DOC-03", "AE", "ContentTime"),
    Row("KOS-DOC-04", "AE", "CurrentRequestedProcedureEvidenceSequence"),
    Row("KOS-REQ-01", "AE", "ReferencedRequestSequence"),
    Row("KOS-REQ-02", "AE", f"{REQUEST}.StudyInstanceUID"),
    Row("KOS-REQ-03", "A", f"{REQUEST}.ReferencedStudySequence"),
    Row("KOS-REQ-04", "AE", f"{REQUEST}.AccessionNumber"),
    Row("KOS-REQ-05", "AE", f"{REQUEST}.PlacerOrderNumberImagingServiceRequest"),
    Row("KOS-REQ-06", "A", f"{REQUEST}.FillerOrderNumberImagingServiceRequest"),
    Row("KOS-REQ-07", "A", f"{REQUEST}.RequestedProcedureID"),
    Row("KOS-REQ-08", "A", f"{REQUEST}.RequestedProcedureDescription"),
    Row("KOS-REQ-09", "AN", f"{REQUEST}.RequestedProcedureCodeSequence"),
    Row("KOS-REQ-10", "AEN", f"{REQUEST}.IssuerOfAccessionNumberSequence"),
    Row("KOS-REQ-11", "AE", f"{ACCESSION}.UniversalEntityID"),
    Row("KOS-REQ-12", "V", f"{ACCESSION}.UniversalEntityIDType", bad="X400"),
    Row("KOS-REQ-13", "AEN", f"{REQUEST}.OrderPlacerIdentifierSequence"),
    Row("KOS-REQ-14", "AE", f"{PLACER}.UniversalEntityID"),
    Row("KOS-REQ-15", "V", f"{PLACER}.UniversalEntityIDType", bad="X400"),
    Row("KOS-REQ-16", "N", f"{REQUEST}.OrderFillerIdentifierSequence"),
    Row("KOS-EVD-01", "AE", f"{STUDY}.StudyInstanceUID"),
    Row("KOS-EVD-02", "AE", f"{STUDY}.ReferencedSeriesSequence"),
    Row("KOS-EVD-03", "AE", f"{SERIES}.SeriesInstanceUID"),
    Row("KOS-EVD-04", "AE", f"{SERIES}.ReferencedSOPSequence"),
    Row("KOS-EVD-05", "AE", f"{INSTANCE}.ReferencedSOPClassUID"),
    Row("KOS-EVD-06", "AE", f"{INSTANCE}.ReferencedSOPInstanceUID"),
    Row("KOS-EVD-07", "AE", f"{SERIES}.RetrieveURL"),
    Row("KOS-EVD-08", "AE", f"{SERIES}.SeriesNumber"),
    Row("KOS-EVD-09", "AE", f"{INSTANCE}.InstanceNumber"),
    Row("KOS-EVD-10", "AE", f"{SERIES}.RetrieveAETitle", base="xds-i-b"),
    Row("KOS-EVD-11", "AE", f"{SERIES}.RetrieveLocationUID", base="xds-i-b"),
    Row("KOS-CNT-01", "AEV", "ValueType", bad="TEXT"),
    Row("KOS-CNT-02", "AEV", "ContentSequence[-1].ContinuityOfContent", bad="JOINED", base="mado"),
    Row("KOS-CNT-03", "V", "ContinuityOfContent", bad="CONTINUOUS"),
    Row("KOS-CNT-04", "AEN", "ConceptNameCodeSequence"),
    Row("KOS-CNT-05", "AEN", "ContentTemplateSequence"),
    Row("KOS-CNT-06", "AE", f"{CONTENT}.RelationshipType"),
    Row("KOS-CNT-07", "AE", f"{CONTENT}.ValueType"),
    Row("KOS-CNT-08", "AEN", f"{CONTENT}.ReferencedSOPSequence"),
    Row("KOS-CNT-09", "AE", f"{REFERENCED}.ReferencedSOPClassUID"),
    Row("KOS-CNT-10", "AE", f"{REFERENCED}.ReferencedSOPInstanceUID"),
    Row("KOS-CNT-11", "AE", f"{CODE}.CodeMeaning"),
    Row("KOS-CNT-12", "AE", f"{ATTACHED}.ReferencedSOPClassUID", base="presentation-state"),
    Row("KOS-CNT-13", "AE", f"{ATTACHED}.ReferencedSOPInstanceUID", base="presentation-state"),
    Row("KOS-CNT-14", "N", ATTACHED.removesuffix("[0]"), base="presentation-state"),
    Row("KOS-CNT-15", "AEV", "ContinuityOfContent", bad="JOINED"),
)

NAMES = {"A": "absent", "E": "empty", "N": "repeated", "V": "wrong"}


def _change(row: Row, letter: str) -> Change:
    if letter == "A":
        return delete(row.path)
    if letter == "E":
        return empty(row.path)
    if letter == "N":
        return repeat(f"{row.path}[0]")
    return assign(row.path, row.bad)


def _mutants() -> Iterator[Mutant]:
    for row in ROWS:
        for letter in row.letters:
            rule = f"{row.rule}{letter}"
            also: Mapping[str, str] = ALSO.get(rule, {})
            name = f"{rule.lower()}-{row.path.rpartition('.')[2].lower()}-{NAMES[letter]}"
            yield Mutant(name, row.base, rule, _change(row, letter), also=also)


MUTANTS = tuple(_mutants())
