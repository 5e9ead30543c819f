"""Mutants of the header of a report: file, schema, versions, patient, authors, orders, acts."""

from __future__ import annotations

from testdata.identity import Seed
from testdata.mutants.catalogue import Mutant
from testdata.mutants.cda.changes import (
    assign,
    before,
    delete,
    drop,
    move_after,
    repeat,
    rewrite,
)
from testdata.mutants.cda.elements import ACT, AUTHOR, LEGAL, MODALITY, ORDER, PATIENT, REGION
from testdata.mutants.rewriting import EVERY, replace
from testdata.people import patient

INS = f"{PATIENT}/h:id[1]"
PATIENT_A = patient("a", Seed("alpha"))
WRONG_KEY = PATIENT_A.ins_body + f"{(int(PATIENT_A.ins[13:]) + 1) % 97 or 97:02d}"
INTERVAL = f"{ACT}/h:effectiveTime"
OTHER_SYSTEM = '<translation code="KCQL003" codeSystem="1.2.250.1.215.300.1"/>'


def _latin_1(raw: bytes) -> bytes:
    text = raw.decode().replace("encoding='UTF-8'", "encoding='ISO-8859-1'")
    return text.encode("latin-1", "xmlcharrefreplace")


MUTANTS = (
    Mutant("report-not-well-formed", "report", "CDA-DOC-19",
           rewrite=replace("</ClinicalDocument>", "", EVERY)),
    Mutant("report-with-doctype", "report", "CDA-DOC-19D",
           rewrite=replace("<ClinicalDocument", "<!DOCTYPE x>\n<ClinicalDocument", EVERY)),
    Mutant("report-of-another-namespace", "report", "CDA-DOC-19R",
           rewrite=replace('xmlns="urn:hl7-org:v3"', 'xmlns="urn:hl7-org:v2"', EVERY)),
    Mutant("report-in-latin-1", "report", "CDA-DOC-19E", rewrite=_latin_1),
    Mutant("report-elements-swapped", "report", "CDA-DOC-01",
           rewrite=rewrite(move_after("h:languageCode", "h:setId"))),
    Mutant("report-identifier-with-leading-zero", "report", "CDA-DOC-01T",
           rewrite=rewrite(assign("h:setId", "root", "1.02.3"))),
    Mutant("report-related-document-at-the-end", "report", "CDA-DOC-18",
           rewrite=rewrite(move_after("h:relatedDocument", "h:component"))),
    Mutant("report-template-of-hl7-france-absent", "report", "CDA-DOC-04",
           rewrite=rewrite(delete("h:templateId[@root='2.16.840.1.113883.2.8.2.1']"))),
    Mutant("report-template-of-the-volume", "report", "CDA-DOC-05",
           rewrite=rewrite(assign("h:templateId[3]", "root", "1.2.250.1.213.1.1.1.45"),
                           assign("h:templateId[3]", "extension", "2024.01"))),
    Mutant("report-template-of-level-3-absent", "report-3", "CDA-DOC-06",
           rewrite=rewrite(delete("h:templateId[@root='1.2.840.10008.9.21']"))),
    Mutant("report-edition-unknown", "report-3", "CDA-DOC-07",
           rewrite=rewrite(assign("h:templateId[@extension]", "extension", "2025.13"))),
    Mutant("report-identifier-with-extension", "report-several", "CDA-DOC-08X",
           rewrite=rewrite(assign("h:id", "extension", "7"))),
    Mutant("report-translation-of-no-act", "report", "CDA-DOC-10",
           rewrite=rewrite(assign("h:code/h:translation", "code", "36235-0"))),
    Mutant("report-time-without-zone", "report", "CDA-DOC-12Z",
           rewrite=rewrite(assign("h:effectiveTime", "value", "20261122090500"))),
    Mutant("report-later-version-replaces-nothing", "report", "CDA-DOC-16R",
           rewrite=rewrite(delete("h:relatedDocument"))),
    Mutant("report-replaces-itself", "report", "CDA-DOC-16I",
           rewrite=rewrite(lambda root: assign(
               "h:relatedDocument//h:id", "root",
               root.xpath("string(*[local-name()='id']/@root)"))(root))),
    Mutant("report-replacement-without-addendum", "report-3", "CDA-DOC-17",
           rewrite=rewrite(delete(
               "//h:section[h:templateId/@root='1.2.250.1.213.1.1.2.210']/.."))),
    Mutant("report-title-encoded-twice", "report", "CDA-DOC-20",
           rewrite=rewrite(assign("h:title", "text()", "CR d'imagerie mÃ©dicale"))),
    Mutant("report-without-ins", "report", "CDA-PAT-02", rewrite=rewrite(delete(INS))),
    Mutant("report-ins-of-production", "report", "CDA-PAT-02A",
           rewrite=rewrite(assign(INS, "root", "1.2.250.1.213.1.4.8"))),
    Mutant("report-ins-key-wrong", "report", "CDA-PAT-03",
           rewrite=rewrite(assign(INS, "extension", WRONG_KEY))),
    Mutant("report-ins-without-key", "report", "CDA-PAT-03F",
           rewrite=rewrite(assign(INS, "extension", PATIENT_A.ins_body))),
    Mutant("report-ins-of-another-birthplace", "report", "CDA-PAT-04",
           rewrite=rewrite(assign("//h:county", "text()", "29758"))),
    Mutant("report-without-local-identifier", "report", "CDA-PAT-05",
           rewrite=rewrite(delete(f"{PATIENT}/h:id[2]"))),
    Mutant("report-without-first-given-name", "report", "CDA-PAT-08",
           rewrite=rewrite(delete("//h:given[@qualifier='BR']"))),
    Mutant("report-without-birthplace", "report", "CDA-PAT-08",
           rewrite=rewrite(delete("//h:birthplace"))),
    Mutant("report-born-on-no-day", "report", "CDA-PAT-10D",
           rewrite=rewrite(assign("//h:birthTime", "value", "19790332"))),
    Mutant("report-born-on-29-february-1979", "report", "CDA-PAT-10D",
           rewrite=rewrite(assign("//h:birthTime", "value", "19790229")),
           also={"CDA-PAT-04": "year and month of the INS are those of March"}),
    Mutant("report-birthplace-of-four-digits", "report", "CDA-PAT-11",
           rewrite=rewrite(assign("//h:county", "text()", "6322")),
           also={"CDA-PAT-04": "another birthplace is not that of the INS"}),
    Mutant("report-birth-name-with-accent", "report", "CDA-PAT-12",
           rewrite=rewrite(assign("//h:family[@qualifier='BR']", "text()", "DRIM-ÉLAN"))),
    Mutant("report-author-without-rpps", "report", "CDA-AUT-02P",
           rewrite=rewrite(assign(f"{AUTHOR}/h:id", "root", "2.25.7"))),
    Mutant("report-structure-of-nine-digits", "report", "CDA-AUT-06F",
           rewrite=rewrite(assign(f"{AUTHOR}//h:representedOrganization/h:id", "extension",
                                  "101235555")),
           also={"CDA-AUT-14": "the signer keeps the other identifier"}),
    Mutant("report-signer-of-another-structure", "report", "CDA-AUT-14",
           rewrite=rewrite(assign(f"{LEGAL}//h:representedOrganization/h:id", "extension",
                                  "1000000038"))),
    Mutant("report-accession-of-17-characters", "report-3", "CDA-ORD-06",
           rewrite=rewrite(assign(f"{ORDER}/p:accessionNumber", "extension",
                                  "12345678901234567")),
           also={"CDA-URL-02A": "the links have the accession number that the order had"}),
    Mutant("report-accession-under-two-authorities", "report-several", "CDA-ORD-07",
           rewrite=rewrite(
               repeat("h:inFulfillmentOf[1]"),
               assign("h:inFulfillmentOf[2]/h:order/p:accessionNumber", "root", "2.25.8"))),
    Mutant("report-order-of-snomed", "report", "CDA-ORD-08",
           rewrite=rewrite(assign(f"{ORDER}/h:id", "root", "2.16.840.1.113883.6.96"))),
    Mutant("report-act-without-study", "report-several", "CDA-ACT-03",
           rewrite=rewrite(
               repeat("h:documentationOf[2]"),
               delete("h:documentationOf[3]/h:serviceEvent/h:id"))),
    Mutant("report-study-is-a-uuid", "report-several", "CDA-ACT-04",
           rewrite=rewrite(
               repeat("h:documentationOf[2]"),
               assign("h:documentationOf[3]/h:serviceEvent/h:id", "root",
                      "90E1C8EC-F951-4B26-A305-A34848818DD6")),
           also={"CDA-URL-04": "the paper has no link to a study that no archive has"}),
    Mutant("report-study-with-extension", "report", "CDA-ACT-05",
           rewrite=rewrite(assign(f"{ACT}/h:id", "extension", "7"))),
    Mutant("report-study-with-word", "report", "CDA-ACT-05L",
           rewrite=rewrite(assign(f"{ACT}/h:id", "extension", "studyInstanceUID"))),
    Mutant("report-two-studies-in-one-act", "report-several", "CDA-ACT-06",
           rewrite=rewrite(
               move_after("h:documentationOf[2]/h:serviceEvent/h:id",
                          "h:documentationOf[1]/h:serviceEvent/h:id"),
               delete("h:documentationOf[2]"))),
    Mutant("report-act-without-modality", "report-several", "CDA-ACT-09",
           rewrite=rewrite(delete(MODALITY))),
    Mutant("report-modality-in-french", "report-several", "CDA-ACT-10",
           rewrite=rewrite(assign(MODALITY, "code", "RM"))),
    Mutant("report-region-obsolete", "report", "CDA-ACT-11",
           rewrite=rewrite(assign(REGION, "code", "69536005"))),
    Mutant("report-two-ccam-codes", "report", "CDA-ACT-12",
           rewrite=rewrite(before(MODALITY, OTHER_SYSTEM))),
    Mutant("report-snomed-as-ccam", "report", "CDA-ACT-12F",
           rewrite=rewrite(assign(f"{ACT}/h:code/h:translation[1]", "code", "67734004"))),
    Mutant("report-act-ends-before", "report", "CDA-ACT-14O",
           rewrite=rewrite(assign(f"{INTERVAL}/h:high", "value", "20261120092900+0100"))),
    Mutant("report-act-after-the-report", "report", "CDA-ACT-14D",
           rewrite=rewrite(delete(f"{INTERVAL}/h:high"),
                           assign(f"{INTERVAL}/h:low", "value", "20261122090600+0100"))),
    Mutant("report-performer-without-finess", "report", "CDA-ACT-16",
           rewrite=rewrite(delete(f"{ACT}/h:performer//h:representedOrganization/h:id"))),
    Mutant("report-study-twice", "report-several", "CDA-ACT-18",
           rewrite=rewrite(repeat("h:documentationOf[2]"))),
    Mutant("report-encounter-without-date", "report", "CDA-ENC-04",
           rewrite=rewrite(drop("h:componentOf//h:low", "value"),
                           drop("h:componentOf//h:high", "value"))),
    Mutant("report-without-body", "report", "CDA-L1-01A",
           rewrite=rewrite(delete("h:component"))),
)  # fmt: skip
