"""A KOS as DRIM-M wants it, in the most recent form of every part."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.sequence import Sequence

from testdata.identity import INS_LABEL, INS_TEST_OID, PATIENT_A, Patient, Seed
from testdata.kos_parts import (
    KOS_CLASS,
    SeriesPlan,
    add_evidence,
    add_header,
    authority,
    code,
    item,
    new_kos,
    reference,
    series_plans,
    sop_item,
)

ACT = "Scanner du crâne"


def drim_m_kos(
    *,
    seed: str = "alpha",
    series: int = 2,
    instances_per_series: int = 10,
    explicit: bool = False,
    key_images: bool = False,
    patient: Patient = PATIENT_A,
) -> Dataset:
    """KOS-Alpha: one study, ``series`` series of ``instances_per_series`` instances.

    With ``key_images``, a key object of the study is a series of its own, and marks two
    instances of the first series.
    """
    source = Seed(seed)
    document = new_kos(source, explicit=explicit)
    add_header(document, source, charset="ISO_IR 100")
    structure = source.digits("finess", 9)
    document.InstitutionName = f"Centre d'imagerie Alpha^^^^^^^^^{structure}"
    add_patient(document, patient)
    document.ConceptNameCodeSequence = Sequence([code("113030", "DCM", "Manifest")])
    document.ReferencedRequestSequence = Sequence([request(source, document.StudyInstanceUID)])
    plans = series_plans(source, series, instances_per_series)
    if key_images:
        plans.append(_key_object_series(source, len(plans) + 1))
    _add_references(document, source, plans)
    if key_images:
        _mark_key_images(document, plans[-1])
    return document


def add_patient(document: Dataset, patient: Patient) -> None:
    """The INS identity of a patient (DRIM-M A.3)."""
    document.PatientName = f"{patient.birth_name}^{patient.first_given_name}"
    document.PatientID = patient.ins
    document.IssuerOfPatientID = INS_LABEL
    document.IssuerOfPatientIDQualifiersSequence = authority(INS_TEST_OID)
    document.PatientBirthDate = patient.birth_date
    document.PatientSex = patient.sex
    used = [f"{patient.used_name}^{patient.first_given_name}"] if patient.used_name else []
    document.OtherPatientNames = [f"^{patient.given_names}", *used]
    document.OtherPatientIDsSequence = Sequence(
        [
            item(
                PatientID=patient.ins,
                IssuerOfPatientID=INS_LABEL,
                TypeOfPatientID="TEXT",
                IssuerOfPatientIDQualifiersSequence=authority(INS_TEST_OID),
            )
        ]
    )
    document.PatientComments = patient.birthplace


def request(source: Seed, study: str, label: str = "request") -> Dataset:
    """A request with its ten attributes (DRIM-M A.4)."""
    return item(
        AccessionNumber=source.digits(f"{label} accession", 12),
        IssuerOfAccessionNumberSequence=authority(source.uid("accession authority")),
        ReferencedStudySequence=Sequence(),
        StudyInstanceUID=study,
        RequestedProcedureDescription="",
        RequestedProcedureCodeSequence=Sequence(),
        OrderPlacerIdentifierSequence=authority(source.uid("order authority")),
        RequestedProcedureID="",
        PlacerOrderNumberImagingServiceRequest=source.digits(f"{label} order", 10),
        FillerOrderNumberImagingServiceRequest="",
    )


def _key_object_series(source: Seed, number: int) -> SeriesPlan:
    uid = source.uid("key object series")
    return SeriesPlan(uid, "KO", KOS_CLASS, number, "Images clefs", (source.uid("key object"),))


def _add_references(document: Dataset, source: Seed, plans: list[SeriesPlan]) -> None:
    host = f"https://db1.{source.digits('finess', 9)}.mesimagesmedicales.fr/dicom-web-rs"
    study = document.StudyInstanceUID
    add_evidence(document, [_series_item(plan, f"{host}/studies/{study}") for plan in plans])
    lines = [f"Examen : {document.StudyDescription}", f"Acte = {ACT}"]
    lines += [f"Série-{plan.uid} : {plan.modality} @  : {plan.description}" for plan in plans]
    text = item(
        RelationshipType="CONTAINS",
        ValueType="TEXT",
        ConceptNameCodeSequence=Sequence([code("113012", "DCM", "Key Object Description")]),
        TextValue="\n".join(lines) + "\n",
    )
    document.ContentSequence = Sequence(
        [
            reference(
                plan.sop_class, instance, "COMPOSITE" if plan.sop_class == KOS_CLASS else "IMAGE"
            )
            for plan in plans
            for instance in plan.instances
        ]
        + [text]
    )


def _series_item(plan: SeriesPlan, study_url: str) -> Dataset:
    instances = []
    for number, instance in enumerate(plan.instances, start=1):
        one = sop_item(plan.sop_class, instance)
        one.InstanceNumber = number
        instances.append(one)
    return item(
        RetrieveURL=f"{study_url}/series/{plan.uid}",
        ReferencedSOPSequence=Sequence(instances),
        SeriesInstanceUID=plan.uid,
        SeriesNumber=plan.number,
    )


def _mark_key_images(document: Dataset, key_object: SeriesPlan) -> None:
    """Mark the first two instances as key images (DRIM-M A-KIN-02)."""
    (study,) = document.CurrentRequestedProcedureEvidenceSequence
    first = study.ReferencedSeriesSequence[0]
    for one in first.ReferencedSOPSequence[:2]:
        text = (
            f"Definition of key instance {one.ReferencedSOPInstanceUID} "
            f"associated with series {first.SeriesInstanceUID}"
        )
        one.ReferencedSOPSequence = Sequence(
            [
                item(
                    ReferencedSOPClassUID=KOS_CLASS,
                    ReferencedSOPInstanceUID=key_object.instances[0],
                    SeriesInstanceUID=key_object.uid,
                    ConceptNameCodeSequence=Sequence([code("113000", "DCM", "Of Interest")]),
                    ContentSequence=Sequence([item(TextValue=text)]),
                )
            ]
        )
