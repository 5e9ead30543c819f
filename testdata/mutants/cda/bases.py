"""The conforming reports that the mutants are made from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from testdata.exam import Exam
from testdata.exams import NEXT_WRITTEN, exam
from testdata.mutants.base import Base
from testdata.mutants.cda.changes import (
    Change,
    after,
    assign_every,
    before,
    inside,
    paper,
    rewrite,
)
from testdata.people import PROFESSIONAL_OID, STRUCTURE_OID
from testdata.report import cda

PROFILE = "drim-m-lab"
BODY = "//h:nonXMLBody/h:text"
COPY = "//h:observationMedia/h:value"
MARK = b"<?xpacket?><pdfaid:part>1</pdfaid:part>"
"""What a PDF/A says in its metadata; the rules look for no more."""

GUARDIAN = f"""<guardian><guardianOrganization>
  <id root="{STRUCTURE_OID}" extension="1000000012"/><name>Association Exemple</name>
</guardianOrganization></guardian>"""
AUTHENTICATOR = f"""<authenticator><time value="20261122090500+0100"/><signatureCode code="S"/>
  <assignedEntity><id root="{PROFESSIONAL_OID}" extension="800000000012"/></assignedEntity>
</authenticator>"""
INFORMANT = """<informant><relatedEntity classCode="ECON">
  <relatedPerson><name><family>EXEMPLE</family></name></relatedPerson>
</relatedEntity></informant>"""
PREFIX = "<prefix>MME</prefix>"


def section(template: str, code: str, title: str) -> str:
    return f"""<component><section><templateId root="{template}"/><id root="2.25.{len(title)}"/>
  <code code="{code}" codeSystem="2.16.840.1.113883.6.1"/>
  <title>{title}</title><text>Sans objet.</text></section></component>"""


def claimed(raw: bytes) -> bytes:
    """The PDF as one that claims to be PDF/A."""
    return raw.replace(b"%%EOF", MARK + b"\n%%EOF")


RICH: tuple[Change, ...] = (
    after("//h:birthTime", GUARDIAN),
    after("h:legalAuthenticator", AUTHENTICATOR),
    after("h:author", INFORMANT),
    before("h:author//h:assignedPerson/h:name/h:family", PREFIX),
)
"""What is optional in the header, and that rules look at."""

MORE_SECTIONS: tuple[Change, ...] = (
    inside("//h:structuredBody", section("1.2.250.1.213.1.1.2.212", "59768-2", "Motif")),
    inside("//h:structuredBody", section("1.2.250.1.213.1.1.2.107", "34895-3", "Information")),
    inside("//h:structuredBody", section("1.2.250.1.213.1.1.2.1", "46264-8", "Dispositifs")),
    inside("//h:structuredBody", section("1.2.250.1.213.1.1.2.150", "30954-2", "Antériorités")),
    inside("//h:structuredBody", section("1.2.250.1.213.1.1.2.73", "30954-2", "Autre section")),
)


def _replacing(name: str) -> Exam:
    return exam(name).replacing(written=NEXT_WRITTEN)


def _level_1() -> bytes:
    """The second version of a report, as PDF."""
    return rewrite(*RICH, paper(BODY, claimed))(cda(_replacing("alpha")))


def _level_3() -> bytes:
    """The second version of a structured report, of one series of one instance."""
    return rewrite(*RICH, *MORE_SECTIONS)(cda(_replacing("nm"), 3))


def _wado() -> bytes:
    """A structured report whose instances are linked by WADO-URI."""
    one = exam("nm")
    series = one.study.series[0]
    url = (
        f"https://db1.{one.structure.host}/wado?requestType=WADO&studyUID={one.study.uid}"
        f"&seriesUID={series.uid}&objectUID={series.instances[0]}&contentType=application%2Fdicom"
    )
    link = assign_every("//h:observation[@classCode='DGIMG']/h:text/h:reference", "value", url)
    return rewrite(link)(cda(one, 3))


def _several() -> bytes:
    """A report on two studies."""
    return rewrite(paper(BODY, claimed))(cda(exam("multi-exam")))


_MAKERS: dict[str, Callable[[], bytes]] = {
    "report": _level_1,
    "report-3": _level_3,
    "report-3-wado": _wado,
    "report-several": _several,
}

BASES = {name: Base("cda", PROFILE, partial(make)) for name, make in _MAKERS.items()}
