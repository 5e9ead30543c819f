"""Reference id list: accession number, study, order (ITI TF-3 4.2.3.1.7; CI-SIS J231)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from validators.identifiers import is_oid, is_uid
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.xds import schemes
from validators.xds.subject import Entry, Submission, kos_entries, rule

TYPES = (schemes.ACCESSION, schemes.ORDER, schemes.STUDY)
TERMINOLOGIES = "2.16.840.1.113883.6."


class Cxi(NamedTuple):
    """A reference id: value, authority and type (HL7 CX as XDS extends it)."""

    value: str
    authority: str
    type: str

    @property
    def oid(self) -> str:
        parts = self.authority.split("&")
        return parts[1] if len(parts) == 3 and parts[2] == "ISO" and not parts[0] else ""


def cxi(text: str) -> Cxi:
    """The parts of a reference id; absent ones are empty."""
    parts = text.split("^") + [""] * 5
    return Cxi(parts[0], parts[3], parts[4])


def references(submission: Submission) -> list[XmlNode]:
    """The reference ids of the KOS."""
    return [one for entry in kos_entries(submission) for one in entry.values(schemes.REFERENCE_IDS)]


def studies(submission: Submission) -> Iterable[XmlNode]:
    return [one for one in references(submission) if cxi(one.text).type == schemes.STUDY]


def assigned(submission: Submission) -> Iterable[XmlNode]:
    """Accession numbers and orders."""
    wanted = (schemes.ACCESSION, schemes.ORDER)
    return [one for one in references(submission) if cxi(one.text).type in wanted]


def orders(submission: Submission) -> Iterable[XmlNode]:
    return [one for one in references(submission) if cxi(one.text).type == schemes.ORDER]


@rule("XDS-REF-01", over=kos_entries, verifies=("XDS-REF-01",))
def reference_absent(entry: Entry) -> Iterator[Defect]:
    """The reference id list of a KOS holds accession number, Study Instance UID and order.

    Why: the consumer finds the KOS of an exam by the accession number or the study.
    Fix: write the three, each with its type, in urn:ihe:iti:xds:2013:referenceIdList.
    """
    found = {cxi(one.text).type for one in entry.values(schemes.REFERENCE_IDS)}
    for wanted in TYPES:
        if wanted not in found:
            yield entry.defect(expected=wanted, child=f"Slot[{schemes.REFERENCE_IDS}]")


@rule("XDS-REF-03", over=studies, verifies=("XDS-REF-03",))
def study_with_authority(node: XmlNode) -> Iterator[Defect]:
    """The Study Instance UID has no assigning authority, and is a UID.

    Why: a UID is unique in the world by itself; a placeholder authority makes queries miss it.
    Fix: write <Study Instance UID>^^^^urn:ihe:iti:xds:2016:studyInstanceUID.
    """
    found = cxi(node.text)
    if found.authority or not is_uid(found.value):
        yield node.defect(expected=f"UID^^^^{schemes.STUDY}", actual=node.text)


@rule("XDS-REF-04", over=assigned, verifies=("XDS-REF-04",))
def reference_without_authority(node: XmlNode) -> Iterator[Defect]:
    """Accession number and order have an assigning authority: &OID&ISO.

    Why: the same number exists at other sites.
    Fix: write <number>^^^&<OID>&ISO^<type>.
    """
    found = cxi(node.text)
    if not found.value or not is_oid(found.oid):
        yield node.defect(expected="^^^&OID&ISO^", actual=node.text)


@rule("XDS-REF-05", over=orders, verifies=("XDS-REF-05",))
def order_authority_is_a_terminology(node: XmlNode) -> Iterator[Defect]:
    """The authority of the order is not the OID of a terminology.

    Why: a terminology assigns codes, not orders; old test data have this dummy value.
    Fix: write the OID under which the site assigns its orders.
    """
    found = cxi(node.text).oid
    if found.startswith(TERMINOLOGIES):
        yield node.defect(expected=f"!= {TERMINOLOGIES}*", actual=found)


@rule("XDS-REF-06", over=references, verifies=("XDS-REF-06",))
def reference_of_unknown_type(node: XmlNode) -> Iterator[Defect]:
    """The type of each reference id is one of the value set.

    Why: a query names the type; an id of another type is never found.
    Fix: write the type of the value set J231.
    """
    found = cxi(node.text).type
    if found not in TYPES:
        yield node.defect(expected=" | ".join(TYPES), actual=found or None)
