"""Mutants of values, associations, documents, signature, transport and answer."""

from __future__ import annotations

from base64 import encodebytes
from copy import deepcopy
from typing import Any

from testdata.exams import exam
from testdata.mutants.catalogue import Mutant
from testdata.mutants.rewriting import replace
from testdata.mutants.xds.bases import FORMAT_CODE, TYPE_CODE
from testdata.mutants.xds.changes import (
    KOS,
    NAMESPACES,
    SET,
    SIGNATURE,
    VALUE,
    add_value,
    attribute,
    coded,
    delete,
    edit,
    external,
    last,
    slot,
    text,
)
from testdata.mutants.xds.metadata import (
    AUTHOR,
    CODING,
    CONFIDENTIALITY,
    ENTRY_PATIENT,
    ENTRY_UNIQUE_ID,
    EVENTS,
)
from testdata.publication import Generation, kos_file

ALPHA = exam("alpha")
PATIENT = ALPHA.patient
ORDER = ALPHA.study.orders[0]
WRONG_KEY = PATIENT.ins_body + f"{(int(PATIENT.ins[13:]) + 1) % 97 or 97:02d}"
REFERENCES = slot(KOS, "urn:ihe:iti:xds:2013:referenceIdList")
TRAITS = slot(KOS, "sourcePatientInfo") + "/rim:ValueList"
MODALITY = f"{coded(KOS, EVENTS)}[@nodeRepresentation='CT']"
REGION = f"{coded(KOS, EVENTS)}[@nodeRepresentation='774007']"


def _every_patient(old: str, new: str) -> Any:
    """The same change of the patient id in the set and in each entry."""
    return lambda raw: raw.replace(old.encode(), new.encode())


def _in_base64(raw: bytes) -> bytes:
    """The part of the KOS in base64."""
    kos = kos_file(Generation(ALPHA, ALPHA.study))
    head = b"Content-Transfer-Encoding: binary\r\nContent-ID: <kos@drimcheck>"
    changed = raw.replace(head, head.replace(b"binary", b"base64"))
    return changed.replace(kos, encodebytes(kos).replace(b"\n", b"\r\n").rstrip())


def _another_kos(raw: bytes) -> bytes:
    """One more byte behind the KOS."""
    kos = kos_file(Generation(ALPHA, ALPHA.study))
    return raw.replace(kos, kos + b"\0")


def _association(root: Any, kind: str) -> None:
    one = root.xpath("//rim:Association", namespaces=NAMESPACES)[-1]
    one.set("associationType", f"urn:ihe:iti:2007:AssociationType:{kind}")


def _with_status(root: Any) -> None:
    """A submission set status on the association signs."""
    signs = root.xpath("//rim:Association", namespaces=NAMESPACES)[2]
    status = root.xpath("//rim:Association/rim:Slot", namespaces=NAMESPACES)[0]
    signs.append(deepcopy(status))


PATIENTS = (
    Mutant("set-of-another-patient", "xds-bare", "XDS-PID-01",
           rewrite=edit(attribute(external(KOS, ENTRY_PATIENT), "value",
                                  f"279035121518989^^^&{PATIENT.ins_oid}&ISO^NH"))),
    Mutant("patient-id-of-another-type", "xds-bare", "XDS-PID-02",
           rewrite=_every_patient("&amp;ISO^NH", "&amp;ISO^PI")),
    Mutant("ins-key-wrong-in-metadata", "xds-bare", "XDS-PID-02-KEY",
           rewrite=_every_patient(PATIENT.ins, WRONG_KEY)),
    Mutant("ins-authority-of-production", "xds-bare", "XDS-PID-02-OID",
           rewrite=_every_patient(PATIENT.ins_oid, "1.2.250.1.213.1.4.8")),
    Mutant("source-patient-is-the-ins", "xds-bare", "XDS-SPID-01",
           rewrite=edit(text(slot(KOS, "sourcePatientId") + VALUE,
                             f"{PATIENT.ins}^^^&{PATIENT.ins_oid}&ISO^PI"))),
    Mutant("source-birth-date-impossible", "xds-bare", "XDS-SPI-01",
           rewrite=edit(text(f"{TRAITS}/rim:Value[2]", "PID-7|19960134"))),
    Mutant("source-birthplace-absent", "xds-bare", "XDS-SPI-05",
           rewrite=edit(delete(f"{TRAITS}/rim:Value[4]"))),
)  # fmt: skip

