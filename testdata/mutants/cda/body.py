"""Mutants of the body of a report: the PDF, the entries of the structured body, the links."""

from __future__ import annotations

from testdata.exams import exam
from testdata.mutants.catalogue import Mutant
from testdata.mutants.cda.bases import BODY, COPY, MARK
from testdata.mutants.cda.changes import (
    after,
    assign,
    delete,
    inside,
    paper,
    repeat,
    rewrite,
)
from testdata.mutants.cda.elements import SERIES, SOP, STUDY, TECHNIQUE
from testdata.mutants.rewriting import EVERY, Rewrite, replace

NM = exam("nm")
OBJECT = NM.study.series[0].instances[0]
ALPHA = exam("alpha")
LINK = "//h:linkHtml"
REFERENCE = f"{SOP}/h:text/h:reference"
MODALITY_VALUE = f"{SERIES}/h:code/h:qualifier/h:value"
TWO_PARTICIPANTS = "<participant typeCode='DEV'/>"
OTHER_UID = "2.25.99"


def _cut(raw: bytes) -> bytes:
    return raw.replace(b"%%EOF", b"")


def _link(old: str, new: str) -> Rewrite:
    return rewrite(paper(BODY, replace(old, new, EVERY)))


MUTANTS = (
    Mutant("report-two-bodies", "report", "CDA-L1-01",
           rewrite=rewrite(repeat("h:component/h:nonXMLBody"))),
    Mutant("report-body-no-base64", "report", "CDA-L1-04",
           rewrite=rewrite(assign(BODY, "text()", "JVBERi0xLjcK*"))),
    Mutant("report-body-no-pdf", "report", "CDA-L1-04P",
           rewrite=rewrite(paper(BODY, replace("%PDF-", "%TXT-", EVERY)))),
    Mutant("report-body-cut", "report", "CDA-L1-04E", rewrite=rewrite(paper(BODY, _cut))),
    Mutant("report-body-no-pdf-a", "report", "CDA-L1-05",
           rewrite=rewrite(paper(BODY, replace(MARK, b"", EVERY)))),
    Mutant("report-body-without-link", "report", "CDA-L1-06",
           rewrite=_link("IHEInvokeImageDisplay?requestType=STUDY", "x?requestType=WADO")),
    Mutant("report-copy-cut", "report-3", "CDA-B3-21", rewrite=rewrite(paper(COPY, _cut))),
    Mutant("report-catalog-empty", "report-3", "CDA-B3-04N",
           rewrite=rewrite(delete(f"{STUDY}/.."))),
    Mutant("report-study-without-series", "report-3", "CDA-B3-05A",
           rewrite=rewrite(delete(f"{SERIES}/.."))),
    Mutant("report-study-of-two-series", "report-3", "CDA-B3-05S",
           rewrite=rewrite(
               repeat(f"{SERIES}/.."),
               assign(f"{STUDY}/h:entryRelationship[2]/h:act/h:id", "root", OTHER_UID))),
    Mutant("report-series-of-three-templates", "report-3", "CDA-B3-05T",
           rewrite=rewrite(repeat(f"{SERIES}/h:templateId[1]"))),
    Mutant("report-series-without-modality", "report-3", "CDA-B3-05M",
           rewrite=rewrite(delete(f"{SERIES}/h:code/h:qualifier"))),
    Mutant("report-series-modality-unknown", "report-3", "CDA-B3-05V",
           rewrite=rewrite(assign(MODALITY_VALUE, "code", "MN")),
           also={"CDA-B3-11": "the header has no unknown modality"}),
    Mutant("report-series-without-instance", "report-3", "CDA-B3-06A",
           rewrite=rewrite(delete(f"{SOP}/.."))),
    Mutant("report-series-of-two-instances", "report-3", "CDA-B3-06N",
           rewrite=rewrite(
               repeat(f"{SOP}/.."),
               assign(f"{SERIES}/h:entryRelationship[2]/h:observation/h:id", "root", OTHER_UID))),
    Mutant("report-instance-of-three-templates", "report-3", "CDA-B3-06T",
           rewrite=rewrite(repeat(f"{SOP}/h:templateId[1]"))),
    Mutant("report-sop-class-unknown", "report-3", "CDA-B3-06U",
           rewrite=rewrite(assign(f"{SOP}/h:code", "code", "1.2.840.10008.5.1.4.1.1.999"))),
    Mutant("report-instance-link-elsewhere", "report-3", "CDA-B3-08",
           rewrite=rewrite(assign(REFERENCE, "value", "https://vi1.example.org/images"))),
    Mutant("report-wado-of-another-object", "report-3-wado", "CDA-B3-08",
           rewrite=replace(f"objectUID={OBJECT}", "objectUID=2.25.9", EVERY)),
    Mutant("report-wado-without-type", "report-3-wado", "CDA-B3-08",
           rewrite=replace("&amp;contentType=application%2Fdicom", "", EVERY)),
    Mutant("report-catalog-with-leading-zero", "report-3", "CDA-B3-09",
           rewrite=rewrite(assign(f"{SERIES}/h:id", "root", "2.25.01"))),
    Mutant("report-series-is-its-study", "report-3", "CDA-B3-09D",
           rewrite=rewrite(assign(f"{SERIES}/h:id", "root", NM.study.uid))),
    Mutant("report-catalog-of-another-study", "report-3", "CDA-B3-10",
           rewrite=rewrite(assign(f"{STUDY}/h:id", "root", OTHER_UID))),
    Mutant("report-series-of-another-modality", "report-3", "CDA-B3-11",
           rewrite=rewrite(assign(MODALITY_VALUE, "code", "CT"))),
    Mutant("report-without-technique", "report-3", "CDA-B3-12A",
           rewrite=rewrite(delete(f"{TECHNIQUE}/.."))),
    Mutant("report-technique-of-three-templates", "report-3", "CDA-B3-12T",
           rewrite=rewrite(repeat(f"{TECHNIQUE}/h:templateId[1]"))),
    Mutant("report-technique-of-two-participants", "report-3", "CDA-B3-12PN",
           rewrite=rewrite(
               inside(TECHNIQUE, TWO_PARTICIPANTS), inside(TECHNIQUE, TWO_PARTICIPANTS))),
    Mutant("report-reference-to-nothing", "report-3", "CDA-B3-20",
           rewrite=rewrite(assign(f"{TECHNIQUE}/h:text/h:reference", "value", "#acte-99"))),
    Mutant("report-template-mistyped", "report-3", "CDA-B3-22",
           rewrite=rewrite(after(
               "//h:section[h:templateId/@root='1.2.250.1.213.1.1.2.1']/h:templateId",
               "<templateId root='2.16.840.1.11383.10.20.1.7'/>"))),
    Mutant("report-link-to-localhost", "report", "CDA-URL-01",
           rewrite=_link(f"https://vi1.{ALPHA.structure.host}", "http://localhost:8080")),
    Mutant("report-link-without-report", "report-3", "CDA-URL-02P",
           rewrite=rewrite(assign(LINK, "href", (
               f"https://vi1.{NM.structure.host}/IHEInvokeImageDisplay?requestType=STUDY"
               f"&studyUID={NM.study.uid}&accessionNumber={NM.study.orders[0].accession}")))),
    Mutant("report-link-to-another-study", "report", "CDA-URL-02S",
           rewrite=_link(f"studyUID={ALPHA.study.uid}", f"studyUID={OTHER_UID}")),
    Mutant("report-link-of-another-order", "report", "CDA-URL-02A",
           rewrite=_link(f"accessionNumber={ALPHA.study.orders[0].accession}",
                         "accessionNumber=ACN9")),
    Mutant("report-link-of-the-replaced-report", "report", "CDA-URL-02I",
           rewrite=_link(f"idCDA={ALPHA.replacing(written='').report.oid}",
                         f"idCDA={ALPHA.report.oid}")),
    Mutant("report-link-with-blanks", "report", "CDA-URL-03",
           rewrite=_link("&studyUID=", " &studyUID=")),
    Mutant("report-link-with-a-parameter-twice", "report", "CDA-URL-03",
           rewrite=_link("&idCDA=", "&requestType=STUDY&idCDA=")),
    Mutant("report-study-without-link", "report-several", "CDA-URL-04",
           rewrite=_link(exam("multi-exam").studies[1].uid, exam("multi-exam").study.uid)),
)  # fmt: skip
