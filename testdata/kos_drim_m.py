"""A KOS as DRIM-M wants it, in the most recent form of every part."""

from __future__ import annotations

from dataclasses import replace

from pydicom import Dataset
from pydicom.sequence import Sequence

from testdata.exam import Exam, Order, SeriesPlan, Study
from testdata.exams import CT_HEAD, KOS_CLASS, plain_exam, series_plans
from testdata.identity import Seed
from testdata.kos_parts import (
    GENERATED_ON,
    add_evidence,
    add_header,
    authority,
    code,
    item,
    new_kos,
    reference,
    sop_item,
)
from testdata.people import Patient, Structure


def drim_m_kos(
    *,
    seed: str = "alpha",
    series: int = 2,
    instances_per_series: int = 10,
    explicit: bool = False,
    key_images: bool = False,
) -> Dataset:
    """KOS-Alpha, or one with ``series`` series of ``instances_per_series`` instances.

    With ``key_images``, a key object of the study is a series of its own, and marks two
    instances of the first series.
    """
    source = Seed(seed)
    plans = series_plans(source, series, instances_per_series)
    exam = plain_exam(source, tuple(plans), act=CT_HEAD)
    if key_images:
        exam = with_key_object(exam)
    return kos_of(exam, exam.study, explicit=explicit)


def with_key_object(exam: Exam) -> Exam:
    """The exam, its first study with a key object (113000, DCM) in a series of its own."""
    study, seed = exam.study, exam.seed
    marked = SeriesPlan(
        uid=seed.uid("key object series"),
        modality="KO",
        sop_class=KOS_CLASS,
        number=len(study.series) + 1,
        description="Images clefs",
        instances=(seed.uid("key object"),),
    )
    studies = (replace(study, series=(*study.series, marked)), *exam.studies[1:])
    return replace(exam, studies=studies)


def kos_of(exam: Exam, study: Study, *, explicit: bool = False, generation: int = 1) -> Dataset:
    """The KOS that the DRIMbox Source builds for a study of a reported exam."""
    seed = exam.seed
    document = new_kos(seed, explicit=explicit)
    document.SOPInstanceUID = exam.kos_uid(study, generation)
    document.file_meta.MediaStorageSOPInstanceUID = document.SOPInstanceUID
    add_header(document, seed, charset="ISO_IR 100")
    document.StudyInstanceUID = study.uid
    if study is not exam.study:
        document.SeriesInstanceUID = seed.uid(f"kos series {study.uid}")
    document.InstanceNumber = generation
    document.InstanceCreationDate = document.ContentDate = document.SeriesDate = str(
        int(GENERATED_ON) + generation - 1
    )
    document.StudyDescription = study.description
    document.StudyDate, document.StudyTime = study.started[:8], study.started[8:]
    document.InstitutionName = institution(exam.structure)
    add_patient(document, exam.patient)
    document.ConceptNameCodeSequence = Sequence([code("113030", "DCM", "Manifest")])
    document.ReferencedRequestSequence = Sequence(request(one, study.uid) for one in study.orders)
    _add_references(document, exam, study)
    for plan in study.series:
        if plan.modality == "KO":
            _mark_key_images(document, plan)
    return document


def institution(structure: Structure) -> str:
    """Institution Name as DRIM-M wants it: XON with name and identifier (A-GEN-08)."""
    return f"{structure.name}^^^^^^^^^{structure.identifier}"


def add_patient(document: Dataset, patient: Patient) -> None:
    """The INS identity of a patient (DRIM-M A.3)."""
    portrait = patient.portrait
    document.PatientName = f"{portrait.birth_name}^{patient.first_given_name}"
    document.PatientID = patient.ins
    document.IssuerOfPatientID = patient.ins_label
    document.IssuerOfPatientIDQualifiersSequence = authority(patient.ins_oid)
    document.PatientBirthDate = portrait.birth_date
    document.PatientSex = portrait.sex
    document.OtherPatientNames = [f"^{portrait.given_names}", *_used_name(patient)]
    document.OtherPatientIDsSequence = Sequence(
        [
            item(
                PatientID=patient.ins,
                IssuerOfPatientID=patient.ins_label,
                TypeOfPatientID="TEXT",
                IssuerOfPatientIDQualifiersSequence=authority(patient.ins_oid),
            )
        ]
    )
    document.PatientComments = portrait.birthplace


def _used_name(patient: Patient) -> list[str]:
    """The used name where the report carries one (A-PAT-07): ``F``, ``^G`` or ``F^G``."""
    used = patient.portrait.used_name, patient.portrait.used_given_name
    return ["^".join(used).rstrip("^")] if any(used) else []


def request(order: Order, study: str) -> Dataset:
    """A request with its ten attributes (DRIM-M A.4)."""
    return item(
        AccessionNumber=order.accession,
        IssuerOfAccessionNumberSequence=authority(order.accession_oid),
        ReferencedStudySequence=Sequence(),
        StudyInstanceUID=study,
        RequestedProcedureDescription="",
        RequestedProcedureCodeSequence=Sequence(),
        OrderPlacerIdentifierSequence=authority(order.placer_oid),
        RequestedProcedureID="",
        PlacerOrderNumberImagingServiceRequest=order.placer_number,
        FillerOrderNumberImagingServiceRequest="",
    )


def _add_references(document: Dataset, exam: Exam, study: Study) -> None:
    plans = study.series
    add_evidence(document, [_series_item(plan, exam.retrieve_url(study, plan)) for plan in plans])
    lines = [f"Examen : {study.description}", f"Acte = {study.act.loinc.display}"]
    lines += [f"Série-{plan.uid} : {plan.modality} @  : {plan.description}" for plan in plans]
    text = item(
        RelationshipType="CONTAINS",
        ValueType="TEXT",
        ConceptNameCodeSequence=Sequence([code("113012", "DCM", "Key Object Description")]),
        TextValue="\n".join(lines) + "\n",
    )
    images = [
        reference(plan.sop_class, instance, value_type(plan))
        for plan in plans
        for instance in plan.instances
    ]
    document.ContentSequence = Sequence([*images, text])


def value_type(plan: SeriesPlan) -> str:
    """IMAGE, or COMPOSITE for what has no pixels (TID 2010 rows 8 and 10)."""
    return "COMPOSITE" if plan.modality in ("KO", "SR", "PR", "DOC") else "IMAGE"


def _series_item(plan: SeriesPlan, url: str) -> Dataset:
    instances = []
    for number, instance in enumerate(plan.instances, start=1):
        one = sop_item(plan.sop_class, instance)
        one.InstanceNumber = number
        if plan.frames:
            one.NumberOfFrames = plan.frames
        instances.append(one)
    return item(
        RetrieveURL=url,
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
