"""The objects of an ebXML registry that XDS is made of (ebRIM 3.0; ITI TF-3 4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml.builder import ElementMaker

from reference_drimbox.vihf import Code
from reference_drimbox.xml import Element

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
QUERY = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
XDS = "urn:ihe:iti:xds-b:2007"
PREFIXES = {"rim": RIM, "rs": RS, "lcm": LCM, "query": QUERY, "xds": XDS}

EXTRINSIC = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
SET_NODE = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
SET_PATIENT = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SET_SOURCE = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
SET_UNIQUE = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
SET_AUTHOR = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
SET_CONTENT = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
ENTRY_PATIENT = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
ENTRY_UNIQUE = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
ENTRY_AUTHOR = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
CLASS_CODE = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
TYPE_CODE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
FORMAT_CODE = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
FACILITY = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
PRACTICE = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
EVENT = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"

HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
SIGNS = "urn:ihe:iti:2007:AssociationType:signs"
REPLACES = "urn:ihe:iti:2007:AssociationType:RPLC"
UPDATES_STATUS = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
DELETED = "urn:asip:ci-sis:2010:StatusType:Deleted"
REFERENCE_IDS = "urn:ihe:iti:xds:2013:referenceIdList"

rim, lcm, query, xds = (
    ElementMaker(namespace=one, nsmap=PREFIXES) for one in (RIM, LCM, QUERY, XDS)
)


def slot(name: str, *values: str) -> Element:
    made: Element = rim.Slot(rim.ValueList(*(rim.Value(value) for value in values)), name=name)
    return made


def name(text: str) -> Element:
    made: Element = rim.Name(_localized(text))
    return made


def description(text: str) -> Element:
    made: Element = rim.Description(_localized(text))
    return made


def _localized(text: str) -> Element:
    language = {"{http://www.w3.org/XML/1998/namespace}lang": "FR"}
    made: Element = rim.LocalizedString(language, charset="UTF8", value=text)
    return made


class RegistryObject:
    """Makes the classifications and identifiers of one object, whose ids follow its own."""

    def __init__(self, identifier: str) -> None:
        self.id = identifier
        self._count = 0

    def _next(self) -> str:
        self._count += 1
        return f"{self.id}-{self._count}"

    def _classified(self, scheme: str, node: str, *children: Element) -> Element:
        made: Element = rim.Classification(
            *children,
            classificationScheme=scheme,
            classifiedObject=self.id,
            id=self._next(),
            nodeRepresentation=node,
        )
        return made

    def coded(self, scheme: str, code: Code) -> Element:
        return self._classified(
            scheme, code.code, slot("codingScheme", code.system), name(code.display)
        )

    def author(self, scheme: str, person: str, institution: str) -> Element:
        return self._classified(
            scheme, "", slot("authorPerson", person), slot("authorInstitution", institution)
        )

    def node(self, classification: str) -> Element:
        made: Element = rim.Classification(
            classificationNode=classification, classifiedObject=self.id, id=self._next()
        )
        return made

    def identifier(self, scheme: str, value: str, title: str) -> Element:
        made: Element = rim.ExternalIdentifier(
            name(title),
            id=self._next(),
            identificationScheme=scheme,
            registryObject=self.id,
            value=value,
        )
        return made


def association(
    identifier: str, kind: str, source: str, target: str, slots: Sequence[Element] = ()
) -> Element:
    made: Element = rim.Association(
        *slots, associationType=kind, id=identifier, sourceObject=source, targetObject=target
    )
    return made


def slot_values(owner: Element, named: str) -> list[str]:
    """The values of an object's own slot."""
    path = f"rim:Slot[@name='{named}']/rim:ValueList/rim:Value"
    return [(one.text or "").strip() for one in owner.findall(path, PREFIXES)]


def identifier_of(owner: Element, scheme: str) -> str:
    """The value of an external identifier; "" where there is none."""
    path = f"rim:ExternalIdentifier[@identificationScheme='{scheme}']"
    found = owner.find(path, PREFIXES)
    return "" if found is None else found.get("value", "")


def codes_of(owner: Element, scheme: str) -> list[Code]:
    """The codes of a classification scheme."""
    path = f"rim:Classification[@classificationScheme='{scheme}']"
    found = []
    for one in owner.findall(path, PREFIXES):
        shown = one.find("rim:Name/rim:LocalizedString", PREFIXES)
        display = "" if shown is None else shown.get("value", "")
        system = "".join(slot_values(one, "codingScheme")[:1])
        found.append(Code(one.get("nodeRepresentation", ""), system, display))
    return found
