"""A manifest with description (IHE RAD MADO 6.X.2; DICOM CP-2595, TID 1600 to 1602)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydicom import Dataset
from pydicom.dataelem import DataElement
from pydicom.sequence import Sequence

from testdata.exam import SeriesPlan
from testdata.exams import KOS_CLASS, US_MULTI_FRAME_CLASS, order, series_plans
from testdata.identity import Seed
from testdata.kos_drim_m import institution, request, value_type
from testdata.kos_parts import (
    STUDY_AT,
    STUDY_ON,
    add_evidence,
    add_header,
    authority,
    code,
    item,
    new_kos,
    reference,
    sop_item,
    template,
)
from testdata.people import patient, structure

BASE_URI = "https://imaging.example.org/dicom-web"
DISPLAY_URI = 0x0040E012
PRIVATE_CREATOR, PRIVATE_DISPLAY_URI = 0x000D0011, 0x000D1101
FRAMES = 24


@dataclass(frozen=True, slots=True)
class Codes:
    """One generation of the MADO codes: scheme and the values that changed."""

    scheme: str
    title: str
    series_date: str
    series_time: str
    series_description: str
    instances_of_series: str
    series_of_study: str


FINAL = Codes("DCM", "131560", "131561", "131562", "131563", "131564", "131565")
TEMPORARY = Codes(
    "99IHE",
    "MADOTEMP001",
    "MADOTEMP003",
    "MADOTEMP004",
    "MADOTEMP002",
    "MADOTEMP007",
    "MADOTEMP009",
)
BALLOT = Codes("DCM", "ddd001", "ddd003", "ddd004", "ddd002", "ddd007", "ddd009")

Generation = Literal["final", "ti", "ballot"]
GENERATIONS: dict[Generation, Codes] = {"final": FINAL, "ti": TEMPORARY, "ballot": BALLOT}


def mado_kos(
    *,
    seed: str = "alpha",
    series: int = 2,
    instances_per_series: int = 10,
    generation: Generation = "final",
    others: bool = False,
) -> Dataset:
    """A manifest with description; with ``others``, an ultrasound clip and a key object besides.

    ``generation`` is that of the codes and of Display URI: as registered, as in the trial
    implementation, or as in the ballot of CP-2595.
    """
    source, codes = Seed(seed), GENERATIONS[generation]
    document = new_kos(source, explicit=True)
    add_header(document, source, charset="ISO_IR 192")
    _add_identity(document, source)
    document.ConceptNameCodeSequence = Sequence(
        [code(codes.title, codes.scheme, "Manifest with Description")]
    )
    plans = series_plans(source, series, instances_per_series)
    if others:
        plans += _other_series(source, after=series)
    add_evidence(document, [_series_item(plan, source) for plan in plans])
    _add_display_uri(document.CurrentRequestedProcedureEvidenceSequence[0], generation)
    document.ContentSequence = Sequence([*_references(plans), _library(plans, codes)])
    return document


def _references(plans: list[SeriesPlan]) -> list[Dataset]:
    """Every instance once, below the root (TID 2010 rows 8 to 10)."""
    return [
        reference(plan.sop_class, one, value_type(plan)) for plan in plans for one in plan.instances
    ]


def _other_series(source: Seed, *, after: int) -> list[SeriesPlan]:
    """An ultrasound clip and a key object, each the only instance of its series."""
    return [
        SeriesPlan(
            uid=source.uid(f"series {modality}"),
            modality=modality,
            sop_class=sop_class,
            number=number,
            description=f"Serie {modality}",
            instances=(source.uid(f"instance {modality}"),),
        )
        for number, (modality, sop_class) in enumerate(
            (("US", US_MULTI_FRAME_CLASS), ("KO", KOS_CLASS)), start=after + 1
        )
    ]


def _add_display_uri(study: Dataset, generation: Generation) -> None:
    """Display URI of the study (MADO 6.X.2.13).

    The trial implementation has it in a private element; the ballot's tag is a placeholder that
    no file can have.
    """
    address = f"https://viewer.example.org/?study={study.StudyInstanceUID}"
    if generation == "final":
        study.add(DataElement(DISPLAY_URI, "UR", address))
    elif generation == "ti":
        study.add(DataElement(PRIVATE_CREATOR, "LO", "IHE_MADO_PRIVATE"))
        study.add(DataElement(PRIVATE_DISPLAY_URI, "UR", address))


def _add_identity(document: Dataset, source: Seed) -> None:
    one = patient("a", source)
    document.PatientName = f"{one.portrait.birth_name}^{one.first_given_name}"
    document.PatientID = one.local_id
    document.IssuerOfPatientID = "ALPHA"
    document.IssuerOfPatientIDQualifiersSequence = authority(one.local_authority)
    document.PatientBirthDate = one.portrait.birth_date
    document.PatientSex = one.portrait.sex
    document.OtherPatientIDsSequence = Sequence(
        [
            item(
                PatientID=document.PatientID,
                IssuerOfPatientID="ALPHA",
                TypeOfPatientID="TEXT",
                IssuerOfPatientIDQualifiersSequence=authority(one.local_authority),
            )
        ]
    )
    document.InstitutionName = institution(structure(source))
    asked = order(source)
    document.ReferencedRequestSequence = Sequence([request(asked, document.StudyInstanceUID)])
    document.AccessionNumber = asked.accession
    document.IssuerOfAccessionNumberSequence = authority(asked.accession_oid)


def _series_item(plan: SeriesPlan, source: Seed) -> Dataset:
    return item(
        RetrieveAETitle="ALPHA",
        RetrieveURL=BASE_URI,
        ReferencedSOPSequence=Sequence(sop_item(plan.sop_class, one) for one in plan.instances),
        SeriesInstanceUID=plan.uid,
        RetrieveLocationUID=source.uid("imaging source"),
    )


def _context(value_type: str, name: Dataset, **value: object) -> Dataset:
    """An item of acquisition context."""
    return item(
        RelationshipType="HAS ACQ CONTEXT",
        ValueType=value_type,
        ConceptNameCodeSequence=Sequence([name]),
        **value,
    )


def _modality(value: str) -> Dataset:
    name = code("121139", "DCM", "Modality")
    return _context("CODE", name, ConceptCodeSequence=Sequence([code(value, "DCM", value)]))


def _count(name: Dataset, value: int, unit: str) -> Dataset:
    units = code(f"{{{unit}}}", "UCUM", unit)
    measured = item(MeasurementUnitsCodeSequence=Sequence([units]), NumericValue=str(value))
    return _context("NUM", name, MeasuredValueSequence=Sequence([measured]))


def _container(name: Dataset, content: list[Dataset]) -> Dataset:
    return item(
        RelationshipType="CONTAINS",
        ValueType="CONTAINER",
        ConceptNameCodeSequence=Sequence([name]),
        ContinuityOfContent="SEPARATE",
        ContentSequence=Sequence(content),
    )


def _library(plans: list[SeriesPlan], codes: Codes) -> Dataset:
    """Image Library (TID 1600) with one group for each series."""
    region = _context(
        "CODE",
        code("123014", "DCM", "Target Region"),
        ConceptCodeSequence=Sequence([code("774007", "SCT", "Head and neck")]),
    )
    count = _count(
        code(codes.series_of_study, codes.scheme, "Number of Study Related Series"),
        len(plans),
        "series",
    )
    modalities = [_modality(value) for value in dict.fromkeys(plan.modality for plan in plans)]
    library = _container(
        code("111028", "DCM", "Image Library"),
        [*modalities, region, count, *(_group(plan, codes) for plan in plans)],
    )
    library.ContentTemplateSequence = Sequence([template("1600")])
    return library


def _group(plan: SeriesPlan, codes: Codes) -> Dataset:
    """Image Library Group (TID 1600 row 3) of one series, with an entry for each instance."""
    scheme = codes.scheme
    series_uid = code("112002", "DCM", "Series Instance UID")
    number = code("113607", "DCM", "Series Number")
    described = [
        _modality(plan.modality),
        _context("UIDREF", series_uid, UID=plan.uid),
        _context("TEXT", code(codes.series_description, scheme, "Series Description"),
                 TextValue=plan.description),
        _context("DATE", code(codes.series_date, scheme, "Series Date"), Date=STUDY_ON),
        _context("TIME", code(codes.series_time, scheme, "Series Time"), Time=STUDY_AT),
        _context("TEXT", number, TextValue=str(plan.number)),
        _count(
            code(codes.instances_of_series, scheme, "Number of Series Related Instances"),
            len(plan.instances),
            "instances",
        ),
    ]  # fmt: skip
    entries = [_entry(plan, number, one) for number, one in enumerate(plan.instances, start=1)]
    return _container(code("126200", "DCM", "Image Library Group"), [*described, *entries])


def _entry(plan: SeriesPlan, number: int, instance: str) -> Dataset:
    """Image Library Entry (TID 1601, 1602, 1609): the reference and its descriptors."""
    entry = reference(plan.sop_class, instance, value_type(plan))
    descriptors = [
        _context("TEXT", code("113609", "DCM", "Instance Number"), TextValue=str(number))
    ]
    if plan.sop_class == US_MULTI_FRAME_CLASS:
        descriptors.append(_count(code("121140", "DCM", "Number of Frames"), FRAMES, "frames"))
    if plan.sop_class == KOS_CLASS:
        title = Sequence([code("113000", "DCM", "Of Interest")])
        name = code("121144", "DCM", "Document Title")
        descriptors.append(_context("CODE", name, ConceptCodeSequence=title))
    entry.ContentSequence = Sequence(descriptors)
    return entry
