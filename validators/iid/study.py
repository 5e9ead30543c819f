"""What is shown: request type, study, accession number, report (DRIM-M D-CR; RAD-106)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.identifiers import is_oid, is_uid
from validators.iid.subject import Invocation, Parameter, links, rule
from validators.model import Defect

REQUEST_TYPES = ("STUDY", "PATIENT")


def request_types(one: Invocation) -> Iterable[Parameter]:
    return one.named("requestType")


def studies(one: Invocation) -> Iterable[Parameter]:
    return one.named("studyUID")


def accessions(one: Invocation) -> Iterable[Parameter]:
    return one.named("accessionNumber")


def reports(one: Invocation) -> Iterable[Parameter]:
    return one.named("idCDA")


def patient_links(one: Invocation) -> Iterable[Invocation]:
    """The link, where it asks for all images of a patient."""
    asked = [found.value for found in one.named("requestType")]
    return (one,) if "PATIENT" in asked else ()


def study_links(one: Invocation) -> Iterable[Invocation]:
    """The link, where it does not ask for all images of a patient."""
    return () if patient_links(one) else links(one)


@rule("IID-TYPE-01", over=links, verifies=("DRIM-D-CR-03", "IHE-II01"))
def request_type_absent(one: Invocation) -> Iterator[Defect]:
    """The link says what it asks for: requestType.

    Why: the viewer does not know which of its two services is meant.
    Fix: write requestType=STUDY.
    """
    if not one.named("requestType"):
        yield one.defect(expected="requestType=STUDY", child="requestType")


@rule("IID-TYPE-02", over=request_types, verifies=("DRIM-D-CR-03", "IHE-II01"))
def request_type_unknown(node: Parameter) -> Iterator[Defect]:
    """RequestType is STUDY or PATIENT, in capitals.

    Why: a viewer answers 400 to any other.
    Fix: write requestType=STUDY.
    """
    if node.value not in REQUEST_TYPES:
        yield node.defect(expected=" | ".join(REQUEST_TYPES), actual=node.value)


@rule("IID-TYPE-03", over=request_types, verifies=("DRIM-D-CR-03",))
def request_for_a_patient(node: Parameter) -> Iterator[Defect]:
    """A link of DRIM-M asks for a study, not for all images of a patient.

    Why: a Source shows what the report of the link is about, and nothing else.
    Fix: write requestType=STUDY with studyUID, Accessionnumber and idCDA.
    """
    if node.value == "PATIENT":
        yield node.defect(expected="STUDY", actual=node.value)


@rule("IID-TYPE-04", over=patient_links, verifies=("IHE-II03",))
def patient_absent(one: Invocation) -> Iterator[Defect]:
    """A link that asks for a patient names one: patientID.

    Why: without it the viewer does not know whose images are meant.
    Fix: write patientID=<identifier>^^^<authority>, percent-encoded.
    """
    if not any(found.value for found in one.named("patientID")):
        yield one.defect(expected="patientID", child="patientID")


@rule("IID-STUDY-01", over=study_links, verifies=("DRIM-D-CR-03",))
def study_absent(one: Invocation) -> Iterator[Defect]:
    """The link names its study: studyUID.

    Why: the Source looks the exam up by it.
    Fix: write studyUID=<Study Instance UID>.
    """
    if not one.named("studyUID"):
        yield one.defect(expected="studyUID", child="studyUID")


@rule("IID-STUDY-02", over=studies, verifies=("DRIM-D-CR-03", "IHE-II05"))
def study_malformed(node: Parameter) -> Iterator[Defect]:
    """StudyUID is a DICOM UID, or several with commas.

    Why: the viewer finds no such study; some viewers write semicolons, which others do not read.
    Fix: write the Study Instance UID as it stands in the images.
    """
    if not all(is_uid(one) for one in node.value.split(",")):
        yield node.defect(expected="PS3.5 9.1", actual=node.value)


@rule("IID-STUDY-03", over=study_links, verifies=("IHE-II02",))
def study_and_accession(one: Invocation) -> Iterator[Defect]:
    """The link names the study or the accession number, one of the two.

    Why: IHE viewers answer 400 to both together; DRIM-M wants both.
    Fix: nothing, in DRIM-M.
    """
    found = [name for name in ("studyUID", "accessionNumber") if one.named(name)]
    if len(found) != 1:
        yield one.defect(expected="1", actual=len(found))


@rule("IID-ACC-01", over=study_links, verifies=("DRIM-D-CR-04",))
def accession_absent(one: Invocation) -> Iterator[Defect]:
    """The link names its order: Accessionnumber.

    Why: the Source checks that study, order and report belong together.
    Fix: write Accessionnumber=<authority>.<accession number>.
    """
    if not any(found.value for found in one.named("accessionNumber")):
        yield one.defect(expected="Accessionnumber", child="Accessionnumber")


@rule("IID-ACC-02", over=accessions, verifies=("DRIM-D-CR-04-FORM",))
def accession_without_authority(node: Parameter) -> Iterator[Defect]:
    """Accessionnumber is the OID of its authority, a point, and the number.

    Why: two centres give the same number; the authority tells them apart.
    Fix: write Accessionnumber=<root>.<extension>, as in the report.
    """
    if node.value and not re.match(r"[0-2](?:\.[0-9]+){2,}\.\S", node.value):
        yield node.defect(expected="<OID>.<accession number>", actual=node.value)


@rule("IID-CDA-01", over=study_links, verifies=("DRIM-D-CR-05",))
def report_absent(one: Invocation) -> Iterator[Defect]:
    """The link names its report: idCDA.

    Why: the Source shows images to whoever holds the report; without it, to nobody.
    Fix: write idCDA=<ClinicalDocument/id>.
    """
    if not any(found.value for found in one.named("idCDA")):
        yield one.defect(expected="idCDA", child="idCDA")


@rule("IID-CDA-02", over=reports, verifies=("DRIM-D-CR-05",))
def report_identifier_malformed(node: Parameter) -> Iterator[Defect]:
    """IdCDA is the identifier of the report: its root, or root_extension.

    Why: the Source compares it with ClinicalDocument/id; it finds no such report.
    Fix: write the root of ClinicalDocument/id, with "_" and the extension if there is one.
    """
    if node.value and not is_oid(node.value.partition("_")[0]):
        yield node.defect(expected="<OID> | <OID>_<extension>", actual=node.value)
