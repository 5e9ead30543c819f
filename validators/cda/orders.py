"""The orders that the report fulfils: placer number and accession number (PS3.20)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validators.cda.subject import Cda, document, orders, rule
from validators.model import Defect
from validators.reading.xml import XmlNode

# Short String (PS3.5 6.2): 16 characters, no backslash, no control character; no outer blanks here.
_SHORT = re.compile(r"(?! )[^\\\x00-\x1f\x7f]{1,16}(?<! )")
CODE_SYSTEMS = "2.16.840.1.113883.6."


def accession_numbers(cda: Cda) -> list[XmlNode]:
    return cda.at(orders, "p:accessionNumber")


def placer_numbers(cda: Cda) -> list[XmlNode]:
    return cda.at(orders, "h:id")


@rule("CDA-ORD-06", over=accession_numbers, verifies=("CDA-ORD-06",))
def accession_number_not_as_in_dicom(number: XmlNode) -> Iterator[Defect]:
    r"""The accession number is one that DICOM can carry: 1 to 16 characters, no backslash.

    Why: the KOS and the images have it in (0008,0050), which holds no more.
    Fix: write in extension the accession number as the images have it.
    """
    found = number.element.get("extension")
    if found is None or not _SHORT.fullmatch(found):
        yield number.defect(expected=_SHORT.pattern, actual=found, child="@extension")


@rule("CDA-ORD-07", over=document, verifies=("CDA-ORD-07",))
def accession_number_of_two_authorities(root: XmlNode) -> Iterator[Defect]:
    """The same accession number does not stand under two authorities.

    Why: the DRIMbox finds the study by number and authority, and would find none, or another.
    Fix: write the OID of the system that gave the number.
    """
    seen: dict[str, str] = {}
    for number in root.all("h:inFulfillmentOf/h:order/p:accessionNumber"):
        value, authority = number.get("extension"), number.get("root")
        first = seen.setdefault(value, authority) if value else authority
        if first != authority:
            yield number.defect(expected=first, actual=authority, child="@root")


@rule("CDA-ORD-08", over=placer_numbers, verifies=("CDA-ORD-08",))
def authority_is_a_code_system(number: XmlNode) -> Iterator[Defect]:
    """The authority of a placer order number is not a code system.

    Why: 2.16.840.1.113883.6.96, for example, is SNOMED CT: it assigns no order numbers.
    Fix: write the OID of the system that assigned the number.
    """
    if number.get("root").startswith(CODE_SYSTEMS):
        expected = f"!= {CODE_SYSTEMS}*"
        yield number.defect(expected=expected, actual=number.get("root"), child="@root")
