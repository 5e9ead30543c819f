"""What a report says that a KOS and its metadata need (CDA R2, CI-SIS CR-IMG; DRIM-M B.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reference_drimbox.vihf import PROFESSIONS, SKILLS, Code
from reference_drimbox.xml import Element, NotXml, parsed

PREFIXES = {"h": "urn:hl7-org:v3", "p": "urn:dicom-org:ps3-20"}
INS_ROOTS = {
    "1.2.250.1.213.1.4.8": "NIR",
    "1.2.250.1.213.1.4.9": "NIA",
    "1.2.250.1.213.1.4.10": "NIR",
    "1.2.250.1.213.1.4.11": "NIR",
}
"""Identification domains of the INS: NIR, NIA, test, demonstration (A-PAT-04)."""
CCAM, DCM, SNOMED = "1.2.250.1.213.2.5", "1.2.840.10008.2.16.4", "2.16.840.1.113883.6.96"
MODALITY_QUALIFIER = "121139"
REPORT_CODE = "18748-4"


class NotAReport(ValueError):
    """A document that no KOS can be built for; the text says what it lacks."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with the OID of who assigned it."""

    root: str
    extension: str = ""

    @property
    def joined(self) -> str:
        """Root and extension as in the link to the viewer (D-CR-05)."""
        return f"{self.root}_{self.extension}" if self.extension else self.root


@dataclass(frozen=True, slots=True)
class Patient:
    """The identity of the patient; ``used_*`` are "" where the report carries none."""

    ins: Identifier
    local: Identifier
    birth_name: str
    first_given: str
    given_names: str
    used_name: str
    used_given: str
    birth_date: str
    sex: str
    birthplace: str


@dataclass(frozen=True, slots=True)
class Person:
    """A professional and the structure for which they act."""

    identifier: str
    family: str
    given: str
    code: str
    structure_name: str
    structure: str

    @property
    def roles(self) -> list[Code]:
        """Profession, then savoir-faire, of a code such as G15_10/SM44 (TRE_A01, TRE_R38)."""
        profession, _, skill = self.code.partition("/")
        made = [Code(profession.removeprefix("G15_"), PROFESSIONS)]
        return made + ([Code(skill, SKILLS)] if skill else [])


@dataclass(frozen=True, slots=True)
class Order:
    """An order: number of the placer, accession number."""

    placer: Identifier
    accession: Identifier


@dataclass(frozen=True, slots=True)
class Act:
    """An act: the studies that document it, its code, modalities and regions, when, where."""

    studies: Sequence[str]
    code: Code
    modalities: Sequence[Code]
    regions: Sequence[Code]
    low: str
    high: str
    practice: Code


@dataclass(frozen=True, slots=True)
class Report:
    """A report. ``set_id`` is what its versions have in common; ``replaces`` the one before."""

    identifier: Identifier
    set_id: Identifier
    version: str
    replaces: Identifier | None
    language: str
    patient: Patient
    author: Person
    authenticator: Person
    orders: Sequence[Order]
    acts: Sequence[Act]
    facility: Code

    @property
    def studies(self) -> list[str]:
        return list(dict.fromkeys(uid for act in self.acts for uid in act.studies))

    def act_of(self, study: str) -> Act:
        """The act that a study documents. Raises NotAReport."""
        for one in self.acts:
            if study in one.studies:
                return one
        raise NotAReport("the report has no such study")


def read(raw: bytes) -> Report:
    """The report of a document. Raises NotAReport, whose text has nothing of the patient."""
    try:
        root = parsed(raw, large=True)
    except NotXml as problem:
        raise NotAReport(f"the document is no XML: {problem}") from None
    if root.tag != "{urn:hl7-org:v3}ClinicalDocument":
        raise NotAReport("the document is no CDA")
    code = _attribute(root, "h:code", "code")
    if code != REPORT_CODE:
        raise NotAReport(f"the document is no imaging report ({REPORT_CODE})")
    orders = [*_orders(root)]
    acts = [*_acts(root)]
    if not orders:
        raise NotAReport("inFulfillmentOf is missing: no order, no accession number")
    if not any(one.studies for one in acts):
        raise NotAReport("documentationOf names no study")
    parent = root.find("h:relatedDocument[@typeCode='RPLC']/h:parentDocument/h:id", PREFIXES)
    return Report(
        identifier=_identifier(root, "h:id"),
        set_id=Identifier(
            _attribute(root, "h:setId", "root"), _attribute(root, "h:setId", "extension")
        ),
        version=_attribute(root, "h:versionNumber", "value"),
        replaces=None if parent is None else _identifier_of(parent),
        language=_attribute(root, "h:languageCode", "code"),
        patient=_patient(root),
        author=_person(root, "h:author/h:assignedAuthor"),
        authenticator=_person(root, "h:legalAuthenticator/h:assignedEntity"),
        orders=orders,
        acts=acts,
        facility=_code(root.find(
            "h:componentOf/h:encompassingEncounter/h:location/h:healthCareFacility/h:code",
            PREFIXES)),
    )  # fmt: skip


