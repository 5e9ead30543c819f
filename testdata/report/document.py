"""The report as a CDA R2 document (CI-SIS, CR-IMG 2024.01): a PDF inside, or structured."""

from __future__ import annotations

import base64
from functools import cache
from textwrap import wrap

from jinja2 import Environment, PackageLoader, StrictUndefined

from testdata.exam import Coded, Exam, SeriesPlan, Study
from testdata.people import PROFESSIONAL_OID, STRUCTURE_OID
from testdata.report.paper import pdf
from testdata.report.wording import LINK_LABEL, technique, wording

LEVELS = (1, 3)

MODALITY_NAMES = {
    "CT": "Tomodensitométrie",
    "MG": "Mammographie",
    "MR": "Imagerie par résonance magnétique",
    "NM": "Médecine nucléaire",
    "US": "Échographie",
    "XA": "Angiographie par rayons X",
}
"""Display names of the modalities that acquire; a catalog lists their series and no others."""
SITES = {
    "774007": Coded("302548004", "tête entière"),
}
"""Site of the technique entry by region; a region that is not here stands for itself."""
SECTORS = {"SA08": "Cabinet de groupe"}
GENDERS = {"F": "Féminin", "M": "Masculin"}
RADIOACTIVE = ("NM",)
"""Modalities whose report has a section on radiation exposure, with a radiopharmaceutical."""


def cda(exam: Exam, level: int = 1) -> bytes:
    """The report of an exam at CDA level 1 or 3; the same bytes for the same exam."""
    if level not in LEVELS:
        raise ValueError(f"no CDA level {level}")
    text = _templates().get_template("report.xml.j2").render(
        exam=exam,
        level=level,
        text=wording(exam),
        paper="\n".join(wrap(base64.b64encode(pdf(exam)).decode(), 76)),
        link_label=LINK_LABEL,
        professional_oid=PROFESSIONAL_OID,
        structure_oid=STRUCTURE_OID,
        gender=GENDERS[exam.patient.portrait.sex],
        sector=SECTORS[exam.structure.sector],
    )  # fmt: skip
    return text.encode()


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("testdata.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        acquired=acquired,
        modalities=modalities,
        site=site,
        technique=technique,
        radioactive=radioactive,
    )
    return environment


def modalities(study: Study) -> list[Coded]:
    """The modalities of the act, then those that only its series have."""
    named = {one.code: one for one in study.act.modalities}
    for series in acquired(study):
        code = series.modality
        named.setdefault(code, Coded(code, MODALITY_NAMES[code]))
    return list(named.values())


def acquired(study: Study) -> list[SeriesPlan]:
    """The series that an acquisition made: no report, presentation state or document."""
    return [one for one in study.series if one.modality in MODALITY_NAMES]


def site(study: Study) -> Coded:
    return SITES.get(study.act.region.code, study.act.region)


def radioactive(study: Study) -> bool:
    return any(one.modality in RADIOACTIVE for one in study.series)