VALUES = (
    Mutant("author-without-authority", "xds-bare", "XDS-AUT-01",
           rewrite=edit(text(f"{coded(KOS, AUTHOR)}/rim:Slot[@name='authorPerson']{VALUE}",
                             "899711256811^DRIMBox^ANS"))),
    Mutant("author-institution-without-identifier", "xds-bare", "XDS-AUT-02",
           rewrite=edit(text(f"{coded(KOS, AUTHOR)}/rim:Slot[@name='authorInstitution']{VALUE}",
                             "Centre Alpha^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST"))),
    Mutant("reference-of-the-order-absent", "xds-bare", "XDS-REF-01",
           rewrite=edit(delete(f"{REFERENCES}/rim:ValueList/rim:Value[2]"))),
    Mutant("study-with-authority", "xds-bare", "XDS-REF-03",
           rewrite=replace("^^^^urn:ihe:iti:xds:2016", "^^^&amp;1.2.3.4.5.6&amp;ISO^"
                           "urn:ihe:iti:xds:2016")),
    Mutant("accession-without-authority", "xds-bare", "XDS-REF-04",
           rewrite=replace(f"&amp;{ORDER.accession_oid}&amp;ISO^urn", "^urn")),
    Mutant("order-authority-a-terminology", "xds-bare", "XDS-REF-05",
           rewrite=replace(f"&amp;{ORDER.placer_oid}&amp;ISO", "&amp;2.16.840.1.113883.6.96"
                           "&amp;ISO")),
    Mutant("reference-of-unknown-type", "xds-bare", "XDS-REF-06",
           rewrite=edit(add_value(REFERENCES, "1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:uniqueId"))),
    Mutant("modality-under-the-value-set", "xds-bare", "XDS-EVT-01",
           rewrite=edit(text(MODALITY + CODING, "1.2.250.1.213.1.1.5.618"))),
    Mutant("region-under-the-value-set", "xds-bare", "XDS-EVT-02",
           rewrite=edit(text(REGION + CODING, "1.2.250.1.213.1.1.5.695"))),
    Mutant("act-absent-from-the-events", "xds-bare", "XDS-EVT-03",
           rewrite=edit(delete(f"{coded(KOS, EVENTS)}[@nodeRepresentation='24727-0']"))),
    Mutant("confidentiality-unknown", "xds-bare", "XDS-CONF-01",
           rewrite=edit(attribute(f"{coded(KOS, CONFIDENTIALITY)}", "nodeRepresentation", "L"))),
    Mutant("report-of-unknown-format", "xds-report", "XDS-FMT-02",
           rewrite=edit(attribute(coded(KOS, FORMAT_CODE), "nodeRepresentation", "urn:pdf"))),
    Mutant("report-in-the-lot", "xds-bare", "XDS-LOT-01",
           rewrite=edit(attribute(coded(SIGNATURE, FORMAT_CODE), "nodeRepresentation",
                                  "urn:ihe:iti:xds-sd:pdf:2008"))),
    Mutant("title-of-another", "xds-bare", "XDS-TITLE-01",
           rewrite=edit(attribute(f"{KOS}/rim:Name/rim:LocalizedString", "value", "KOS"))),
    Mutant("comments-of-another", "xds-bare", "XDS-TITLE-02",
           rewrite=edit(attribute(f"{KOS}/rim:Description/rim:LocalizedString", "value", "-"))),
    Mutant("time-with-a-zone", "xds-bare", "XDS-DTM-01",
           rewrite=edit(text(slot(KOS, "serviceStopTime") + VALUE, "20261120101500+0100"))),
    Mutant("time-impossible", "xds-bare", "XDS-DTM-02",
           rewrite=edit(text(slot(SET, "submissionTime") + VALUE, "20261324091500"))),
    Mutant("act-ends-before-it-starts", "xds-bare", "XDS-SVC-01",
           rewrite=edit(text(slot(KOS, "serviceStopTime") + VALUE, "20261119091500"))),
)  # fmt: skip

