"""The link of a report: Invoke Image Display (DRIM-M D.3; IHE RAD-106)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reference_drimbox import cda
from reference_drimbox.source.guard import UID, Refused

LONGEST = 512


@dataclass(frozen=True, slots=True)
class Link:
    """A link: the study, its accession number, the report; none of them checked yet."""

    study: str
    accession: str
    report: str


def link_of(query: Mapping[str, str]) -> Link:
    """The link of a query, whose names are of any case (D-CR-04). Raises Refused: 400."""
    found = {name.lower(): value.strip() for name, value in query.items()}
    if found.get("requesttype", "").upper() != "STUDY":
        raise Refused(400, "requestType=STUDY is wanted")
    for name in ("studyUID", "accessionNumber", "idCDA"):
        value = found.get(name.lower(), "")
        if not value or len(value) > LONGEST:
            raise Refused(400, f"{name} is wanted")
    if not UID.fullmatch(found["studyuid"]):
        raise Refused(400, "studyUID is no UID")
    return Link(found["studyuid"], found["accessionnumber"], found["idcda"])


def check(link: Link, report: cda.Report | None) -> None:
    """Study, accession number and report are of one exam (D-CR-07). Raises Refused: 406.

    Whether the study is unknown or another part is wrong is not said.
    """
    if report is not None:
        accessions = {
            text
            for one in report.orders
            for text in (
                one.accession.extension,
                f"{one.accession.root}.{one.accession.extension}",
            )
        }
        identifiers = {report.identifier.root, report.identifier.joined}
        if report.identifier.extension:
            identifiers.add(f"{report.identifier.root}.{report.identifier.extension}")
        if link.accession in accessions and link.report in identifiers:
            return
    raise Refused(406, "study, accession number and report are not those of one exam")
