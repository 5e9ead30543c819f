"""Mutants of the elements that a table asks for: absent, several, without value, another value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from testdata.mutants.catalogue import Mutant
from testdata.mutants.cda.changes import Change, assign, delete, delete_every, drop, repeat, rewrite
from testdata.mutants.cda.reasons import ALSO

PATIENT = "h:recordTarget/h:patientRole"
NAME = f"{PATIENT}/h:patient/h:name"
AUTHOR = "h:author/h:assignedAuthor"
LEGAL = "h:legalAuthenticator"
ORDER = "h:inFulfillmentOf/h:order"
ACT = "h:documentationOf/h:serviceEvent"
MODALITY = f"{ACT}/h:code/h:translation[h:qualifier/h:name/@code='121139']"
REGION = f"{ACT}/h:code/h:translation[h:qualifier/h:name/@code='39111-0']"
ENCOUNTER = "h:componentOf/h:encompassingEncounter"
FACILITY = f"{ENCOUNTER}/h:location/h:healthCareFacility"


def entry(template: str) -> str:
    return f"//h:templateId[@root='1.2.250.1.213.1.1.{template}']/.."


STUDY, SERIES, SOP = entry("3.155"), entry("3.156"), entry("3.157")
TECHNIQUE, EXPOSURE = entry("3.153"), entry("2.215")
PREGNANCY = f"{EXPOSURE}/h:entry[h:observation]"


class Row(NamedTuple):
    """An element, the rule that looks at it, and the letters of the defects that it can have."""

    rule: str
    letters: str
    path: str
    attribute: str = ""
    bad: str = ""
    base: str = "report"


ROWS = (
    Row("CDA-DOC-02", "ANV", "h:realmCode", "code", "BE"),
    Row("CDA-DOC-03", "AV", "h:typeId", "root", "2.16.840.1.113883.1.4"),
    Row("CDA-DOC-03X", "V", "h:typeId", "extension", "POCD_HD000041"),
    Row("CDA-DOC-08", "AE", "h:id", "root"),
    Row("CDA-DOC-09", "AV", "h:code", "code", "11502-2"),
    Row("CDA-DOC-09S", "V", "h:code", "codeSystem", "2.16.840.1.113883.6.96"),
    Row("CDA-DOC-09D", "E", "h:code", "displayName"),
    Row("CDA-DOC-11", "AE", "h:title", "text()"),
    Row("CDA-DOC-12", "AE", "h:effectiveTime", "value"),
    Row("CDA-DOC-13", "AV", "h:confidentialityCode", "code", "X"),
    Row("CDA-DOC-13S", "V", "h:confidentialityCode", "codeSystem", "2.16.840.1.113883.5.26"),
    Row("CDA-DOC-13D", "E", "h:confidentialityCode", "displayName"),
    Row("CDA-DOC-14", "AV", "h:languageCode", "code", "fr"),
    Row("CDA-DOC-15S", "A", "h:setId"),
    Row("CDA-DOC-15V", "AE", "h:versionNumber", "value"),
    Row("CDA-DOC-16", "NV", "h:relatedDocument", "typeCode", "APND"),
    Row("CDA-DOC-16P", "AE", "h:relatedDocument/h:parentDocument/h:id", "root"),
    Row("CDA-PAT-01", "A", f"{PATIENT}/h:id"),
    Row("CDA-PAT-01", "E", f"{PATIENT}/h:id[2]", "root"),
    Row("CDA-PAT-01X", "E", f"{PATIENT}/h:id[2]", "extension"),
    Row("CDA-PAT-06", "A", f"{NAME}/h:family"),
    Row("CDA-PAT-06", "V", f"{NAME}/h:family[@qualifier='CL']", "qualifier", "SP"),
    Row("CDA-PAT-07", "A", f"{NAME}/h:given"),
    Row("CDA-PAT-07", "V", f"{NAME}/h:given[@qualifier='CL']", "qualifier", "SP"),
    Row("CDA-PAT-09", "AV", f"{PATIENT}/h:patient/h:administrativeGenderCode", "code", "O"),
    Row("CDA-PAT-10", "AE", f"{PATIENT}/h:patient/h:birthTime", "value"),
    Row("CDA-PAT-13", "V", "//h:guardianOrganization/h:id", "root", "1.2.3"),
    Row("CDA-AUT-01", "A", "h:author"),
    Row("CDA-AUT-01T", "AE", "h:author/h:time", "value"),
    Row("CDA-AUT-02", "AE", f"{AUTHOR}/h:id", "root"),
    Row("CDA-AUT-02X", "E", f"{AUTHOR}/h:id", "extension"),
    Row("CDA-AUT-03", "E", f"{AUTHOR}/h:code", "code"),
    Row("CDA-AUT-03S", "V", f"{AUTHOR}/h:code", "codeSystem", "1.2.250.1.213.1.1.4.6"),
    Row("CDA-AUT-03D", "E", f"{AUTHOR}/h:code", "displayName"),
    Row("CDA-AUT-04", "E", "h:author/h:functionCode", "code"),
    Row("CDA-AUT-04S", "E", "h:author/h:functionCode", "codeSystem"),
    Row("CDA-AUT-05", "AN", f"{AUTHOR}/h:assignedPerson/h:name/h:family"),
    Row("CDA-AUT-05G", "N", f"{AUTHOR}/h:assignedPerson/h:name/h:given"),
    Row("CDA-AUT-05P", "V", f"{AUTHOR}/h:assignedPerson/h:name/h:prefix", "text()", "MLLE"),
    Row("CDA-AUT-05S", "V", f"{AUTHOR}/h:assignedPerson/h:name/h:suffix", "text()", "MC"),
    Row("CDA-AUT-06", "A", f"{AUTHOR}/h:representedOrganization/h:id"),
    Row("CDA-AUT-07", "E", "//h:standardIndustryClassCode", "code"),
    Row("CDA-AUT-07S", "V", "//h:standardIndustryClassCode", "codeSystem", "1.2.3"),
    Row("CDA-AUT-08", "ANV", "h:custodian//h:id", "root", "1.2.3"),
    Row("CDA-AUT-09", "A", LEGAL),
    Row("CDA-AUT-09T", "AE", f"{LEGAL}/h:time", "value"),
    Row("CDA-AUT-09S", "AV", f"{LEGAL}/h:signatureCode", "code", "X"),
    Row("CDA-AUT-10", "AN", f"{LEGAL}//h:representedOrganization/h:id"),
    Row("CDA-AUT-11", "V", "h:authenticator/h:assignedEntity/h:id", "root", "1.2.3"),
    Row("CDA-AUT-12", "V", "h:participant/h:associatedEntity", "classCode", "PAT"),
    Row("CDA-AUT-12T", "E", "h:participant", "typeCode"),
    Row("CDA-AUT-13", "V", "h:informant/h:relatedEntity", "classCode", "PRS"),
    Row("CDA-ORD-01", "A", "h:inFulfillmentOf"),
    Row("CDA-ORD-02", "A", ORDER),
    Row("CDA-ORD-03", "ANE", f"{ORDER}/h:id", "root"),
    Row("CDA-ORD-03X", "E", f"{ORDER}/h:id", "extension"),
    Row("CDA-ORD-04", "AN", f"{ORDER}/p:accessionNumber"),
    Row("CDA-ORD-05", "E", f"{ORDER}/p:accessionNumber", "root"),
    Row("CDA-ACT-01", "A", "h:documentationOf"),
    Row("CDA-ACT-02P", "A", f"{ACT}/h:performer"),
    Row("CDA-ACT-02T", "A", f"{ACT}/h:effectiveTime"),
    Row("CDA-ACT-07", "AE", f"{ACT}/h:code", "code"),
    Row("CDA-ACT-07S", "E", f"{ACT}/h:code", "codeSystem"),
    Row("CDA-ACT-10S", "V", MODALITY, "codeSystem", "1.2.3"),
    Row("CDA-ACT-11S", "V", REGION, "codeSystem", "1.2.250.1.213.2.51"),
    Row("CDA-ACT-13", "N", f"{MODALITY}/h:qualifier"),
    Row("CDA-ACT-13N", "A", f"{REGION}/h:qualifier/h:name"),
    Row("CDA-ACT-14", "AE", f"{ACT}/h:effectiveTime/h:low", "value"),
    Row("CDA-ACT-15", "NV", f"{ACT}/h:performer", "typeCode", "SPRF"),
    Row("CDA-ACT-15O", "A", f"{ACT}/h:performer//h:representedOrganization"),
    Row("CDA-ACT-17", "A", f"{ACT}/h:performer//h:standardIndustryClassCode"),
    Row("CDA-ENC-01", "A", ENCOUNTER),
    Row("CDA-ENC-01T", "A", f"{ENCOUNTER}/h:effectiveTime"),
    Row("CDA-ENC-02", "E", f"{ENCOUNTER}/h:code", "code"),
    Row("CDA-ENC-02S", "E", f"{ENCOUNTER}/h:code", "codeSystem"),
    Row("CDA-ENC-03", "AV", f"{FACILITY}/h:code", "code", "08"),
    Row("CDA-ENC-03S", "V", f"{FACILITY}/h:code", "codeSystem", "1.2.3"),
    Row("CDA-L1-02", "V", "//h:nonXMLBody/h:text", "mediaType", "text/html"),
    Row("CDA-L1-03", "V", "//h:nonXMLBody/h:text", "representation", "TXT"),
    Row("CDA-B3-04", "AE", f"{STUDY}/h:id", "root", base="report-3"),
    Row("CDA-B3-04C", "AV", f"{STUDY}/h:code", "code", "113015", base="report-3"),
    Row("CDA-B3-04K", "E", STUDY, "classCode", base="report-3"),
    Row("CDA-B3-04M", "E", STUDY, "moodCode", base="report-3"),
    Row("CDA-B3-04T", "A", f"{STUDY}/h:effectiveTime", base="report-3"),
    Row("CDA-B3-05I", "AE", f"{SERIES}/h:id", "root", base="report-3"),
    Row("CDA-B3-05C", "AV", f"{SERIES}/h:code", "code", "113014", base="report-3"),
    Row("CDA-B3-06I", "AE", f"{SOP}/h:id", "root", base="report-3"),
    Row("CDA-B3-06C", "AE", f"{SOP}/h:code", "code", base="report-3"),
    Row("CDA-B3-06S", "V", f"{SOP}/h:code", "codeSystem", "1.2.840.10008.2.16.4", base="report-3"),
    Row("CDA-B3-06K", "V", SOP, "classCode", "OBS", base="report-3"),
    Row("CDA-B3-06M", "V", SOP, "moodCode", "INT", base="report-3"),
    Row("CDA-B3-07", "A", f"{SOP}/h:text", base="report-3"),
    Row("CDA-B3-07M", "V", f"{SOP}/h:text", "mediaType", "image/jpeg", base="report-3"),
    Row("CDA-B3-07R", "AE", f"{SOP}/h:text/h:reference", "value", base="report-3"),
    Row("CDA-B3-12K", "V", TECHNIQUE, "classCode", "ACT", base="report-3"),
    Row("CDA-B3-12I", "A", f"{TECHNIQUE}/h:id", base="report-3"),
    Row("CDA-B3-12C", "A", f"{TECHNIQUE}/h:code", base="report-3"),
    Row("CDA-B3-12L", "N", f"{TECHNIQUE}/h:code/h:translation", base="report-3"),
    Row("CDA-B3-12M", "A", f"{TECHNIQUE}/h:methodCode", base="report-3"),
    Row("CDA-B3-12S", "AN", f"{TECHNIQUE}/h:targetSiteCode", base="report-3"),
    Row("CDA-B3-13P", "AN", f"{EXPOSURE}/h:entry[h:procedure]", base="report-3"),
    Row("CDA-B3-13C", "V", f"{EXPOSURE}/h:entry/h:procedure/h:code", "code", "113014",
        base="report-3"),
    Row("CDA-B3-13G", "AN", PREGNANCY, base="report-3"),
    Row("CDA-B3-13O", "V", f"{PREGNANCY}/h:observation/h:code", "code", "11348-0",
        base="report-3"),
    Row("CDA-B3-13R", "A", f"{EXPOSURE}/h:entry[h:substanceAdministration]", base="report-3"),
    Row("CDA-B3-13D", "V", f"{EXPOSURE}//h:substanceAdministration/h:code", "code", "1",
        base="report-3"),
    Row("CDA-B3-15O", "A", f"{entry('2.213')}/h:entry", base="report-3"),
    Row("CDA-B3-18N", "A", f"{entry('2.210')}//h:assignedPerson/h:name", base="report-3"),
)  # fmt: skip


def _change(row: Row, letter: str) -> Change:
    if letter == "A":
        return delete_every(row.path) if row.rule in EVERY else delete(row.path)
    if letter == "N":
        return repeat(row.path)
    if letter == "E":
        return drop(row.path, row.attribute)
    return assign(row.path, row.attribute, row.bad)


EVERY = frozenset({"CDA-PAT-01", "CDA-PAT-06", "CDA-PAT-07", "CDA-B3-12M"})
"""Rules that miss an element only when none of its kind is left."""


def _also(rule: str) -> Mapping[str, str]:
    return ALSO.get(rule, {})


def _mutants() -> Iterator[Mutant]:
    for row in ROWS:
        for letter in row.letters:
            rule = f"{row.rule}{letter}"
            yield Mutant(
                name=f"report-{rule.lower()}",
                base=row.base,
                kills=rule,
                rewrite=rewrite(_change(row, letter)),
                also=_also(rule),
            )


MUTANTS = tuple(_mutants())
