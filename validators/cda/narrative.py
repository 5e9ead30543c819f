"""What holds the structured body together: references to the narrative, declared templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from validators.cda.subject import V3, Cda, rule
from validators.model import Defect
from validators.reading.xml import XmlNode

ROOTS = (
    "2.16.840.1.113883.",
    "1.2.250.1.213.",
    "1.2.840.10008.9.",
    "1.3.6.1.4.1.19376.",
)
"""What the templates of HL7, CI-SIS, DICOM PS3.20 and IHE begin with."""


def inner_references(cda: Cda) -> list[XmlNode]:
    """The references to a place of the document itself."""
    if cda.body is None:
        return []
    found = cda.body.element.iter(f"{{{V3}}}reference")
    return [XmlNode(one) for one in found if (one.get("value") or "").strip().startswith("#")]


def templates(cda: Cda) -> list[XmlNode]:
    found = cda.root.element.iter(f"{{{V3}}}templateId")
    return [XmlNode(one) for one in found if one.get("root")]


@rule("CDA-B3-20", over=inner_references, verifies=("CDA-B3-20",), bulk=True)
def reference_to_nothing(references: Sequence[XmlNode]) -> Iterator[Defect]:
    """Every reference of an entry leads to a place of the narrative.

    Why: a reader shows the text of the entry from there, and would show nothing.
    Fix: write ID on the content that is meant, and the same value after #.
    """
    root = references[0].element.getroottree().getroot()
    known = {one.get("ID") for one in root.iter() if "ID" in one.attrib}
    for one in references:
        if one.get("value")[1:] not in known:
            name = one.get("value")[1:]
            yield one.defect(expected=f"@ID={name}", actual=one.get("value"), child="@value")


@rule("CDA-B3-22", over=templates, verifies=("CDA-B3-22",))
def template_of_an_unknown_root(template: XmlNode) -> Iterator[Defect]:
    """Declared templates are those of HL7, IHE, DICOM or CI-SIS.

    Why: for information: a mistyped template, 2.16.840.1.11383 for 113883, declares nothing.
    Fix: compare the identifier with that of the volume.
    """
    if not template.get("root").startswith(ROOTS):
        yield template.defect(
            expected=" | ".join(f"{one}*" for one in ROOTS), actual=template.get("root"),
            child="@root",
        )  # fmt: skip
