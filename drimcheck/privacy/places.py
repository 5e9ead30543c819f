"""Where identities stand in the documents that are judged, by the paths of their findings.

What is masked is what names a person or lets somebody in: identifiers, names, addresses,
credentials. Dates of birth, sex, codes of places and identifiers of exams stay: findings about them
would say nothing without.
"""

from __future__ import annotations

import re
from functools import cache

from validators.identifiers import BIRTHPLACE

NAME, IDENTIFIER, CONTACT, CREDENTIAL = "NAME", "ID", "CONTACT", "TOKEN"

_NAMES = (
    r"PID-[569]\b", r"NK1-2\b", r"PV1-(?:7|8|9|17|52)\b", r"OBR-(?:16|28|32|33|34|35)\b",
    r"ORC-(?:10|11|12|19)\b", r"ROL-4\b", r"OBX(?:\[\d+\])?-16\b", r"TXA-(?:5|9|10|11|22)\b",
    r"\bPRT(?:\[\d+\])?-\d+",
    r"/name(?:\[[^\]]*\])?(?:/text\(\))?$",
    r"/(?:patient|assignedPerson|guardianPerson|relatedPerson)/name(?:\[[^\]]*\])?/",
    r"/(?:family|given|prefix|suffix)(?:\[[^\]]*\])*(?:/text\(\))?$",
    r"\bname(?:\[\d+\])?\.(?:family|given|text)(?:\[\d+\])?$",
    r"^(?:used_)?(?:family|given)$", r"\b(?:given|family|preferred_user)_?name$",
    r"\b(?:nom|Nom|NOM|prenom|Prenom|PRENOM)\w*$",
)  # fmt: skip
_IDENTIFIERS = (
    r"\(0010,0020\)$", r"\(0010,1000\)$", r"\(0010,2000\)$",
    r"PID-(?:2|3|4|18|19|20)\b",
    r"/(?:patientRole|assigned\w+|associatedEntity)/id(?:\[[^\]]*\])?(?:/@extension)?$",
    r"\b[Pp]atient_?I[Dd]$", r"\bidentifier(?:\[\d+\])?\.value$", r"resource-id\]?$",
    r"PatientId\]", r"(?:local_id|author_id|signer_id|ins)$",
)  # fmt: skip
_CONTACTS = (
    r"\(0010,1040\)$", r"\(0010,2154\)$", r"\(0010,2155\)$", r"\(0010,4000\)$",
    r"\(0010,21B0\)$", r"PID-(?:11|13|14)(?:\[\d+\])?$",
    r"/(?:streetAddressLine|streetName|houseNumber)(?:\[[^\]]*\])?$", r"/telecom[^/]*/@value$",
)  # fmt: skip
_CREDENTIALS = (r"(?i)(?:^|\s)(?:(?:proxy-)?authorization|(?:set-)?cookie)\b",)
_SLOT = re.compile(r"/Slot(?:\[[^\]]*\])?/ValueList/Value(?:\[\d+\])?$")
"""A value of XDS metadata: it names a person where it has components (ITI TF-3 4.2.3)."""
_TAG = re.compile(r"\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)$")

PLACES = tuple(
    (kind, re.compile("|".join(patterns)))
    for kind, patterns in (
        (NAME, _NAMES),
        (IDENTIFIER, _IDENTIFIERS),
        (CONTACT, _CONTACTS),
        (CREDENTIAL, _CREDENTIALS),
    )
)

FIELDS = {
    "ins": IDENTIFIER, "local_id": IDENTIFIER, "author_id": IDENTIFIER, "signer_id": IDENTIFIER,
    "family": NAME, "given": NAME, "given_names": NAME, "used_family": NAME, "used_given": NAME,
}  # fmt: skip
"""The fields of a comparison that name a person."""


def kind_of_value(path: str, value: str) -> str:
    """What a value at this path names of a person; "" where it names nobody."""
    if "^" in value and _SLOT.search(path):
        return NAME
    if path.endswith("(0010,4000)") and BIRTHPLACE.fullmatch(value):
        return ""
    return kind_of(path)


@cache
def kind_of(path: str) -> str:
    """What stands at this path of a person; "" where it names nobody."""
    found = _TAG.search(path)
    if found and int(found[1] + found[2], 16) in _person_names():
        return NAME
    return next((kind for kind, pattern in PLACES if pattern.search(path)), "")


@cache
def _person_names() -> frozenset[int]:
    """The data elements that are names of persons (PS3.6 6: VR PN)."""
    from validators.catalogue.tables import data_dictionary

    return frozenset(tag for tag, one in data_dictionary().items() if "PN" in one.vrs)
