"""The documented acts: study, code, modality, region, time, performer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.catalogue import value_set
from validators.cda.subject import (
    CCAM,
    LOINC,
    MODALITY,
    STRUCTURES,
    Cda,
    acts,
    document,
    modalities,
    performers,
    regions,
    rule,
)
from validators.cda.times import later
from validators.identifiers import is_uid
from validators.model import Defect
from validators.reading.xml import XmlNode

_CCAM = re.compile(r"[A-Z]{4}[0-9]{3}")
SCREENING = ("Z13.9", "2.16.840.1.113883.6.3")
"""The act that says that an examination was a screening; it has no study of its own (CIM-10)."""
LITERAL = "studyInstanceUID"
"""What the first demonstrators wrote in the extension of a study identifier."""
CATALOG_STUDY = "1.2.250.1.213.1.1.3.155"
MISTAKEN = {"RM": "MR", "IRM": "MR", "TDM": "CT", "SCANNER": "CT"}
"""French words seen, or to be expected, where a DICOM modality belongs."""


def study_acts(cda: Cda) -> Iterator[XmlNode]:
    """The acts other than that of a screening."""
    for act in cda.acts:
        code = act.value("h:code", "code"), act.value("h:code", "codeSystem")
        if code != SCREENING:
            yield act


def loinc_acts(cda: Cda) -> Iterator[XmlNode]:
    found = cda.at(acts, "h:code")
    return (one for one in found if one.get("codeSystem") == LOINC and one.get("code"))


def study_ids(cda: Cda) -> Iterable[XmlNode]:
    return cda.studies


def acts_with_studies(cda: Cda) -> Iterator[XmlNode]:
    return (act for act in cda.acts if act.first("h:id"))


def ccam_codes(cda: Cda) -> Iterator[XmlNode]:
    """The codes and translations of acts that are said to be of CCAM."""
    for path in ("h:code", "h:code/h:translation"):
        found = cda.at(acts, path)
        yield from (one for one in found if one.get("codeSystem") in CCAM and one.get("code"))


def intervals(cda: Cda) -> Iterator[XmlNode]:
    found = cda.at(acts, "h:effectiveTime")
    return (one for one in found if one.value("h:low", "value") and one.value("h:high", "value"))


def starts(cda: Cda) -> Iterator[XmlNode]:
    """When the acts and the studies of the catalog began."""
    yield from (one for one in cda.at(acts, "h:effectiveTime/h:low") if one.get("value"))
    for study in cda.of_template(CATALOG_STUDY):
        found = study.first("h:effectiveTime")
        if found and found.get("value"):
            yield found


def performing_structures(cda: Cda) -> Iterator[XmlNode]:
    """The structures for which the acts were performed."""
    for one in performers(cda):
        yield from one.all("h:assignedEntity/h:representedOrganization")


@rule("CDA-ACT-03", over=study_acts, verifies=("CDA-ACT-03",))
def act_without_study(act: XmlNode) -> Iterator[Defect]:
    """A documented act has the Study Instance UID of its study.

    Why: the DRIMbox finds the images by it, and the link in the report leads there.
    Fix: write id with the Study Instance UID as root.
    """
    if not [one for one in act.all("h:id") if one.get("root")]:
        yield act.defect(expected="id/@root", child="id/@root")


@rule("CDA-ACT-04", over=study_ids, verifies=("CDA-ACT-04",))
def study_identifier_is_no_uid(one: XmlNode) -> Iterator[Defect]:
    """The identifier of a study is a DICOM UID.

    Why: no archive has a study under another identifier; a UUID is none.
    Fix: write the value of (0020,000D): digits and dots, 64 characters at most.
    """
    if not is_uid(one.get("root")):
        yield one.defect(expected="UID", actual=one.get("root"), child="@root")


@rule("CDA-ACT-05", over=study_ids, verifies=("CDA-ACT-05",))
def study_identifier_with_extension(one: XmlNode) -> Iterator[Defect]:
    """The identifier of a study is its root alone.

    Why: a reader that puts root and extension together finds no study.
    Fix: remove the extension.
    """
    if one.get("extension") not in ("", LITERAL):
        yield one.defect(expected="@root", actual=one.get("extension"), child="@extension")


@rule("CDA-ACT-05L", over=study_ids, verifies=("CDA-ACT-05-LITERAL",))
def study_identifier_as_the_demonstrator(one: XmlNode) -> Iterator[Defect]:
    """The identifier of a study has no extension, not even the word studyInstanceUID.

    Why: the first demonstrators wrote it; official samples have it, current ones do not.
    Fix: remove the extension.
    """
    if one.get("extension") == LITERAL:
        yield one.defect(expected="@root", actual=LITERAL, child="@extension")


@rule("CDA-ACT-06", over=acts_with_studies, verifies=("CDA-ACT-06",))
def several_studies_in_one_act(act: XmlNode) -> Iterator[Defect]:
    """An act has one study.

    Why: for information: a report on several studies leads to one KOS for each.
    Fix: nothing, if the act covers several studies.
    """
    found = act.all("h:id")
    if len(found) > 1:
        yield found[1].defect(expected="1 id", actual=len(found))


@rule("CDA-ACT-09", over=loinc_acts, verifies=("CDA-ACT-09", "CDA-ACT-08"))
def act_without_modality(code: XmlNode) -> Iterator[Defect]:
    """An act with a LOINC code has the modality as a translation.

    Why: readers and registries sort examinations by modality.
    Fix: add a translation of DCM with a qualifier named 121139.
    """
    names = code.all("h:translation/h:qualifier/h:name")
    if MODALITY not in [one.get("code") for one in names]:
        yield code.defect(expected=MODALITY, child="translation/qualifier/name/@code")


@rule("CDA-ACT-10", over=modalities, verifies=("CDA-ACT-10",))
def modality_unknown(translation: XmlNode) -> Iterator[Defect]:
    """The modality is one of the value set of acquisition modalities.

    Why: another code is found by no query, and is not what the images say.
    Fix: write the DICOM code of the modality: MR, not RM.
    """
    oid, known = value_set("modality")
    found = translation.get("code")
    if found not in known:
        expected = MISTAKEN.get(found.upper(), oid)
        yield translation.defect(expected=expected, actual=found or None, child="@code")


@rule("CDA-ACT-11", over=regions, verifies=("CDA-ACT-11",))
def region_unknown(translation: XmlNode) -> Iterator[Defect]:
    """The anatomical region is one of the value set of ten regions.

    Why: the registry takes it over, and queries by region compare it as it stands.
    Fix: write the code of the region that holds the part that was imaged.
    """
    oid, known = value_set("region")
    if translation.get("code") not in known:
        yield translation.defect(expected=oid, actual=translation.get("code"), child="@code")


@rule("CDA-ACT-12", over=loinc_acts, verifies=("CDA-ACT-12",))
def several_ccam_codes(code: XmlNode) -> Iterator[Defect]:
    """An act has one CCAM code at most.

    Why: the volume allows one; which of several is meant is not said.
    Fix: document each act in a documentationOf of its own.
    """
    found = [one for one in code.all("h:translation") if one.get("codeSystem") in CCAM]
    if len(found) > 1:
        yield found[1].defect(expected="1", actual=len(found))


@rule("CDA-ACT-12F", over=ccam_codes, verifies=("CDA-ACT-12-FORMAT",))
def ccam_code_malformed(code: XmlNode) -> Iterator[Defect]:
    """A code of CCAM is four letters and three digits.

    Why: the terminology has no other code; a SNOMED CT code under its OID is of neither.
    The codes themselves are not part of this suite: the form alone is checked.
    Fix: write the CCAM code, or the OID of the terminology that the code is of.
    """
    if not _CCAM.fullmatch(code.get("code")):
        yield code.defect(expected=_CCAM.pattern, actual=code.get("code"), child="@code")


@rule("CDA-ACT-14O", over=intervals, verifies=("CDA-ACT-14-ORDER",))
def act_ends_before_it_begins(time: XmlNode) -> Iterator[Defect]:
    """An act does not end before it begins.

    Why: the registry takes over both times.
    Fix: write the begin in low and the end in high.
    """
    low, high = time.value("h:low", "value"), time.value("h:high", "value")
    if later(low, high):
        yield time.defect(expected=f">= {low}", actual=high, child="high/@value")


@rule("CDA-ACT-14D", over=starts, verifies=("CDA-ACT-14-DOCUMENT",))
def act_begins_after_its_report(time: XmlNode) -> Iterator[Defect]:
    """An act does not begin after its report was written.

    Why: one of the two times is wrong, or lacks its zone.
    Fix: check the clocks of the systems that write them.
    """
    root = time.top
    written = root.value("h:effectiveTime", "value")
    if later(time.get("value"), written):
        yield time.defect(expected=f"<= {written}", actual=time.get("value"), child="@value")


@rule("CDA-ACT-16", over=performing_structures, verifies=("CDA-ACT-16",))
def performing_structure_unidentified(structure: XmlNode) -> Iterator[Defect]:
    """The structure that performed an act has its national identifier.

    Why: the DRIMbox needs the establishment of the images.
    Fix: write id with root 1.2.250.1.71.4.2.2.
    """
    found = [one for one in structure.all("h:id") if one.get("root") == STRUCTURES]
    if not any(one.get("extension") for one in found):
        yield structure.defect(expected=STRUCTURES, child="id/@root")


@rule("CDA-ACT-18", over=document, verifies=("CDA-ACT-18",))
def study_documented_twice(root: XmlNode) -> Iterator[Defect]:
    """No study is documented twice.

    Why: each study leads to one KOS; a repeated identifier hides the study that was meant.
    Fix: write each Study Instance UID once.
    """
    seen = set()
    for one in root.all("h:documentationOf/h:serviceEvent/h:id"):
        found = one.get("root")
        if found and found in seen:
            yield one.defect(expected=f"1 {found}", actual=found, child="@root")
        seen.add(found)
