"""The facts of a report (CDA R2; DRIM-M B.1)."""

from __future__ import annotations

from collections.abc import Iterable

from validators.cross.facts import Fact, Facts, fact
from validators.identifiers import INS_OIDS
from validators.reading.dicom import Buffer
from validators.reading.xml import XmlNode, read

ROLE = "h:recordTarget/h:patientRole"
PATIENT = f"{ROLE}/h:patient"
EVENT = "h:documentationOf/h:serviceEvent"
ORDER = "h:inFulfillmentOf/h:order"
MODALITY, REGION = "121139", "39111-0"
STRUCTURE = "1.2.250.1.71.4.2.2"


class CdaFacts(Facts):
    """The facts of a report: those of the document, and those of each act that has a study."""

    def __init__(self, name: str, parent: str = "") -> None:
        super().__init__(name, "cda", parent)
        self.document = Facts(name, "cda", parent)
        self.acts: list[Facts] = []

    def join(self) -> None:
        """Make the facts of the document and of every act those of the whole."""
        for part in (self.document, *self.acts):
            for field in part.fields:
                self.add(field, *part.get(field))

    def narrowed(self, studies: Iterable[str]) -> Facts:
        """The facts of the document and of the acts of these studies; all where none is."""
        wanted = set(studies)
        acts = [act for act in self.acts if wanted & set(act.values("study"))]
        if not acts or len(acts) == len(self.acts):
            return self
        found = CdaFacts(self.name, self.parent)
        found.document, found.acts = self.document, acts
        found.join()
        return found


def cda_facts(name: str, buffer: Buffer, parent: str = "") -> CdaFacts:
    """The facts of a report; of a file that is none, the problem alone."""
    found = CdaFacts(name, parent)
    file = read(buffer)
    root = file.root
    if root is None or root.name != "ClinicalDocument":
        problems = [problem.actual or problem.kind for problem in file.problems]
        found.problem = file.limit or (problems[0] if problems else root.name if root else "XML")
        return found
    document = found.document
    _add_document(document, root)
    _add_patient(document, root)
    _add_people(document, root)
    for order in root.all(ORDER):
        _add(document, "placer", order, "h:id", "extension")
        _add(document, "placer_oid", order, "h:id", "root")
        _add(document, "accession", order, "p:accessionNumber", "extension")
        _add(document, "accession_oid", order, "p:accessionNumber", "root")
    for event in root.all(EVENT):
        if event.first("h:id"):
            act = Facts(name, "cda", parent)
            _add_event(act, event)
            found.acts.append(act)
    found.join()
    return found


def _add(found: Facts, field: str, node: XmlNode, path: str, attribute: str = "") -> None:
    """The attribute, or the text, of every element at a path."""
    for one in node.all(path):
        value = one.get(attribute) if attribute else one.text
        found.add(field, fact(one, value, f"@{attribute}" if attribute else ""))


def _identifier(node: XmlNode) -> Fact:
    """An identifier as others write it: root, or root^extension."""
    root, extension = node.get("root"), node.get("extension")
    return fact(node, f"{root}^{extension}" if extension else root, "@root")


def _add_document(found: Facts, root: XmlNode) -> None:
    for field, path in (
        ("report_id", "h:id"),
        ("set_id", "h:setId"),
        ("parent_id", "h:relatedDocument[@typeCode='RPLC']/h:parentDocument/h:id"),
    ):
        found.add(field, *(_identifier(one) for one in root.all(path)))
    _add(found, "version", root, "h:versionNumber", "value")
    _add(found, "code", root, "h:code", "code")
    _add(found, "written", root, "h:effectiveTime", "value")
    _add(found, "language", root, "h:languageCode", "code")
    _add(found, "title", root, "h:title")
    place = "h:componentOf/h:encompassingEncounter/h:location/h:healthCareFacility/h:code"
    _add(found, "facility", root, place, "code")


def _add_patient(found: Facts, root: XmlNode) -> None:
    for one in root.all(f"{ROLE}/h:id"):
        ins = one.get("root") in INS_OIDS
        found.add("ins" if ins else "local_id", fact(one, one.get("extension"), "@extension"))
        found.add("ins_oid" if ins else "local_oid", fact(one, one.get("root"), "@root"))
    name = f"{PATIENT}/h:name"
    _add(found, "family", root, f"{name}/h:family[@qualifier='BR']")
    _add(found, "given", root, f"{name}/h:given[@qualifier='BR']")
    unqualified = [one for one in root.all(f"{name}/h:given") if not one.get("qualifier")]
    if unqualified:
        found.add("given_names", fact(unqualified[0], " ".join(one.text for one in unqualified)))
    _add(found, "used_family", root, f"{name}/h:family[@qualifier='CL']")
    _add(found, "used_given", root, f"{name}/h:given[@qualifier='CL']")
    for one in root.all(f"{PATIENT}/h:birthTime"):
        found.add("birth_date", fact(one, one.get("value")[:8], "@value"))
    _add(found, "sex", root, f"{PATIENT}/h:administrativeGenderCode", "code")
    _add(found, "birthplace", root, f"{PATIENT}/h:birthplace/h:place/h:addr/h:county")


def _add_people(found: Facts, root: XmlNode) -> None:
    author = "h:author/h:assignedAuthor"
    signer = "h:legalAuthenticator/h:assignedEntity"
    _add(found, "author_id", root, f"{author}/h:id", "extension")
    _add(found, "structure_name", root, f"{author}/h:representedOrganization/h:name")
    organisation = f"h:representedOrganization/h:id[@root='{STRUCTURE}']"
    _add(found, "structure_id", root, f"{author}/{organisation}", "extension")
    _add(found, "signer_id", root, f"{signer}/h:id", "extension")
    _add(found, "signer_structure_id", root, f"{signer}/{organisation}", "extension")


def _add_event(found: Facts, event: XmlNode) -> None:
    """An act that has a study: its codes, times and structure."""
    _add(found, "study", event, "h:id", "root")
    _add(found, "act", event, "h:code", "displayName")
    _add(found, "act_code", event, "h:code", "code")
    for translation in event.all("h:code/h:translation"):
        names = [one.get("code") for one in translation.all("h:qualifier/h:name")]
        if MODALITY in names:
            found.add("modality", fact(translation, translation.get("code"), "@code"))
        elif REGION in names:
            found.add("region", fact(translation, translation.get("code"), "@code"))
    _add(found, "start", event, "h:effectiveTime/h:low", "value")
    _add(found, "stop", event, "h:effectiveTime/h:high", "value")
    organisation = "h:performer/h:assignedEntity/h:representedOrganization"
    _add(found, "practice", event, f"{organisation}/h:standardIndustryClassCode", "code")
