"""Institution of the document in XON form (PS3.3 C.7.5.1; DRIM-M A.2; MADO 6.X.2.7)."""

from __future__ import annotations

from collections.abc import Iterator

from validators.kos import tags
from validators.kos.subject import Kos, rule
from validators.model import Defect
from validators.reading.dicom import Element

IDENTIFIER = 9
"""Index of XON-10, Organization Identifier (HL7 v2.5 2.A.88)."""


def institution_name(kos: Kos) -> Iterator[Element]:
    element = kos.root.elements.get(tags.INSTITUTION_NAME)
    if element is not None and element.text:
        yield element


@rule("KOS-EQU-03", over=institution_name, verifies=("DRIM-A-GEN-08-XON", "IHE-MA31-XON"))
def institution_without_identifier(element: Element) -> Iterator[Defect]:
    """Institution Name (0008,0080) has the name of the structure and, after nine carets, its id.

    Why: structures are matched by their identifier; names are written in many ways.
    Fix: write <name>^^^^^^^^^<identifier>, both as in the author of the report.
    """
    parts = [part.strip() for part in element.text.split("^")]
    if len(parts) != IDENTIFIER + 1 or not parts[0] or not parts[IDENTIFIER]:
        yield element.defect(expected="<name>^^^^^^^^^<identifier>", actual=element.text)
