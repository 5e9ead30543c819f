"""Identity and versions of the document: templates, codes, times, what it replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.cda.subject import (
    ADDENDUM,
    LOINC,
    Cda,
    document,
    level_1_body,
    rule,
    structured_body,
)
from validators.cda.times import WITH_ZONE
from validators.model import Defect
from validators.reading.xml import XmlNode

HL7_FRANCE, CI_SIS = "2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1"
XDS_SD = "1.3.6.1.4.1.19376.1.2.20"
VOLUME = "1.2.250.1.213.1.1.1.45"
STRUCTURED = (VOLUME, "1.2.840.10008.9.1", "1.2.840.10008.9.20", "1.2.840.10008.9.21")
EDITIONS = ("2022.01", "2024.01")
# The bytes of one character of UTF-8, read as Latin-1 and written in UTF-8 again.
_TWICE = re.compile("[\u00c2\u00c3][\u0080-\u00bf]")


def _templates(root: XmlNode) -> list[str]:
    return [one.get("root") for one in root.all("h:templateId")]


def level_1_documents(cda: Cda) -> Iterable[XmlNode]:
    return (cda.root,) if level_1_body(cda) else ()


def level_3_documents(cda: Cda) -> Iterable[XmlNode]:
    return () if cda.body is None else (cda.root,)


def volume_templates(cda: Cda) -> list[XmlNode]:
    return cda.root.all(f"h:templateId[@root='{VOLUME}']")


def document_ids(cda: Cda) -> list[XmlNode]:
    return cda.root.all("h:id")


def loinc_of_acts(root: XmlNode) -> list[str]:
    """The LOINC codes of the documented acts, each once."""
    codes = root.all("h:documentationOf/h:serviceEvent/h:code")
    found = (one.get("code") for one in codes if one.get("codeSystem") == LOINC)
    return list(dict.fromkeys(code for code in found if code))


def translated_codes(cda: Cda) -> Iterable[XmlNode]:
    """The code of the document where it has translations, and the acts have codes."""
    found = cda.root.first("h:code")
    both = found and found.first("h:translation") and loinc_of_acts(cda.root)
    return (found,) if found and both else ()


def document_times(cda: Cda) -> Iterator[XmlNode]:
    found = cda.root.first("h:effectiveTime")
    if found and found.get("value"):
        yield found


def later_versions(cda: Cda) -> Iterator[XmlNode]:
    """The version number of a document that is not the first version."""
    found = cda.root.first("h:versionNumber")
    if found and found.get("value").isdecimal() and int(found.get("value")[:9]) > 1:
        yield found


def replaced_ids(cda: Cda) -> list[XmlNode]:
    return cda.root.all("h:relatedDocument/h:parentDocument/h:id")


def replacing_bodies(cda: Cda) -> Iterable[XmlNode]:
    """The structured body of a report that replaces another."""
    replaces = cda.root.first("h:relatedDocument[@typeCode='RPLC']")
    return structured_body(cda) if replaces else ()


def spoken_texts(cda: Cda) -> Iterator[XmlNode]:
    """The title, and the names of persons and organisations of the header."""
    yield from cda.root.all("h:title")
    for path in ("h:recordTarget", "h:author", "h:custodian", "h:legalAuthenticator"):
        yield from cda.root.all(f"{path}//h:name")


@rule("CDA-DOC-04", over=document, verifies=("CDA-DOC-04",))
def conformance_not_declared(root: XmlNode) -> Iterator[Defect]:
    """The templates of HL7 France and of CI-SIS are declared, once each.

    Why: a reader takes the rules of the document from what it declares.
    Fix: write templateId 2.16.840.1.113883.2.8.2.1 and 1.2.250.1.213.1.1.1.1.
    """
    found = _templates(root)
    for wanted in (HL7_FRANCE, CI_SIS):
        if found.count(wanted) != 1:
            yield root.defect(expected=f"1 {wanted}", actual=found.count(wanted),
                              child="templateId/@root")  # fmt: skip


@rule("CDA-DOC-05", over=level_1_documents, verifies=("CDA-DOC-05", "CDA-DOC-04"))
def templates_not_those_of_level_1(root: XmlNode) -> Iterator[Defect]:
    """A report with a PDF body declares XDS-SD as its third template, and no other.

    Why: the template of the CR-IMG volume announces a structured body that is not there.
    Fix: write templateId 1.3.6.1.4.1.19376.1.2.20 after those of HL7 France and CI-SIS.
    """
    others = [one for one in _templates(root) if one not in (HL7_FRANCE, CI_SIS)]
    if others != [XDS_SD]:
        yield root.defect(expected=XDS_SD, actual=" ".join(others), child="templateId/@root")


@rule("CDA-DOC-06", over=level_3_documents, verifies=("CDA-DOC-06", "CDA-DOC-04"))
def templates_not_those_of_level_3(root: XmlNode) -> Iterator[Defect]:
    """A structured report declares the CR-IMG volume and the three templates of DICOM PS3.20.

    Why: a reader finds the sections by the templates that the document announces.
    Fix: write the templateId that is missing.
    """
    found = _templates(root)
    for wanted in STRUCTURED:
        if wanted not in found:
            yield root.defect(expected=wanted, child="templateId/@root")


@rule("CDA-DOC-07", over=volume_templates, verifies=("CDA-DOC-07",))
def edition_of_the_volume_unknown(template: XmlNode) -> Iterator[Defect]:
    """The template of the CR-IMG volume names an edition that exists.

    Why: validators choose their rules by the edition.
    Fix: write extension="2024.01".
    """
    if template.get("extension") not in EDITIONS:
        found = template.get("extension") or None
        yield template.defect(expected=" | ".join(EDITIONS), actual=found, child="@extension")


@rule("CDA-DOC-08X", over=document_ids, verifies=("CDA-DOC-08-EXTENSION",))
def identifier_with_extension(one: XmlNode) -> Iterator[Defect]:
    """The identifier of the document is a root alone.

    Why: the DMP takes no identifier of two parts; a report sent there needs a single OID.
    Fix: nothing, if the report does not go to the DMP; else make an OID of the two parts.
    """
    if one.get("extension"):
        yield one.defect(expected="@root", actual=one.get("extension"), child="@extension")


@rule("CDA-DOC-10", over=translated_codes, verifies=("CDA-DOC-10",))
def translations_are_not_the_acts(code: XmlNode) -> Iterator[Defect]:
    """The translations of the document code are the LOINC codes of the documented acts.

    Why: registries index the report by these codes, the DRIMbox the study by those of the acts.
    The value set of acts (1.2.250.1.213.1.1.5.687) is not part of this suite.
    Fix: write one translation for each act, with the code of the act.
    """
    wanted = loinc_of_acts(code.parent)
    found = code.all("h:translation")
    for one in found:
        if one.get("code") not in wanted:
            expected = " | ".join(wanted)
            yield one.defect(expected=expected, actual=one.get("code"), child="@code")
    written = {one.get("code") for one in found}
    if len(found) < len(wanted):  # else the translation told above stands for the one missing
        for missing in wanted:
            if missing not in written:
                yield code.defect(expected=missing, child="translation/@code")


@rule("CDA-DOC-12Z", over=document_times, verifies=("CDA-DOC-12-ZONE",))
def time_without_zone(time: XmlNode) -> Iterator[Defect]:
    """The time of the document has seconds and an offset from UTC.

    Why: the DMP stores it in UTC; without an offset the report moves by an hour or two.
    Fix: write YYYYMMDDhhmmss+zzzz.
    """
    if not WITH_ZONE.fullmatch(time.get("value")):
        yield time.defect(expected="YYYYMMDDhhmmss+zzzz", actual=time.get("value"), child="@value")


@rule("CDA-DOC-16R", over=later_versions, verifies=("CDA-DOC-16-VERSION",))
def later_version_replaces_nothing(version: XmlNode) -> Iterator[Defect]:
    """A version after the first names the document that it replaces.

    Why: without it both versions stay in force in the patient's record.
    Fix: write relatedDocument with typeCode RPLC and the identifier of the previous version.
    """
    root = version.parent
    if root.first("h:relatedDocument") is None:
        yield root.defect(expected="relatedDocument", child="relatedDocument")


@rule("CDA-DOC-16I", over=replaced_ids, verifies=("CDA-DOC-16-SELF",))
def document_replaces_itself(replaced: XmlNode) -> Iterator[Defect]:
    """A document does not replace itself: each version has an identifier of its own.

    Why: the registry would withdraw the document that it just received.
    Fix: give the new version a new identifier.
    """
    found = replaced.top.first("h:id")
    if found and replaced.get("root") and _pair(found) == _pair(replaced):
        yield replaced.defect(expected=f"!= {found.get('root')}", actual=replaced.get("root"))


def _pair(identifier: XmlNode) -> tuple[str, str]:
    return identifier.get("root"), identifier.get("extension")


@rule("CDA-DOC-17", over=replacing_bodies, verifies=("CDA-DOC-17",))
def replacement_without_addendum(body: XmlNode) -> Iterator[Defect]:
    """A structured report that replaces another has an Addendum section.

    Why: PS3.20 wants one where the report that is replaced was signed; whether it was is not said.
    Fix: write what changed, and who changed it, in an Addendum section.
    """
    if body.first(f"h:component/h:section/h:templateId[@root='{ADDENDUM}']") is None:
        yield body.defect(expected=ADDENDUM, child="component/section")


@rule("CDA-DOC-20", over=spoken_texts, verifies=("CDA-DOC-20",))
def text_encoded_twice(node: XmlNode) -> Iterator[Defect]:
    """Titles and names are encoded once.

    Why: the patient reads Ã© where é was meant.
    Fix: find the system that takes UTF-8 for Latin-1 before it writes UTF-8.
    """
    found = _TWICE.search(node.text)
    if found:
        expected = found[0].encode("latin-1").decode("utf-8", "replace")
        yield node.defect(expected=expected, actual=node.text)
