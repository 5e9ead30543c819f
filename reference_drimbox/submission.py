"""The submission of a KOS: its metadata and those of its signature (DRIM-M B.3; ITI TF-3 4.2)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lxml import etree

from reference_drimbox import ebxml
from reference_drimbox.cda import Order, Person, Report
from reference_drimbox.ebxml import RegistryObject, association, rim, slot
from reference_drimbox.masks import CODES, NORMAL
from reference_drimbox.signing import DS_NAMESPACE
from reference_drimbox.study import Study
from reference_drimbox.vihf import Code, cx
from reference_drimbox.xml import Element

KOS_ID, SIGNATURE_ID, SET_ID = "DocumentKOS", "Signature01", "SubmissionSet01"
PERSONS, STRUCTURES = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
DCM = "1.2.840.10008.2.16.4"
TITLE = "Reference d'Objets d'un Examen d'Imagerie"
KOS_CLASS = Code("31", "1.2.250.1.213.1.1.4.1", "Imagerie médicale")
KOS_TYPE = Code("IMG-KOS", "1.2.250.1.213.1.1.4.12",
                "Reference d'objets d'un examen d'imagerie")  # fmt: skip
KOS_FORMAT = Code(
    "1.2.840.10008.5.1.4.1.1.88.59",
    "1.2.840.10008.2.6.1",
    "Document de Références d'objets d'imagerie selon profil IHE RAD XDS-I",
)
CONTENT = Code("04", "1.2.250.1.213.2.2", "Hospitalisation de jour")
SIGNATURE_CLASS = Code("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature")
SIGNATURE_TYPE = Code("E1762", "ASTM", "Full Document")
SIGNATURE_FORMAT = Code(DS_NAMESPACE, "URN", "Default Signature Style")
SIGNATURE_EVENT = Code("1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12", "Source")
_TIME = re.compile(r"(\d{4,14})(?:\.\d+)?([+-]\d{4})?")


@dataclass(frozen=True, slots=True)
class Device:
    """The DRIMbox as the author of what it publishes; ``oid`` is its sourceId."""

    identifier: str
    name: str
    oid: str


@dataclass(frozen=True, slots=True)
class Lot:
    """What is submitted. ``replaces`` is the entryUUID of the KOS before, "" for the first."""

    report: Report
    orders: Sequence[Order]
    study: Study
    masks: Sequence[str]
    kos: bytes
    kos_uid: str
    submission_uid: str
    signature_uid: str
    at: datetime
    device: Device
    replaces: str = ""
    uris: tuple[str, str] = ("", "")


def request(lot: Lot, signature: bytes) -> bytes:
    """The lcm:SubmitObjectsRequest of a lot, as an XML document."""
    links = [
        association("as1", ebxml.HAS_MEMBER, SET_ID, KOS_ID, [_original()]),
        association("as2", ebxml.HAS_MEMBER, SET_ID, SIGNATURE_ID, [_original()]),
        association("as3", ebxml.SIGNS, SIGNATURE_ID, SET_ID),
    ]
    if lot.replaces:
        links.append(association("as4", ebxml.REPLACES, KOS_ID, lot.replaces))
    made = ebxml.lcm.SubmitObjectsRequest(
        rim.RegistryObjectList(
            _submission_set(lot), _kos_entry(lot), _signature_entry(lot, signature), *links
        )
    )
    return etree.tostring(made, xml_declaration=True, encoding="UTF-8")


def _original() -> Element:
    return slot("SubmissionSetStatus", "Original")


def utc(text: str, zone: str) -> str:
    """A time of HL7 as the DTM in UTC of XDS; one without offset is of the zone. "" for none."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return ""
    if len(found[1]) < 12:
        return found[1]
    digits = found[1].ljust(14, "0")
    try:
        if found[2]:
            moment = datetime.strptime(digits + found[2], "%Y%m%d%H%M%S%z")
        else:
            naive = datetime.strptime(digits, "%Y%m%d%H%M%S")
            moment = naive.replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return ""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def _created(lot: Lot) -> str:
    return lot.at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def _patient(lot: Lot) -> str:
    ins = lot.report.patient.ins
    return cx(ins.extension, ins.root)


def _device(lot: Lot) -> str:
    one = lot.device
    return f"{one.identifier}^{one.name}^ANS^^^^^^&{PERSONS}&ISO^U^^^EI"


def _institution(person: Person) -> str:
    return f"{person.structure_name}^^^^^&{STRUCTURES}&ISO^IDNST^^^{person.structure}"


def _authenticator(person: Person) -> str:
    return f"{person.identifier}^{person.family}^{person.given}^^^^^^&{PERSONS}&ISO^D^^^IDNPS"


def _submission_set(lot: Lot) -> Element:
    own = RegistryObject(SET_ID)
    made: Element = rim.RegistryPackage(
        slot("submissionTime", _created(lot)),
        ebxml.name("Lot de soumission"),
        ebxml.description(""),
        own.author(ebxml.SET_AUTHOR, _device(lot), _institution(lot.report.author)),
        own.coded(ebxml.SET_CONTENT, CONTENT),
        own.node(ebxml.SET_NODE),
        own.identifier(ebxml.SET_PATIENT, _patient(lot), "XDSSubmissionSet.patientId"),
        own.identifier(ebxml.SET_SOURCE, lot.device.oid, "XDSSubmissionSet.sourceId"),
        own.identifier(ebxml.SET_UNIQUE, lot.submission_uid, "XDSSubmissionSet.uniqueId"),
        id=SET_ID,
    )
    return made


