"""The attributes of the VIHF (DRIM-M F-VI-02, F-VI-03)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validators.conversation.subject import Conversation
from validators.conversation.turn import hint
from validators.dmp.queries import CX
from validators.dmp.select import RESOURCE_ID, Vihf, patient, rule, vihfs
from validators.identifiers import INS_OIDS
from validators.model import Defect

ROLE = "urn:oasis:names:tc:xacml:2.0:subject:role"
PURPOSE = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"
SUBJECT_ID = "urn:oasis:names:tc:xspa:1.0:subject:subject-id"
SECTOR, RESOURCE = "Secteur_Activite", "Ressource_URN"
MANDATORY = (
    "VIHF_Version",
    ROLE,
    SECTOR,
    RESOURCE,
    PURPOSE,
    SUBJECT_ID,
    "Authentification_Mode",
    "Identifiant_Structure",
    "LPS_ID_HOMOLOGATION_DMP",
    "LPS_Nom",
)
PROFESSIONS, PURPOSES = "1.2.250.1.71.1.2.7", "1.2.250.1.213.1.1.4.248"
_SECTOR = re.compile(r"SA[0-9]{2}\^1\.2\.250\.1\.71\.4\.2\.4")


def _having(name: str, found: Conversation) -> list[Vihf]:
    return [one for one in vihfs(found) if one.values(name)]


def with_role(found: Conversation) -> list[Vihf]:
    return _having(ROLE, found)


def with_sector(found: Conversation) -> list[Vihf]:
    return _having(SECTOR, found)


def with_resource(found: Conversation) -> list[Vihf]:
    return _having(RESOURCE, found)


def with_purpose(found: Conversation) -> list[Vihf]:
    return _having(PURPOSE, found)


def of_a_patient(found: Conversation) -> list[Vihf]:
    """The assertions with a record, in a request that names its patient."""
    return [one for one in _having(RESOURCE_ID, found) if patient(one.turn)]


@rule("F-VI-03", over=vihfs, verifies=("F-VI-03",))
def attribute_absent(node: Vihf) -> Iterator[Defect]:
    """The assertion has every mandatory attribute, with a value.

    Why: the DMP refuses an assertion that lacks one.
    Fix: write the ten attributes; LPS_ID_HOMOLOGATION_DMP is the number of the homologation.
    """
    for name in MANDATORY:
        found = node.values(name)
        if not found or not (found[0].text or len(found[0].element)):
            yield node.defect(expected="1", child=f"Attribute[{name}]")


@rule("F-VI-02-ROLE", over=with_role, verifies=("F-VI-02-ROLE",))
def role_of_another_system(node: Vihf) -> Iterator[Defect]:
    """The role has the code of a profession, as a CE.

    Why: the rights in the record are those of the profession.
    Fix: write Role with code, codeSystem 1.2.250.1.71.1.2.7 and xsi:type CE.
    """
    rows = [row for value in node.values(ROLE) for row in value.all("{*}Role")]
    systems = [row.get("codeSystem") for row in rows if row.get("code")]
    if PROFESSIONS not in systems:
        actual = " ".join(systems) or None
        yield node.defect(expected=PROFESSIONS, actual=actual, child=f"Attribute[{ROLE}]")
    for row in rows:
        kind = row.get("{http://www.w3.org/2001/XMLSchema-instance}type").rpartition(":")[2]
        if kind != "CE":
            yield row.defect(expected="CE", actual=kind or None, child="@type")


@rule("F-VI-02-SECTOR", over=with_sector, verifies=("F-VI-02-SECTOR",))
def sector_malformed(node: Vihf) -> Iterator[Defect]:
    """The sector of activity is a code SAxx with its scheme.

    Why: rights depend on where the professional works.
    Fix: write SAxx^1.2.250.1.71.4.2.4.
    """
    found = node.attribute(SECTOR)
    if not _SECTOR.fullmatch(found):
        child = f"Attribute[{SECTOR}]"
        yield node.defect(expected="SAxx^1.2.250.1.71.4.2.4", actual=found or None, child=child)


@rule("F-VI-02-URN", over=with_resource, verifies=("F-VI-02-URN",))
def resource_is_another(node: Vihf) -> Iterator[Defect]:
    """The resource is urn:dmp.

    Why: an assertion for another system opens no record.
    Fix: write Ressource_URN urn:dmp.
    """
    found = node.attribute(RESOURCE)
    if found != "urn:dmp":
        yield node.defect(expected="urn:dmp", actual=found or None, child=f"Attribute[{RESOURCE}]")


@rule("F-VI-02-PURPOSE", over=with_purpose, verifies=("F-VI-02-PURPOSE",))
def purpose_is_another(node: Vihf) -> Iterator[Defect]:
    """The purpose is normal access.

    Why: any other, such as an emergency, is told to the patient, and is not used by DRIM-M.
    Fix: write PurposeOfUse with code normal, codeSystem 1.2.250.1.213.1.1.4.248.
    """
    value = node.values(PURPOSE)[0].first("{*}PurposeOfUse")
    found = f"{value.get('code')}^{value.get('codeSystem')}" if value else None
    if found != f"normal^{PURPOSES}":
        yield node.defect(
            expected=f"normal^{PURPOSES}", actual=found, child=f"Attribute[{PURPOSE}]"
        )


@rule("F-VI-02-RESOURCE", over=vihfs, verifies=("F-VI-02-RESOURCE",))
def record_malformed(node: Vihf) -> Iterator[Defect]:
    """The assertion names its record by INS, as a CX.

    Why: the DMP opens the record that the assertion names.
    Fix: write <INS>^^^&<OID>&ISO^NH in resource-id.
    """
    found = node.attribute(RESOURCE_ID)
    read = CX.fullmatch(found)
    if read is None or "'" in found or read[2] not in INS_OIDS:
        child = f"Attribute[{RESOURCE_ID}]"
        yield node.defect(expected="INS^^^&OID&ISO^NH", actual=hint(found) or None, child=child)


@rule("F-VI-02-PATIENT", over=of_a_patient, verifies=("F-VI-02-PATIENT",))
def record_of_another(node: Vihf) -> Iterator[Defect]:
    """The record of the assertion is that of the patient of the request.

    Why: rights in one record would open another.
    Fix: write the same INS in resource-id and in the request.
    """
    found, wanted = node.attribute(RESOURCE_ID), patient(node.turn)
    if found != wanted:
        child = f"Attribute[{RESOURCE_ID}]"
        yield node.defect(expected=hint(wanted), actual=hint(found) or None, child=child)
