"""The submission of a KOS and of its signature (ITI-41; DRIM-M B.3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from testdata.exam import Exam, Study
from testdata.metadata.registry import (
    LCM,
    RIM,
    Element,
    RegistryObject,
    association,
    description,
    name,
    slot,
)
from testdata.people import PROFESSIONAL_OID, STRUCTURE_OID

EXTRINSIC = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
SUBMISSION_SET = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
SIGNS = "urn:ihe:iti:2007:AssociationType:signs"
REPLACES = "urn:ihe:iti:2007:AssociationType:RPLC"
REFERENCE_IDS = "urn:ihe:iti:xds:2013:referenceIdList"
KOS_ID, SIGNATURE_ID, SET_ID = "DocumentKOS", "Signature01", "SubmissionSet01"
NORMAL = ("N", "2.16.840.1.113883.5.25", "Normal")
MASKS = "1.2.250.1.213.1.1.4.13"
KOS_FORMAT = "1.2.840.10008.5.1.4.1.1.88.59"


@dataclass(frozen=True, slots=True)
class Lot:
    """One submission: the KOS of a study and its signature, as bytes.

    ``replaces`` is the entryUUID of the KOS that this one replaces; ``uris`` are those of the
    two files where the metadata lie beside them (ITI-32).
    """

    exam: Exam
    study: Study
    kos: bytes
    kos_uid: str
    signature: bytes
    created: str
    replaces: str = ""
    uris: tuple[str, str] = ("", "")

    @property
    def oid(self) -> str:
        """The unique id of the submission set."""
        return self.exam.seed.uid(f"submission {self.kos_uid}")

    @property
    def signature_oid(self) -> str:
        return self.exam.seed.uid(f"signature {self.kos_uid}")


def utc(local: str, zone: str) -> str:
    """A local time YYYYMMDDHHMMSS with its offset, as the DTM in UTC that XDS wants."""
    moment = datetime.strptime(local + zone, "%Y%m%d%H%M%S%z")
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def submit_objects_request(lot: Lot) -> bytes:
    """The lcm:SubmitObjectsRequest of a lot, as an XML document."""
    return etree.tostring(
        request_element(lot), xml_declaration=True, encoding="UTF-8", pretty_print=True
    )


def request_element(lot: Lot) -> Element:
    """The lcm:SubmitObjectsRequest of a lot."""
    links = [
        association(f"{SET_ID}-as1", HAS_MEMBER, SET_ID, KOS_ID, [_original()]),
        association(f"{SET_ID}-as2", HAS_MEMBER, SET_ID, SIGNATURE_ID, [_original()]),
        association(f"{SET_ID}-as3", SIGNS, SIGNATURE_ID, SET_ID),
    ]
    if lot.replaces:
        links.append(association(f"{SET_ID}-as4", REPLACES, KOS_ID, lot.replaces))
    return LCM.SubmitObjectsRequest(
        RIM.RegistryObjectList(_submission_set(lot), _kos_entry(lot), _signature_entry(lot), *links)
    )


def _original() -> Element:
    return slot("SubmissionSetStatus", "Original")


def patient_id(exam: Exam) -> str:
    """The INS as a CX (CI-SIS, partage)."""
    return f"{exam.patient.ins}^^^&{exam.patient.ins_oid}&ISO^NH"


def _device(exam: Exam) -> str:
    box = exam.drimbox
    return f"{box.identifier}^{box.name}^ANS^^^^^^&{PROFESSIONAL_OID}&ISO^U^^^EI"


def _institution(exam: Exam) -> str:
    one = exam.structure
    return f"{one.name}^^^^^&{STRUCTURE_OID}&ISO^IDNST^^^{one.identifier}"


def _signer(exam: Exam) -> str:
    one = exam.author
    return f"{one.identifier}^{one.family}^{one.given}^^^^^^&{PROFESSIONAL_OID}&ISO^D^^^IDNPS"


def _submission_set(lot: Lot) -> Element:
    exam, own = lot.exam, RegistryObject(SET_ID)
    return RIM.RegistryPackage(
        slot("submissionTime", lot.created),
        name("Lot de soumission"),
        description(""),
        own.author(
            "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d", _device(exam), _institution(exam)
        ),
        own.coded(
            "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500",
            "04",
            "1.2.250.1.213.2.2",
            "Hospitalisation de jour",
        ),
        own.node(SUBMISSION_SET),
        own.identifier(
            "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",
            patient_id(exam),
            "XDSSubmissionSet.patientId",
        ),
        own.identifier(
            "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832",
            exam.drimbox.oid,
            "XDSSubmissionSet.sourceId",
        ),
        own.identifier(
            "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8", lot.oid, "XDSSubmissionSet.uniqueId"
        ),
        id=SET_ID,
    )


def _common_slots(lot: Lot, language: str, times: tuple[str, str]) -> list[Element]:
    patient = lot.exam.patient
    return [
        slot("creationTime", lot.created),
        slot("languageCode", language),
        slot("legalAuthenticator", _signer(lot.exam)),
        slot("serviceStartTime", times[0]),
        slot("serviceStopTime", times[1]),
        slot("sourcePatientId", f"{patient.local_id}^^^&{patient.local_authority}&ISO^PI"),
        slot("sourcePatientInfo", *_traits(lot.exam)),
    ]


def _traits(exam: Exam) -> list[str]:
    one = exam.patient
    return [
        f"PID-5|{one.portrait.birth_name}^{one.first_given_name}^^^^^L",
        f"PID-7|{one.portrait.birth_date}",
        f"PID-8|{one.portrait.sex}",
        f"PID-11|^^^^^^BDL^^{one.portrait.birthplace}",
    ]


def _content_slots(content: bytes, uri: str) -> list[Element]:
    slots = [
        slot("hash", hashlib.sha1(content).hexdigest()),  # noqa: S324 - the hash of XDS
        slot("size", str(len(content))),
    ]
    return slots + [slot("URI", uri)] * bool(uri)


def _kos_entry(lot: Lot) -> Element:
    exam, study, own = lot.exam, lot.study, RegistryObject(KOS_ID)
    times = utc(study.started, exam.zone), utc(study.ended, exam.zone)
    return RIM.ExtrinsicObject(
        *_common_slots(lot, "fr-FR", times),
        *_content_slots(lot.kos, lot.uris[0]),
        slot(REFERENCE_IDS, *_references(study)),
        name("Reference d'Objets d'un Examen d'Imagerie"),
        description("KOS"),
        *_kos_codes(lot, own),
        own.identifier(
            "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
            patient_id(exam),
            "XDSDocumentEntry.patientId",
        ),
        own.identifier(
            "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", lot.kos_uid,
            "XDSDocumentEntry.uniqueId",
        ),
        id=KOS_ID,
        mimeType="application/dicom",
        objectType=EXTRINSIC,
    )  # fmt: skip


def _references(study: Study) -> list[str]:
    found = []
    for one in study.orders:
        found.append(f"{one.accession}^^^&{one.accession_oid}&ISO^urn:ihe:iti:xds:2013:accession")
        found.append(f"{one.placer_number}^^^&{one.placer_oid}&ISO^urn:ihe:iti:xds:2013:order")
    return [*found, f"{study.uid}^^^^urn:ihe:iti:xds:2016:studyInstanceUID"]


def _kos_codes(lot: Lot, own: RegistryObject) -> list[Element]:
    exam, act = lot.exam, lot.study.act
    event, facility = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4", exam.structure.sector
    shown = {plan.modality for plan in lot.study.series}
    modalities = [one for one in act.modalities if one.code in shown]
    return [
        own.author(
            "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d", _device(exam), _institution(exam)
        ),
        own.coded("urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a", "31", "1.2.250.1.213.1.1.4.1",
                  "Imagerie médicale"),
        own.coded("urn:uuid:f0306f51-975f-434e-a61c-c59651d33983", "IMG-KOS",
                  "1.2.250.1.213.1.1.4.12", "Reference d'objets d'un examen d'imagerie"),
        *_confidentiality(lot, own),
        own.coded("urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d", KOS_FORMAT,
                  "1.2.840.10008.2.6.1",
                  "Document de Références d'objets d'imagerie selon profil IHE RAD XDS-I"),
        own.coded("urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", facility,
                  "1.2.250.1.71.4.2.4", facility),
        own.coded("urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead", exam.structure.practice,
                  "1.2.250.1.213.1.1.4.9", exam.structure.practice.capitalize()),
        own.coded(event, act.loinc.code, "2.16.840.1.113883.6.1", act.loinc.display),
        *(own.coded(event, one.code, "1.2.840.10008.2.16.4", one.display) for one in modalities),
        own.coded(event, act.region.code, "2.16.840.1.113883.6.96", act.region.display),
    ]  # fmt: skip


def _confidentiality(lot: Lot, own: RegistryObject) -> list[Element]:
    """Normal, and the masks that the message asks for (DRIM-M B-XH-01)."""
    scheme, masking = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f", lot.exam.masking
    masks = (
        (masking.professionals, "MASQUE_PS", "Masqué aux professionnels de santé"),
        (masking.patient, "INVISIBLE_PATIENT", "Non visible par le patient"),
        (masking.representatives, "INVISIBLE_REPRESENTANTS_LEGAUX",
         "Non visible par les représentants légaux du patient"),
    )  # fmt: skip
    return [own.coded(scheme, *NORMAL)] + [
        own.coded(scheme, code, MASKS, display) for asked, code, display in masks if asked
    ]


def _signature_entry(lot: Lot) -> Element:
    exam, own = lot.exam, RegistryObject(SIGNATURE_ID)
    confidentiality = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
    return RIM.ExtrinsicObject(
        *_common_slots(lot, "art", (lot.created, lot.created)),
        *_content_slots(lot.signature, lot.uris[1]),
        name("Source"),
        description(""),
        own.author(
            "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d", _device(exam), _institution(exam)
        ),
        own.coded("urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a",
                  "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature"),
        own.coded("urn:uuid:f0306f51-975f-434e-a61c-c59651d33983", "E1762", "ASTM",
                  "Full Document"),
        own.coded(confidentiality, *NORMAL),
        own.coded(confidentiality, "MASQUE_PS", MASKS, "Masqué aux professionnels de santé"),
        own.coded(confidentiality, "INVISIBLE_PATIENT", MASKS, "Non visible par le patient"),
        own.coded("urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d",
                  "http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style"),
        own.coded("urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1", exam.structure.sector,
                  "1.2.250.1.71.4.2.4", exam.structure.sector),
        own.coded("urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead", exam.structure.practice,
                  "1.2.250.1.213.1.1.4.9", exam.structure.practice.capitalize()),
        own.coded("urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4", "1.2.840.10065.1.12.1.14",
                  "1.2.840.10065.1.12", "Source"),
        own.identifier("urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427", patient_id(exam),
                       "XDSDocumentEntry.patientId"),
        own.identifier("urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab", lot.signature_oid,
                       "XDSDocumentEntry.uniqueId"),
        id=SIGNATURE_ID,
        mimeType="text/xml",
        objectType=EXTRINSIC,
    )  # fmt: skip
