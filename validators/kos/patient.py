"""Patient module and the French health identity INS (PS3.3 C.7.1.1; DRIM-M, patient identity)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from validators.identifiers import BIRTHPLACE, INS, ins_key, is_uid
from validators.kos import tags
from validators.kos.subject import Kos, identifier_items, rule, whole_document
from validators.model import Defect
from validators.reading.dicom import Element, Item
from validators.reading.dicom_tree import tag_text

ENTITY_ID_TYPES = ("DNS", "EUI64", "ISO", "URI", "UUID", "X400", "X500")
CODE_SYSTEMS = "2.16.840.1.113883.6."

_SYNTAX = {
    "DNS": re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*"),
    "EUI64": re.compile(r"(?:[0-9A-Fa-f]{2}[-:]?){7}[0-9A-Fa-f]{2}"),
    "URI": re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+"),
    "UUID": re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
}


def _valued(tag: int, kos: Kos) -> Iterator[Element]:
    element = kos.root.elements.get(tag)
    if element is not None and element.text:
        yield element


def patient_id(kos: Kos) -> Iterator[Element]:
    return _valued(tags.PATIENT_ID, kos)


def well_formed_ins(kos: Kos) -> Iterator[Element]:
    return (element for element in patient_id(kos) if INS.fullmatch(element.text))


def issuer_of_patient_id(kos: Kos) -> Iterator[Element]:
    return _valued(tags.ISSUER_OF_PATIENT_ID, kos)


def patient_name(kos: Kos) -> Iterator[Element]:
    return _valued(tags.PATIENT_NAME, kos)


def other_patient_names(kos: Kos) -> Iterator[Element]:
    return _valued(tags.OTHER_PATIENT_NAMES, kos)


def patient_comments(kos: Kos) -> Iterator[Element]:
    return _valued(tags.PATIENT_COMMENTS, kos)


def patient_authority(kos: Kos) -> Iterator[Element]:
    """The identifiers of the authority that assigned Patient ID."""
    for item in kos.root.items(tags.PATIENT_ID_QUALIFIERS):
        element = item.elements.get(tags.UNIVERSAL_ENTITY_ID)
        if element is not None and element.text:
            yield element


def other_patient_ids(kos: Kos) -> Iterator[Item]:
    """The other patient identifiers that have a value."""
    items = kos.root.items(tags.OTHER_PATIENT_IDS_SEQUENCE)
    return (item for item in items if item.text(tags.PATIENT_ID))


def comparable_patient_ids(kos: Kos) -> Iterator[Element]:
    """The sequence of other identifiers, where it and the document hold identifiers."""
    found = kos.root.elements.get(tags.OTHER_PATIENT_IDS_SEQUENCE)
    if found is not None and kos.root.text(tags.PATIENT_ID) and any(other_patient_ids(kos)):
        yield found


def typed_identifiers(kos: Kos) -> Iterator[Item]:
    """The authorities that have both an identifier and a type of identifier."""
    return (
        item
        for item in identifier_items(kos)
        if item.text(tags.UNIVERSAL_ENTITY_ID) and item.text(tags.UNIVERSAL_ENTITY_ID_TYPE)
    )


@rule("KOS-PAT-30", over=whole_document, verifies=("DCM-P07",))
def retired_other_patient_ids(root: Item) -> Iterator[Defect]:
    """The retired attribute Other Patient IDs (0010,1000) is absent.

    Why: it names no authority for its identifiers; readers no longer look at it.
    Fix: write the identifiers in Other Patient IDs Sequence (0010,1002).
    """
    if tags.OTHER_PATIENT_IDS in root.elements:
        child = tag_text(tags.OTHER_PATIENT_IDS)
        yield root.defect(expected="(0010,1002)", actual=child, child=child)


@rule("KOS-PAT-31", over=typed_identifiers, verifies=("DCM-P05-TYPE",))
def entity_id_type_unknown(item: Item) -> Iterator[Defect]:
    """The type of a Universal Entity ID is one of the defined terms.

    Why: without a known type nobody knows what kind of identifier the authority has.
    Fix: write ISO in (0040,0033) when (0040,0032) is an OID.
    """
    found = item.text(tags.UNIVERSAL_ENTITY_ID_TYPE)
    if found not in ENTITY_ID_TYPES:
        yield item.defect(expected=" | ".join(ENTITY_ID_TYPES), actual=found, child="(0040,0033)")


@rule("KOS-PAT-32", over=typed_identifiers, verifies=("DCM-P13",))
def entity_id_malformed(item: Item) -> Iterator[Defect]:
    """A Universal Entity ID has the syntax of its type.

    Why: authorities are compared by this identifier.
    Fix: write an OID for ISO, an absolute URI for URI, a UUID for UUID, a name for DNS.
    """
    kind = item.text(tags.UNIVERSAL_ENTITY_ID_TYPE)
    found = item.text(tags.UNIVERSAL_ENTITY_ID)
    good = is_uid(found) if kind == "ISO" else kind not in _SYNTAX or _SYNTAX[kind].fullmatch(found)
    if not good:
        yield item.defect(expected=kind, actual=found, child="(0040,0032)")


@rule("KOS-PAT-33", over=typed_identifiers, verifies=("DCM-P13-CS",))
def authority_is_a_code_system(item: Item) -> Iterator[Defect]:
    """The identifier of an authority is not that of a code system.

    Why: 2.16.840.1.113883.6.96, for example, is SNOMED CT: it assigns no order numbers.
    Fix: write the OID of the system that assigned the number.
    """
    found = item.text(tags.UNIVERSAL_ENTITY_ID)
    if found.startswith(CODE_SYSTEMS):
        yield item.defect(expected=f"!= {CODE_SYSTEMS}*", actual=found, child="(0040,0032)")


@rule("KOS-INS-01", over=patient_id, verifies=("DRIM-A-PAT-01", "DRIM-A-PAT-12"))
def patient_id_is_no_ins(element: Element) -> Iterator[Defect]:
    """Patient ID (0010,0020) is an INS: 13 characters of NIR or NIA and a key of two digits.

    Why: the DMP files the document under the INS; a local identifier names nobody there.
    Fix: write the qualified INS in (0010,0020); keep the local identifier out of it.
    """
    if not INS.fullmatch(element.text):
        yield element.defect(expected="INS, 15", actual=element.text)


@rule("KOS-INS-02", over=well_formed_ins, verifies=("DRIM-A-PAT-05",))
def ins_key_wrong(element: Element) -> Iterator[Defect]:
    """The key of the INS is that of its 13 characters.

    Why: a wrong key means a mistyped identifier: the record of someone else.
    Fix: take the INS from the identity service, not from a keyboard.
    """
    found = element.text
    expected = ins_key(found[:13])
    if found[13:] != expected:
        yield element.defect(expected=found[:13] + expected, actual=found)


@rule("KOS-INS-03", over=patient_authority, verifies=("DRIM-A-PAT-04",),
      parameters=("ins_authorities",))  # fmt: skip
def ins_authority_not_allowed(element: Element, allowed: list[str]) -> Iterator[Defect]:
    """The authority of Patient ID is an INS authority of the environment that is tested.

    Why: a test identity in production, or a real one in tests, must be noticed.
    Fix: write the OID of the INS that applies: NIR .8, NIA .9, test .10, demonstration .11.
    """
    if element.text not in allowed:
        yield element.defect(expected=" | ".join(allowed), actual=element.text)


@rule("KOS-INS-04", over=issuer_of_patient_id, verifies=("DRIM-A-PAT-02",),
      parameters=("ins_issuers",))  # fmt: skip
def ins_issuer_not_allowed(element: Element, allowed: list[str]) -> Iterator[Defect]:
    """Issuer of Patient ID (0010,0021) is the label of the INS.

    Why: readers that do not know the OID show this label beside the identifier.
    Fix: write ASIP-SANTE-INS-NIR, or ASIP-SANTE-INS-NIA for a provisional number.
    """
    if element.text not in allowed:
        yield element.defect(expected=" | ".join(allowed), actual=element.text)


@rule("KOS-INS-05", over=issuer_of_patient_id, verifies=("DRIM-A-PAT-02-NIA",))
def ins_issuer_unseen(element: Element) -> Iterator[Defect]:
    """Issuer of Patient ID (0010,0021) is the label seen in every official sample.

    Why: no official sample shows a provisional identifier (NIA) in a KOS.
    Fix: nothing, if the identifier is a NIA.
    """
    if element.text == "ASIP-SANTE-INS-NIA":
        yield element.defect(expected="ASIP-SANTE-INS-NIR", actual=element.text)


@rule("KOS-INS-06", over=patient_name, verifies=("DRIM-A-PAT-06",))
def patient_name_not_as_in_the_ins(element: Element) -> Iterator[Defect]:
    """Patient's Name (0010,0010) is in capitals without diacritics, birth name first.

    Why: the INS identity is written so; another spelling does not match it.
    Fix: write <birth name>^<first given name> as the identity service returns them.
    """
    found = element.text
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFD", found)
        if not unicodedata.combining(letter)
    ).upper()
    family = found.partition("^")[0].strip()
    if found != plain or not family:
        yield element.defect(expected=plain if family else "family^given", actual=found)


@rule("KOS-INS-07", over=patient_name, verifies=("DRIM-A-PAT-06-GIVEN",))
def patient_name_without_given_name(element: Element) -> Iterator[Defect]:
    """Patient's Name (0010,0010) has the first given name of birth as second component.

    Why: two patients of one family cannot be told apart by the birth name.
    Fix: write <birth name>^<first given name>.
    """
    components = element.text.split("^")
    if len(components) < 2 or not components[1].strip():
        yield element.defect(expected="family^given", actual=element.text)


@rule("KOS-INS-08", over=other_patient_names, verifies=("DRIM-A-PAT-07",))
def other_patient_names_not_as_agreed(element: Element) -> Iterator[Defect]:
    """Other Patient Names (0010,1001) is ^<given names of birth>, then at most the used name.

    Why: the reader shows the list of given names and the used name from here.
    Fix: write ^GIVEN NAMES, and as second value USED^GIVEN where the patient uses another name.
    """
    names = [name.rstrip("^") for name in element.values]
    family, _, given = names[0].partition("^")
    if family or not given or "^" in given:
        yield element.defect(expected="^given names", actual=names[0])
    if len(names) == 2 and (not names[1] or names[1].count("^") > 1):
        yield element.defect(expected="family^given", actual=names[1])
    if len(names) > 2:
        yield element.defect(expected="VM 1-2", actual=f"VM {len(names)}")


@rule("KOS-INS-09", over=patient_comments, verifies=("DRIM-A-PAT-10",))
def birthplace_code_malformed(element: Element) -> Iterator[Defect]:
    """Patient Comments (0010,4000) is the INSEE code of the birthplace, five characters.

    Why: the birthplace is one of the five traits of the INS identity. The table of communes
    is not part of this suite: the pattern alone is checked.
    Fix: write the code of the commune, or 99 and the code of the country.
    """
    if not BIRTHPLACE.fullmatch(element.text):
        yield element.defect(expected="[0-9]{5} | 2[AB][0-9]{3}", actual=element.text)


@rule("KOS-INS-10", over=comparable_patient_ids, verifies=("DRIM-A-PAT-11", "IHE-MA16"))
def patient_id_not_among_the_others(element: Element) -> Iterator[Defect]:
    """Other Patient IDs Sequence (0010,1002) repeats Patient ID with the same authority.

    Why: readers that only look at the sequence must find the main identifier there.
    Fix: add an item with the same identifier and the same qualifiers.
    """
    root = element.item
    main, authority = root.text(tags.PATIENT_ID), _authority(root)
    found = [(item.text(tags.PATIENT_ID), _authority(item)) for item in element.items or ()]
    # An authority that is not named is judged where it should stand.
    known = {authority, ""} if authority else {other for _, other in found}
    if not any(one == main and other in known for one, other in found):
        yield element.defect(
            expected=f"{main} {authority}", actual=" | ".join(" ".join(one) for one in found)
        )


def _authority(item: Item) -> str:
    found = item.items(tags.PATIENT_ID_QUALIFIERS)
    return found[0].text(tags.UNIVERSAL_ENTITY_ID) if found else ""


@rule("KOS-INS-11", over=other_patient_ids, verifies=("DRIM-A-PAT-12-OTHER",))
def other_identifier_present(item: Item) -> Iterator[Defect]:
    """Other Patient IDs Sequence (0010,1002) holds the INS and nothing else.

    Why: no official sample shows another identifier here; whether one may stand is open.
    Fix: nothing is required.
    """
    assert item.sequence is not None
    main = item.sequence.item.text(tags.PATIENT_ID)
    found = item.text(tags.PATIENT_ID)
    if main and found != main:
        yield item.defect(expected=main, actual=found, child="(0010,0020)")