STRUCTURE = (
    Mutant("document-type-in-metadata", "xds-bare", "XDS-READ-01",
           rewrite=lambda raw: raw.replace(b"?>", b"?><!DOCTYPE a>", 1)),
    Mutant("prefix-undeclared", "xds-bare", "XDS-XML-01",
           rewrite=replace(' xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"', "")),
    Mutant("slot-after-classifications", "xds-bare", "XDS-XSD-01",
           rewrite=edit(last(slot(KOS, "hash")))),
    Mutant("object-type-absent", "xds-bare", "XDS-XSD-02",
           rewrite=replace(' objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"', "")),
    Mutant("part-missing", "xds-publication", "XDS-MTOM-01",
           rewrite=replace('href="cid:signature@drimcheck"', 'href="cid:other@drimcheck"')),
    Mutant("part-in-base64", "xds-publication", "XDS-MTOM-02", rewrite=_in_base64),
    Mutant("unique-id-twice", "xds-bare", "XDS-UID-01",
           rewrite=edit(attribute(external(KOS, ENTRY_UNIQUE_ID), "value", "KOS-1"))),
    Mutant("kos-hash-wrong", "xds-publication", "XDS-HASH-01", rewrite=_another_kos,
           also={"XDS-SIG-01": "the signature too has the digest of the other KOS"}),
    Mutant("signature-reformatted", "xds-publication", "XDS-HASH-02",
           rewrite=replace("</ds:SignedInfo><ds:SignatureValue>",
                           "</ds:SignedInfo>\n<ds:SignatureValue>")),
    Mutant("two-submission-sets", "xds-bare", "XDS-SET-02",
           rewrite=edit(delete(f"{SET}/rim:Classification[@classificationNode]"))),
    Mutant("member-missing", "xds-bare", "XDS-ASC-01",
           rewrite=edit(delete("//rim:Association[@targetObject='DocumentKOS']"))),
    Mutant("signature-with-status", "xds-bare", "XDS-ASC-02", rewrite=edit(_with_status)),
    Mutant("replacement-of-nothing", "xds-replacement", "XDS-ASC-03",
           rewrite=edit(attribute("//rim:Association[4]", "targetObject", "DocumentKOS"))),
    Mutant("kos-appended", "xds-replacement", "XDS-ASC-04",
           rewrite=edit(lambda root: _association(root, "APND"))),
    Mutant("code-of-another-object", "xds-bare", "XDS-ASC-05",
           rewrite=edit(attribute(coded(KOS, TYPE_CODE), "classifiedObject", "Signature01"))),
    Mutant("signature-unlinked", "xds-bare", "XDS-ASC-06",
           rewrite=edit(delete("//rim:Association[@sourceObject='Signature01']"))),
    Mutant("entry-uuid-as-identifier", "xds-bare", "XDS-EI-01",
           rewrite=replace("<rim:ExternalIdentifier ", '<rim:ExternalIdentifier id="ei0" '
                           'identificationScheme="1.2.3" registryObject="SubmissionSet01" '
                           'value="urn:uuid:1"/><rim:ExternalIdentifier ')),
)  # fmt: skip

OTHERS = (
    Mutant("kos-not-in-the-manifest", "xds-publication", "XDS-SIG-01",
           rewrite=replace(f'URI="urn:oid:{ALPHA.kos_uid(ALPHA.study)}"', 'URI="urn:oid:2.25.1"'),
           also={"XDS-HASH-02": "the signature is no longer the one that was described"}),
    Mutant("lot-not-in-the-manifest", "xds-publication", "XDS-SIG-02",
           rewrite=replace('<ds:Manifest Id="IHEManifest"><ds:Reference URI="urn:oid:2',
                           '<ds:Manifest Id="IHEManifest"><ds:Reference URI="urn:oid:1.2'),
           also={"XDS-HASH-02": "the signature is no longer the one that was described"}),
    Mutant("signature-with-sha-1", "xds-publication", "XDS-SIG-03",
           rewrite=replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                           "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
           also={"XDS-HASH-02": "the signature is no longer the one that was described"}),
    Mutant("signature-not-masked", "xds-bare", "XDS-SIG-04",
           rewrite=edit(delete(f"{coded(SIGNATURE, CONFIDENTIALITY)}"
                               "[@nodeRepresentation='MASQUE_PS']"))),
    Mutant("assertion-of-version-3", "xds-asserted", "XDS-VIHF-01",
           rewrite=replace(">4.0<", ">3.0<")),
    Mutant("submission-refused", "xds-answer", "XDS-RSP-01",
           rewrite=replace("ResponseStatusType:Success", "ResponseStatusType:Failure")),
    Mutant("answer-to-nobody", "xds-answer", "XDS-RSP-02",
           rewrite=lambda raw: raw.replace(b"wsa:RelatesTo", b"wsa:ReplyTo")),
)  # fmt: skip

MUTANTS = PATIENTS + VALUES + STRUCTURE + OTHERS