def _slots(lot: Lot, language: str, times: tuple[str, str]) -> list[Element]:
    patient = lot.report.patient
    local = patient.local if patient.local.extension else patient.ins
    return [
        slot("creationTime", _created(lot)),
        slot("languageCode", language),
        slot("legalAuthenticator", _authenticator(lot.report.authenticator)),
        *(slot(name, value) for name, value in
          zip(("serviceStartTime", "serviceStopTime"), times, strict=True) if value),
        slot("sourcePatientId", f"{local.extension}^^^&{local.root}&ISO^PI"),
        slot(
            "sourcePatientInfo",
            f"PID-5|{patient.birth_name}^{patient.first_given}^^^^^L",
            f"PID-7|{patient.birth_date}",
            f"PID-8|{patient.sex}",
            f"PID-11|^^^^^^BDL^^{patient.birthplace}",
        ),
    ]  # fmt: skip


def _content(content: bytes, uri: str) -> list[Element]:
    made = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    slots = [slot("hash", made), slot("size", str(len(content)))]
    return [*slots, slot("URI", uri)] if uri else slots


def _references(lot: Lot) -> list[str]:
    """Accession numbers, orders, and the study (CXi, ITI TF-3 4.2.3.2.28)."""
    found = []
    for one in lot.orders:
        accession, placer = one.accession, one.placer
        found.append(f"{accession.extension}^^^&{accession.root}&ISO"
                     "^urn:ihe:iti:xds:2013:accession")  # fmt: skip
        found.append(f"{placer.extension}^^^&{placer.root}&ISO^urn:ihe:iti:xds:2013:order")
    return [*found, f"{lot.study.uid}^^^^urn:ihe:iti:xds:2016:studyInstanceUID"]


def _places(lot: Lot, own: RegistryObject) -> list[Element]:
    practice = lot.report.act_of(lot.study.uid).practice
    return [
        own.coded(ebxml.FACILITY, _shown(lot.report.facility)),
        own.coded(ebxml.PRACTICE, _shown(practice)),
    ]


def _shown(code: Code) -> Code:
    return Code(code.code, code.system, code.display or code.code)


def _kos_entry(lot: Lot) -> Element:
    own, act = RegistryObject(KOS_ID), lot.report.act_of(lot.study.uid)
    named = {one.code: one for one in act.modalities}
    modalities = [named.get(one, Code(one, DCM, one)) for one in lot.study.modalities]
    times = utc(act.low, _zone(lot)), utc(act.high, _zone(lot))
    masks = [CODES[one] for one in lot.masks]
    made: Element = rim.ExtrinsicObject(
        *_slots(lot, "fr-FR", times),
        *_content(lot.kos, lot.uris[0]),
        slot(ebxml.REFERENCE_IDS, *_references(lot)),
        ebxml.name(TITLE),
        ebxml.description("KOS"),
        own.author(ebxml.ENTRY_AUTHOR, _device(lot), _institution(lot.report.author)),
        own.coded(ebxml.CLASS_CODE, KOS_CLASS),
        own.coded(ebxml.TYPE_CODE, KOS_TYPE),
        *(own.coded(ebxml.CONFIDENTIALITY, one) for one in (NORMAL, *masks)),
        own.coded(ebxml.FORMAT_CODE, KOS_FORMAT),
        *_places(lot, own),
        *(own.coded(ebxml.EVENT, one) for one in (act.code,) if one.code),
        *(own.coded(ebxml.EVENT, Code(one.code, DCM, one.display)) for one in modalities),
        *(own.coded(ebxml.EVENT, one) for one in act.regions),
        own.identifier(ebxml.ENTRY_PATIENT, _patient(lot), "XDSDocumentEntry.patientId"),
        own.identifier(ebxml.ENTRY_UNIQUE, lot.kos_uid, "XDSDocumentEntry.uniqueId"),
        id=KOS_ID,
        mimeType="application/dicom",
        objectType=ebxml.EXTRINSIC,
    )
    return made


def _zone(lot: Lot) -> str:
    zone = lot.at.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


def _signature_entry(lot: Lot, signature: bytes) -> Element:
    own = RegistryObject(SIGNATURE_ID)
    hidden = (NORMAL, CODES["MASQUE_PS"], CODES["INVISIBLE_PATIENT"])
    made: Element = rim.ExtrinsicObject(
        *_slots(lot, "art", (_created(lot), _created(lot))),
        *_content(signature, lot.uris[1]),
        ebxml.name("Source"),
        ebxml.description(""),
        own.author(ebxml.ENTRY_AUTHOR, _device(lot), _institution(lot.report.author)),
        own.coded(ebxml.CLASS_CODE, SIGNATURE_CLASS),
        own.coded(ebxml.TYPE_CODE, SIGNATURE_TYPE),
        *(own.coded(ebxml.CONFIDENTIALITY, one) for one in hidden),
        own.coded(ebxml.FORMAT_CODE, SIGNATURE_FORMAT),
        *_places(lot, own),
        own.coded(ebxml.EVENT, SIGNATURE_EVENT),
        own.identifier(ebxml.ENTRY_PATIENT, _patient(lot), "XDSDocumentEntry.patientId"),
        own.identifier(ebxml.ENTRY_UNIQUE, lot.signature_uid, "XDSDocumentEntry.uniqueId"),
        id=SIGNATURE_ID,
        mimeType="text/xml",
        objectType=ebxml.EXTRINSIC,
    )
    return made