def _text(owner: Element, path: str) -> str:
    found = owner.find(path, PREFIXES)
    return "" if found is None else "".join(str(one) for one in found.itertext()).strip()


def _attribute(owner: Element, path: str, name: str) -> str:
    found = owner.find(path, PREFIXES)
    return "" if found is None else found.get(name, "").strip()


def _identifier_of(found: Element) -> Identifier:
    return Identifier(found.get("root", "").strip(), found.get("extension", "").strip())


def _identifier(owner: Element, path: str) -> Identifier:
    found = owner.find(path, PREFIXES)
    if found is None or not found.get("root"):
        raise NotAReport(f"{path.replace('h:', '').replace('p:', '')} is missing")
    return _identifier_of(found)


def _code(found: Element | None) -> Code:
    if found is None:
        return Code("", "")
    return Code(found.get("code", ""), found.get("codeSystem", ""), found.get("displayName", ""))


def _patient(root: Element) -> Patient:
    role = root.find("h:recordTarget/h:patientRole", PREFIXES)
    if role is None:
        raise NotAReport("recordTarget/patientRole is missing")
    identifiers = [_identifier_of(one) for one in role.findall("h:id", PREFIXES)]
    ins = next((one for one in identifiers if one.root in INS_ROOTS and one.extension), None)
    if ins is None:
        raise NotAReport("the patient has no INS")
    local = next((one for one in identifiers if one.root not in INS_ROOTS), Identifier(""))
    name = "h:patient/h:name"
    lists = [one for one in role.findall(f"{name}/h:given", PREFIXES) if not one.get("qualifier")]
    birth_name = _text(role, f"{name}/h:family[@qualifier='BR']")
    if not birth_name:
        raise NotAReport("the patient has no birth name")
    given_names = (lists[0].text or "").strip() if lists else ""
    return Patient(
        ins=ins,
        local=local,
        birth_name=birth_name,
        first_given=_text(role, f"{name}/h:given[@qualifier='BR']"),
        given_names=given_names,
        used_name=_text(role, f"{name}/h:family[@qualifier='CL']"),
        used_given=_text(role, f"{name}/h:given[@qualifier='CL']"),
        birth_date=_attribute(role, "h:patient/h:birthTime", "value")[:8],
        sex=_attribute(role, "h:patient/h:administrativeGenderCode", "code"),
        birthplace=_text(role, "h:patient/h:birthplace/h:place/h:addr/h:county"),
    )


def _person(root: Element, path: str) -> Person:
    found = root.find(path, PREFIXES)
    if found is None:
        raise NotAReport(f"{path.replace('h:', '')} is missing")
    name = "h:assignedPerson/h:name"
    organization = "h:representedOrganization"
    return Person(
        identifier=_attribute(found, "h:id", "extension"),
        family=_text(found, f"{name}/h:family"),
        given=_text(found, f"{name}/h:given"),
        code=_attribute(found, "h:code", "code"),
        structure_name=_text(found, f"{organization}/h:name"),
        structure=_attribute(found, f"{organization}/h:id", "extension"),
    )


def _orders(root: Element) -> Iterator[Order]:
    for one in root.iterfind("h:inFulfillmentOf/h:order", PREFIXES):
        accession = one.find("p:accessionNumber", PREFIXES)
        if accession is None or not accession.get("extension"):
            raise NotAReport("order/accessionNumber is missing")
        yield Order(_identifier(one, "h:id"), _identifier_of(accession))


def _acts(root: Element) -> Iterator[Act]:
    for event in root.iterfind("h:documentationOf/h:serviceEvent", PREFIXES):
        translations = event.findall("h:code/h:translation", PREFIXES)
        practice = "h:performer/h:assignedEntity/h:representedOrganization"
        yield Act(
            studies=[one.get("root", "") for one in event.findall("h:id", PREFIXES)
                     if one.get("root")],
            code=_code(event.find("h:code", PREFIXES)),
            modalities=[_code(one) for one in translations if _is_modality(one)],
            regions=[_code(one) for one in translations if one.get("codeSystem") == SNOMED],
            low=_attribute(event, "h:effectiveTime/h:low", "value")
            or _attribute(event, "h:effectiveTime", "value"),
            high=_attribute(event, "h:effectiveTime/h:high", "value"),
            practice=_code(event.find(f"{practice}/h:standardIndustryClassCode", PREFIXES)),
        )  # fmt: skip


def _is_modality(translation: Element) -> bool:
    if _attribute(translation, "h:qualifier/h:name", "code") == MODALITY_QUALIFIER:
        return True
    return translation.get("codeSystem") == DCM
