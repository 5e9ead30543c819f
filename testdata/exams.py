"""The exams: Exam Alpha, those that the homologation data imply, one for each kind of object.

``exam(name, seed)`` gives the data; ``testdata.artefacts`` gives the files. LOINC, CCAM and
SNOMED CT codes are those that the official reports carry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from testdata.exam import Act, Coded, Event, Exam, Masking, Order, Report, SeriesPlan, Study
from testdata.identity import Seed
from testdata.people import drimbox, patient, radiologist, referring_doctor, structure

KOS_CLASS = "1.2.840.10008.5.1.4.1.1.88.59"
CT_CLASS = "1.2.840.10008.5.1.4.1.1.2"
MR_CLASS = "1.2.840.10008.5.1.4.1.1.4"
NM_CLASS = "1.2.840.10008.5.1.4.1.1.20"
XA_CLASS = "1.2.840.10008.5.1.4.1.1.12.1"
US_MULTI_FRAME_CLASS = "1.2.840.10008.5.1.4.1.1.3.1"
MG_CLASS = "1.2.840.10008.5.1.4.1.1.1.2"
BASIC_TEXT_SR_CLASS = "1.2.840.10008.5.1.4.1.1.88.11"
PRESENTATION_STATE_CLASS = "1.2.840.10008.5.1.4.1.1.11.1"
ENCAPSULATED_PDF_CLASS = "1.2.840.10008.5.1.4.1.1.104.1"
SECONDARY_CAPTURE_CLASS = "1.2.840.10008.5.1.4.1.1.7"

HEAD = Coded("774007", "structure de la tête et/ou du cou")
CT = Coded("CT", "Tomodensitométrie")
MR = Coded("MR", "Imagerie par résonance magnétique")
CT_HEAD = Act(
    loinc=Coded("24727-0", "CT Head W contrast IV"),
    ccam=Coded("ACQH004", "Scanographie du crâne avec injection de produit de contraste"),
    modalities=(CT, MR),
    region=HEAD,
)
NUCLEAR = Act(
    loinc=Coded("25007-6", "Scintigraphie"),
    ccam=Coded("KCQL003", "Scintigraphie"),
    modalities=(Coded("NM", "Médecine nucléaire"),),
    region=HEAD,
)
ANGIOGRAPHY = Act(
    loinc=Coded("37174-0", "Angiographie"),
    ccam=Coded("DDQH006", "Artériographie"),
    modalities=(Coded("XA", "Angiographie par rayons X"),),
    region=Coded("113257007", "système cardiovasculaire"),
)
MR_LIMB = Act(
    loinc=Coded("24802-1", "IRM du membre inférieur"),
    ccam=Coded("NZQN001", "IRM du membre inférieur"),
    modalities=(MR,),
    region=Coded("61685007", "membre inférieur"),
)

STUDY_STARTED, STUDY_ENDED = "20261120093000", "20261120101500"
REPORT_WRITTEN = "20261120111700"
NEXT_WRITTEN = "20261122090500"


def series_plans(seed: Seed, series: int, instances_per_series: int) -> list[SeriesPlan]:
    """CT and MR series in turn, their instances numbered from 1."""
    pairs = (("CT", CT_CLASS), ("MR", MR_CLASS))
    return [
        _series(seed, number, *pairs[(number - 1) % 2], instances_per_series)
        for number in range(1, series + 1)
    ]


def _series(
    seed: Seed, number: int, modality: str, sop_class: str, instances: int, frames: int = 0
) -> SeriesPlan:
    return SeriesPlan(
        uid=seed.uid(f"series {number}"),
        modality=modality,
        sop_class=sop_class,
        number=number,
        description=f"Serie X{number}",
        instances=tuple(seed.uid(f"instance {number}.{one}") for one in range(1, instances + 1)),
        frames=frames,
    )


def order(seed: Seed, label: str = "request") -> Order:
    return Order(
        placer_number=seed.digits(f"{label} order", 10),
        placer_oid=seed.uid("order authority"),
        accession=seed.digits(f"{label} accession", 12),
        accession_oid=seed.uid("accession authority"),
    )


def plain_exam(
    seed: Seed,
    series: tuple[SeriesPlan, ...],
    *,
    name: str = "alpha",
    act: Act = CT_HEAD,
    description: str = "Examen Alpha",
    patient_name: str = "a",
) -> Exam:
    """An exam of one study and one order, its report just created."""
    return Exam(
        name=name,
        seed=seed,
        patient=patient(patient_name, seed),
        author=radiologist(seed),
        referrer=referring_doctor(seed),
        structure=structure(seed),
        drimbox=drimbox(seed),
        studies=(
            Study(
                uid=seed.uid("study"),
                description=description,
                act=act,
                orders=(order(seed),),
                series=series,
                started=STUDY_STARTED,
                ended=STUDY_ENDED,
            ),
        ),
        report=Report(
            oid=seed.uid("report"),
            set_oid=seed.uid("report set"),
            version=1,
            title="CR d'imagerie médicale",
            written=REPORT_WRITTEN,
        ),
    )


def _alpha(seed: Seed) -> Exam:
    return plain_exam(seed, tuple(series_plans(seed, 2, 10)))


def _nuclear(seed: Seed) -> Exam:
    series = (_series(seed, 1, "NM", NM_CLASS, 1, frames=8),)
    return plain_exam(seed, series, act=NUCLEAR, description="Examen NM", patient_name="corsica")


def _angiography(seed: Seed) -> Exam:
    series = (_series(seed, 1, "XA", XA_CLASS, 1, frames=12),)
    return plain_exam(seed, series, act=ANGIOGRAPHY, description="Examen XA", patient_name="abroad")


def _multi_exam(seed: Seed) -> Exam:
    """One report for two studies, each with its order, as homologation exam F."""
    one = plain_exam(
        seed,
        (_series(seed, 1, "MR", MR_CLASS, 3),),
        act=MR_LIMB,
        description="IRM du genou",
        patient_name="apostrophe",
    )
    other = replace(
        one.study,
        uid=seed.uid("study 2"),
        description="IRM de la cheville",
        orders=(order(seed, "second request"),),
        series=(_series(seed, 2, "MR", MR_CLASS, 3),),
    )
    return replace(one, studies=(one.study, other))


def _visibility(seed: Seed) -> Exam:
    """A report hidden from the patient, that its next version makes visible (exam G)."""
    return replace(_angiography(seed), masking=Masking(patient=True))


def _depublication(seed: Seed) -> Exam:
    return replace(_nuclear(seed), event=Event.DELETE)


def _masking(seed: Seed) -> Exam:
    masking = Masking(professionals=True, patient=True, representatives=True)
    return replace(_alpha(seed), masking=masking)


def _acknowledgement(seed: Seed) -> Exam:
    return replace(_alpha(seed), acknowledge=True)


def _several_kos(seed: Seed) -> Exam:
    series = (_series(seed, 1, "MR", MR_CLASS, 4),)
    return plain_exam(
        seed, series, act=MR_LIMB, description="IRM du membre", patient_name="used-names"
    )


def _objects(seed: Seed) -> Exam:
    """One series for each kind of object beside CT, MR, NM and XA."""
    kinds = (
        ("US", US_MULTI_FRAME_CLASS, 16),
        ("MG", MG_CLASS, 0),
        ("SR", BASIC_TEXT_SR_CLASS, 0),
        ("PR", PRESENTATION_STATE_CLASS, 0),
        ("DOC", ENCAPSULATED_PDF_CLASS, 0),
    )
    series = tuple(
        _series(seed, number, modality, sop_class, 1, frames)
        for number, (modality, sop_class, frames) in enumerate(kinds, start=1)
    )
    act = Act(Coded("", "Objets de toute sorte"), Coded("", ""), (), Coded("", ""))
    return plain_exam(
        seed, series, act=act, description="Objets", patient_name="suppressed-commune"
    )


SYNTAXES = (
    ("1.2.840.10008.1.2", "Implicit VR", CT_CLASS),
    ("1.2.840.10008.1.2.1", "Explicit VR", CT_CLASS),
    ("1.2.840.10008.1.2.4.50", "JPEG Baseline", XA_CLASS),
    ("1.2.840.10008.1.2.4.51", "JPEG Extended", CT_CLASS),
    ("1.2.840.10008.1.2.4.70", "JPEG Lossless SV1", CT_CLASS),
    ("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", CT_CLASS),
    ("1.2.840.10008.1.2.4.91", "JPEG 2000", CT_CLASS),
)
"""The transfer syntaxes of the WADO-RS list that can be written here, with a class that may be
so encoded: JPEG Baseline has 8 bits, which CT has not."""


def _syntaxes(seed: Seed) -> Exam:
    """One series of two instances in each transfer syntax."""
    series = tuple(
        replace(
            _series(seed, number, modality, sop_class, 2, frames=4 * (sop_class == XA_CLASS)),
            syntax=syntax,
            description=description,
        )
        for number, (syntax, description, sop_class) in enumerate(SYNTAXES, start=1)
        for modality in ("XA" if sop_class == XA_CLASS else "CT",)
    )
    return plain_exam(seed, series, description="Syntaxes de transfert")


def _performance(seed: Seed) -> Exam:
    """The study of the official performance measures: 1,300 CT images in JPEG-LS."""
    series = replace(_series(seed, 1, "CT", CT_CLASS, 1_300), syntax="1.2.840.10008.1.2.4.80")
    return plain_exam(seed, (series,), description="Performance")


_MAKERS: dict[str, Callable[[Seed], Exam]] = {
    "alpha": _alpha,
    "nm": _nuclear,
    "xa": _angiography,
    "multi-exam": _multi_exam,
    "visibility": _visibility,
    "unknown-study": _alpha,
    "depublication": _depublication,
    "identity-mismatch": _nuclear,
    "several-kos": _several_kos,
    "viewer-links": _alpha,
    "instance-deletion": _alpha,
    "exam-deletion": _alpha,
    "acknowledgement": _acknowledgement,
    "masking": _masking,
    "key-images": _alpha,
    "objects": _objects,
    "syntaxes": _syntaxes,
    "performance": _performance,
}

EXAMS = tuple(_MAKERS)
LARGE = frozenset({"performance"})
"""Exams that are made only when they are asked for: hundreds of megabytes."""


def exam(name: str, seed: str = "alpha") -> Exam:
    """The exam of this name, every number of it derived from the seed. Raises KeyError.

    Exams other than Exam Alpha have numbers of their own under one seed.
    """
    source = Seed(seed if name == "alpha" else f"{seed}/{name}")
    return replace(_MAKERS[name](source), name=name)
