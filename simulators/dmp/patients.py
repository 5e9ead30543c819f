"""Services ``patients`` and ``habilitations``: may this professional look (F-TD-01, F-TD-02)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from lxml.builder import ElementMaker

from simulators.dmp.names import HL7, PREFIXES
from simulators.dmp.problem import Fault
from simulators.dmp.soap import Answer, Received
from simulators.dmp.store import FORBIDDEN, VALID, Store

EXISTS, EXISTS_ANSWER = f"{HL7}:PRPA_IN201307UV02", f"{HL7}:PRPA_IN201308UV02"
RESOURCE = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
REASON, ADDITION = "TEST_EXST", "AJOUT"
_v3 = ElementMaker(namespace=HL7, nsmap={None: HL7})


def exists(store: Store, asked: Received) -> Answer:
    """TD0.2: VALIDE where there is a record that may be looked into, else INTERDIT."""
    reasons = [one.get("code") for one in asked.payload.iterfind(".//hl7:reasonCode", PREFIXES)]
    if REASON not in reasons:
        raise Fault(f"reasonCode is not {REASON}")
    path = ".//hl7:patientIdentifier/hl7:value"
    value = asked.payload.find(path, PREFIXES)
    if value is None or not value.get("root") or not value.get("extension"):
        raise Fault("patientIdentifier/value is missing")
    patient = f"{value.get('extension')}^^^&{value.get('root')}&ISO^NH"
    found = store.authorisation(patient)
    told = _v3.PRPA_IN201308UV02(
        _v3.id(root=str(uuid4())),
        _v3.creationTime(value=datetime.now(UTC).strftime("%Y%m%d%H%M%S")),
        _v3.interactionId(root="2.16.840.1.113883.1.6", extension="PRPA_IN201308UV02"),
        _v3.acknowledgement(_v3.typeCode(code="AA")),
        _v3.controlActProcess(
            _v3.administrativeObservation(
                _v3.code(code="AUTORISATION"), _v3.value(code=found or FORBIDDEN)
            ),
            _v3.queryAck(
                _v3.statusCode(code="deliveredResponse"),
                _v3.queryResponseCode(code="OK" if found else "NF"),
            ),
        ),
    )
    return Answer(EXISTS_ANSWER, told)


def authorise(store: Store, asked: Received) -> Answer:
    """TD0.3: the relation of treatment is declared, and opens the record that the VIHF names.

    The message is in no public document: what is looked for is ``AJOUT``, wherever it stands.
    """
    texts = [text for one in asked.payload.iter("*") for text in (one.text, *one.attrib.values())]
    if ADDITION not in (str(one).strip() for one in texts if one):
        raise Fault(f"setAuthorization without {ADDITION}")
    patient = asked.attribute(RESOURCE)
    if not store.authorisation(patient):
        raise Fault("the VIHF names no record (resource-id)")
    store.admit(patient, VALID)
    name = asked.payload.tag.rpartition("}")
    maker = ElementMaker(namespace=name[0].lstrip("{") or None)
    return Answer(f"{asked.action}Response", maker(f"{name[2]}Response", status="OK"))
