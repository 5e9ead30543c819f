"""VIHF: the SAML assertion of the SOAP header (DRIM-M F.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.xds.patient import patient_ids
from validators.xds.subject import Submission, rule

VERSION, RESOURCE = "4.0", "urn:dmp"
RESOURCE_ID = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"


class Assertion(XmlNode):
    """An assertion, with the patient of its submission."""

    __slots__ = ("patient",)

    def __init__(self, node: XmlNode, patient: str) -> None:
        super().__init__(node.element)
        self.patient = patient

    def attribute(self, name: str) -> str:
        path = f"{{*}}AttributeStatement/{{*}}Attribute[@Name='{name}']/{{*}}AttributeValue"
        return self.value(path)


def assertions(submission: Submission) -> Iterable[Assertion]:
    root = submission.file.root
    if root is None or submission.request is None:
        return []
    found = patient_ids(submission)
    patient = found[0].get("value") if found else ""
    return [Assertion(one, patient) for one in root.all(".//{*}Header//{*}Assertion")]


@rule("XDS-VIHF-01", over=assertions, verifies=("XDS-VIHF-01",))
def assertion_of_another(node: Assertion) -> Iterator[Defect]:
    """The VIHF is of version 4.0, for urn:dmp, and names the patient of the submission.

    Why: the DMP opens the record that the assertion names, by the rules of its version.
    Fix: write VIHF_Version 4.0, Ressource_URN urn:dmp and resource-id equal to patient id.
    """
    wanted = {"VIHF_Version": VERSION, "Ressource_URN": RESOURCE, RESOURCE_ID: node.patient}
    for name, value in wanted.items():
        found = node.attribute(name)
        if found != value and value:
            yield node.defect(expected=value, actual=found or None, child=f"Attribute[{name}]")
