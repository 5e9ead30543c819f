"""Persons, devices and institutions of a submission (CI-SIS, partage de documents)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.xds import schemes
from validators.xds.subject import Submission, registry_objects, rule

PROFESSIONALS = "&1.2.250.1.71.4.2.1&ISO"
STRUCTURES = "&1.2.250.1.71.4.2.2&ISO"
PERSON_TYPES = ("IDNPS", "RPPS", "EI", "INTRN", "NDP")
AUTHORS = (schemes.ENTRY_AUTHOR, schemes.SET_AUTHOR)


def _author_values(submission: Submission, name: str) -> list[XmlNode]:
    path = f"{{*}}Slot[@name='{name}']/{{*}}ValueList/{{*}}Value"
    return [
        value
        for one in registry_objects(submission)
        for scheme in AUTHORS
        for author in one.classifications(scheme)
        for value in author.all(path)
    ]


def persons(submission: Submission) -> Iterable[XmlNode]:
    """Authors and legal authenticators."""
    signers = [one for entry in submission.entries for one in entry.values("legalAuthenticator")]
    return [*_author_values(submission, "authorPerson"), *signers]


def institutions(submission: Submission) -> Iterable[XmlNode]:
    return _author_values(submission, "authorInstitution")


def _components(text: str, count: int) -> list[str]:
    parts = text.split("^")
    return parts + [""] * (count - len(parts))


@rule("XDS-AUT-01", over=persons, verifies=("XDS-AUT-01",))
def person_malformed(node: XmlNode) -> Iterator[Defect]:
    """A person or device has its identifier, national authority, name type and identifier type.

    Why: the DMP knows professionals by their national identifier alone.
    Fix: write id^FAMILY^GIVEN^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS; U and EI for a device.
    """
    parts = _components(node.text, 13)
    good = (
        parts[0]
        and parts[1]
        and parts[8] == PROFESSIONALS
        and parts[9] in ("D", "U")
        and parts[12] in PERSON_TYPES
    )
    if not good:
        yield node.defect(expected=f"id^^^^^^^^{PROFESSIONALS}^D^^^IDNPS", actual=node.text)


@rule("XDS-AUT-02", over=institutions, verifies=("XDS-AUT-02",))
def institution_malformed(node: XmlNode) -> Iterator[Defect]:
    """An institution has its name, national authority, type and identifier.

    Why: the DMP knows structures by their national identifier alone.
    Fix: write name^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^id.
    """
    parts = _components(node.text, 10)
    if not (parts[0] and parts[5] == STRUCTURES and parts[6] and parts[9]):
        yield node.defect(expected=f"name^^^^^{STRUCTURES}^IDNST^^^id", actual=node.text)
