"""Key object selections of IHE XDS-I.b and of plain DICOM."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.sequence import Sequence

from testdata.exams import order, series_plans
from testdata.identity import Seed
from testdata.kos_drim_m import request
from testdata.kos_parts import (
    add_evidence,
    add_header,
    code,
    item,
    new_kos,
    reference,
    sop_item,
)
from testdata.people import patient

BASE_URI = "https://imaging.example.org/dicom-web"


def _patient(document: Dataset, source: Seed) -> None:
    one = patient("a", source)
    document.PatientName = f"{one.portrait.birth_name}^{one.first_given_name}"
    document.PatientID = one.local_id
    document.PatientBirthDate = one.portrait.birth_date
    document.PatientSex = one.portrait.sex


def xds_i_kos(*, seed: str = "alpha", series: int = 2, instances_per_series: int = 10) -> Dataset:
    """An imaging manifest as RAD-68 shares it: AE title and location of each series."""
    document = generic_kos(seed=seed, series=series, instances_per_series=instances_per_series,
                           title=("113030", "Manifest"))  # fmt: skip
    location = Seed(seed).uid("imaging source")
    (study,) = document.CurrentRequestedProcedureEvidenceSequence
    for one in study.ReferencedSeriesSequence:
        one.RetrieveAETitle = "ALPHA"
        one.RetrieveURL = BASE_URI
        one.RetrieveLocationUID = location
    return document


def generic_kos(
    *,
    seed: str = "alpha",
    series: int = 1,
    instances_per_series: int = 3,
    title: tuple[str, str] = ("113000", "Of Interest"),
    modifier: tuple[str, str] | None = None,
    description: str = "",
) -> Dataset:
    """A key object selection of plain DICOM with a title of scheme DCM (TID 2010)."""
    source = Seed(seed)
    document = new_kos(source, explicit=True)
    add_header(document, source, charset="ISO_IR 192")
    _patient(document, source)
    document.ConceptNameCodeSequence = Sequence([code(title[0], "DCM", title[1])])
    document.ReferencedRequestSequence = Sequence(
        [request(order(source), document.StudyInstanceUID)]
    )
    plans = series_plans(source, series, instances_per_series)
    add_evidence(
        document,
        [
            item(
                SeriesInstanceUID=plan.uid,
                ReferencedSOPSequence=Sequence(
                    sop_item(plan.sop_class, one) for one in plan.instances
                ),
            )
            for plan in plans
        ],
    )
    content = [reference(plan.sop_class, one) for plan in plans for one in plan.instances]
    document.ContentSequence = Sequence([*_head(modifier, description), *content])
    return document


def _head(modifier: tuple[str, str] | None, description: str) -> list[Dataset]:
    """Rows 2 and 7 of TID 2010: Document Title Modifier and Key Object Description."""
    head = []
    if modifier:
        head.append(
            item(
                RelationshipType="HAS CONCEPT MOD",
                ValueType="CODE",
                ConceptNameCodeSequence=Sequence(
                    [code("113011", "DCM", "Document Title Modifier")]
                ),
                ConceptCodeSequence=Sequence([code(modifier[0], "DCM", modifier[1])]),
            )
        )
    if description:
        head.append(
            item(
                RelationshipType="CONTAINS",
                ValueType="TEXT",
                ConceptNameCodeSequence=Sequence([code("113012", "DCM", "Key Object Description")]),
                TextValue=description,
            )
        )
    return head
