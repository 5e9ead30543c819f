"""What the reports say: invented sentences, the same on paper and in the structured document."""

from __future__ import annotations

from dataclasses import dataclass

from testdata.exam import Exam, Study

NOTICE = (
    "Document d'essai : patient, professionnels et structures sont inventés. "
    "Aucune donnée de santé réelle."
)
LINK_LABEL = "Lien vers les images"


@dataclass(frozen=True, slots=True)
class Wording:
    """The paragraphs of a report, in the order of its sections."""

    reason: str
    history: str
    findings: tuple[str, ...]
    comparison: str
    conclusion: str


def wording(exam: Exam) -> Wording:
    """The text of the report of an exam. It says which version it is, as a reader would see."""
    acts = " ; ".join(dict.fromkeys(study.act.loinc.display for study in exam.studies))
    changed = " Version corrigée." if exam.report.replaces else ""
    return Wording(
        reason="Douleurs récentes. Recherche d'une anomalie.",
        history="Aucun antécédent notable.",
        findings=(
            f"Examen réalisé : {acts}.",
            "Structures de taille et de contours réguliers.",
            "Pas d'épanchement, pas de lésion évolutive.",
        ),
        comparison="Pas d'examen antérieur disponible.",
        conclusion=f"Examen sans anomalie décelable.{changed}",
    )


def technique(study: Study) -> str:
    """What was done, series by series."""
    series = ", ".join(one.description for one in study.series)
    return f"{study.description} : {series}."


def day(stamp: str) -> str:
    """A date of the exam as the French write it."""
    return f"{stamp[6:8]}/{stamp[4:6]}/{stamp[:4]}"


def hour(stamp: str) -> str:
    return f"{stamp[8:10]} h {stamp[10:12]}"
