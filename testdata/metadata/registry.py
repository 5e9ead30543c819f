"""The objects of an ebXML registry that XDS is made of (ebRIM 3.0; ITI TF-3 4.2)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from lxml.builder import ElementMaker

RIM_NAMESPACE = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
LCM_NAMESPACE = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
RIM = ElementMaker(namespace=RIM_NAMESPACE, nsmap={"rim": RIM_NAMESPACE, "lcm": LCM_NAMESPACE})
LCM = ElementMaker(namespace=LCM_NAMESPACE, nsmap={"rim": RIM_NAMESPACE, "lcm": LCM_NAMESPACE})

Element = etree._Element


def slot(name: str, *values: str) -> Element:
    return RIM.Slot(RIM.ValueList(*(RIM.Value(value) for value in values)), name=name)


def name(text: str) -> Element:
    return RIM.Name(_localized(text))


def description(text: str) -> Element:
    return RIM.Description(_localized(text))


def _localized(text: str) -> Element:
    language = {"{http://www.w3.org/XML/1998/namespace}lang": "FR"}
    return RIM.LocalizedString(language, charset="UTF8", value=text)


class RegistryObject:
    """Classifications and identifiers of one object, their ids made from its own."""

    def __init__(self, identifier: str) -> None:
        self.id = identifier
        self._count = 0

    def _next(self, kind: str) -> str:
        self._count += 1
        return f"{self.id}-{kind}{self._count}"

    def coded(self, scheme: str, code: str, coding: str, display: str) -> Element:
        """A code of the classification scheme ``scheme``."""
        return RIM.Classification(
            slot("codingScheme", coding),
            name(display),
            classificationScheme=scheme,
            classifiedObject=self.id,
            id=self._next("cla"),
            nodeRepresentation=code,
        )

    def author(self, scheme: str, person: str, institution: str) -> Element:
        return RIM.Classification(
            slot("authorPerson", person),
            slot("authorInstitution", institution),
            classificationScheme=scheme,
            classifiedObject=self.id,
            id=self._next("cla"),
            nodeRepresentation="",
        )

    def node(self, classification: str) -> Element:
        return RIM.Classification(
            classificationNode=classification, classifiedObject=self.id, id=self._next("cla")
        )

    def identifier(self, scheme: str, value: str, title: str) -> Element:
        return RIM.ExternalIdentifier(
            name(title),
            id=self._next("ei"),
            identificationScheme=scheme,
            registryObject=self.id,
            value=value,
        )


def association(
    identifier: str, kind: str, source: str, target: str, slots: Sequence[Element] = ()
) -> Element:
    return RIM.Association(
        *slots, associationType=kind, id=identifier, sourceObject=source, targetObject=target
    )
