"""Mutants of the metadata: presence, number, codes."""

from __future__ import annotations

from testdata.mutants.catalogue import Mutant
from testdata.mutants.xds.bases import CLASS_CODE, FORMAT_CODE, TYPE_CODE
from testdata.mutants.xds.changes import (
    KOS,
    SET,
    SIGNATURE,
    VALUE,
    attribute,
    coded,
    delete,
    edit,
    external,
    repeat,
    slot,
    text,
)

AUTHOR = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
FACILITY = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
PRACTICE = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
EVENTS = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"
ENTRY_PATIENT = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
ENTRY_UNIQUE_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
SET_AUTHOR = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
CONTENT_TYPE = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
SET_PATIENT = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SET_SOURCE = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
SET_UNIQUE_ID = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
CODING = "/rim:Slot[@name='codingScheme']/rim:ValueList/rim:Value"

ENTRY_SLOTS = {
    "XDS-DOC-01": "creationTime",
    "XDS-DOC-02": "languageCode",
    "XDS-DOC-03": "serviceStartTime",
    "XDS-DOC-04": "sourcePatientId",
    "XDS-DOC-06": "legalAuthenticator",
}
ENTRY_CLASSES = {
    "XDS-DOC-08": ("class-code", CLASS_CODE),
    "XDS-DOC-09": ("type-code", TYPE_CODE),
    "XDS-DOC-10": ("format-code", FORMAT_CODE),
    "XDS-DOC-12": ("facility", FACILITY),
    "XDS-DOC-13": ("practice", PRACTICE),
}
VALUES = {
    "XDS-KOS-01": ("class-code-of-the-kos", KOS, CLASS_CODE, "10"),
    "XDS-KOS-02": ("type-code-of-the-kos", KOS, TYPE_CODE, "IMG-CR"),
    "XDS-KOS-03": ("format-code-of-the-kos", KOS, FORMAT_CODE, "urn:ihe:rad:KOS"),
    "XDS-SIG-11": ("class-code-of-the-signature", SIGNATURE, CLASS_CODE, "31"),
    "XDS-SIG-12": ("type-code-of-the-signature", SIGNATURE, TYPE_CODE, "E1763"),
    "XDS-SIG-14": ("event-code-of-the-signature", SIGNATURE, EVENTS, "1.2.840.10065.1.12.1.5"),
}
CODINGS = {
    "XDS-DOC-12": ("facility-of-another-scheme", KOS, FACILITY),
    "XDS-DOC-13": ("practice-of-another-scheme", KOS, PRACTICE),
    "XDS-SIG-13": ("format-of-the-signature-of-another-scheme", SIGNATURE, FORMAT_CODE),
    "XDS-SUB-03": ("content-type-of-another-scheme", SET, CONTENT_TYPE),
}

MUTANTS = (
    *(
        Mutant(f"{name}-absent", "xds-bare", f"{rule}A", rewrite=edit(delete(slot(KOS, name))))
        for rule, name in ENTRY_SLOTS.items()
    ),
    *(
        Mutant(f"{name}-repeated", "xds-bare", f"{rule}N", rewrite=edit(repeat(slot(KOS, name))))
        for rule, name in ENTRY_SLOTS.items()
    ),
    *(
        Mutant(f"{name}-absent", "xds-bare", f"{rule}A",
               rewrite=edit(delete(coded(KOS, scheme))))
        for rule, (name, scheme) in ENTRY_CLASSES.items()
    ),
    *(
        Mutant(f"{name}-repeated", "xds-bare", f"{rule}N",
               rewrite=edit(repeat(coded(KOS, scheme))))
        for rule, (name, scheme) in ENTRY_CLASSES.items()
    ),
    *(
        Mutant(name, "xds-bare", f"{rule}V",
               rewrite=edit(attribute(coded(owner, scheme), "nodeRepresentation", value)))
        for rule, (name, owner, scheme, value) in VALUES.items()
    ),
    *(
        Mutant(name, "xds-bare", f"{rule}V",
               rewrite=edit(text(coded(owner, scheme) + CODING, "1.2.3")))
        for rule, (name, owner, scheme) in CODINGS.items()
    ),
    Mutant("traits-absent", "xds-bare", "XDS-DOC-05A",
           rewrite=edit(delete(slot(KOS, "sourcePatientInfo")))),
    Mutant("author-absent", "xds-bare", "XDS-DOC-07A", rewrite=edit(delete(coded(KOS, AUTHOR)))),
    Mutant("confidentiality-absent", "xds-bare", "XDS-DOC-11A",
           rewrite=edit(delete(coded(KOS, CONFIDENTIALITY)))),
    Mutant("entry-patient-absent", "xds-bare", "XDS-DOC-14A",
           rewrite=edit(delete(external(KOS, ENTRY_PATIENT)))),
    Mutant("entry-patient-repeated", "xds-bare", "XDS-DOC-14N",
           rewrite=edit(repeat(external(KOS, ENTRY_PATIENT)))),
    Mutant("entry-unique-id-absent", "xds-bare", "XDS-DOC-15A",
           rewrite=edit(delete(external(KOS, ENTRY_UNIQUE_ID)))),
    Mutant("entry-unique-id-repeated", "xds-bare", "XDS-DOC-15N",
           rewrite=edit(repeat(external(KOS, ENTRY_UNIQUE_ID)))),
    Mutant("hash-absent", "xds-bare", "XDS-DOC-16A", rewrite=edit(delete(slot(KOS, "hash")))),
    Mutant("size-absent", "xds-bare", "XDS-DOC-17A", rewrite=edit(delete(slot(KOS, "size")))),
    Mutant("mime-type-of-the-kos", "xds-bare", "XDS-KOS-04V",
           rewrite=edit(attribute(KOS, "mimeType", "application/octet-stream"))),
    Mutant("language-of-the-kos", "xds-bare", "XDS-KOS-05V",
           rewrite=edit(text(slot(KOS, "languageCode") + VALUE, "en-GB"))),
    Mutant("event-of-the-signature-absent", "xds-bare", "XDS-SIG-14A",
           rewrite=edit(delete(coded(SIGNATURE, EVENTS)))),
    Mutant("mime-type-of-the-signature", "xds-bare", "XDS-SIG-15V",
           rewrite=edit(attribute(SIGNATURE, "mimeType", "application/xml"))),
    Mutant("language-of-the-signature", "xds-bare", "XDS-SIG-16V",
           rewrite=edit(text(slot(SIGNATURE, "languageCode") + VALUE, "fr-FR"))),
    Mutant("submission-time-absent", "xds-bare", "XDS-SUB-01A",
           rewrite=edit(delete(slot(SET, "submissionTime")))),
    Mutant("submission-time-repeated", "xds-bare", "XDS-SUB-01N",
           rewrite=edit(repeat(slot(SET, "submissionTime")))),
    Mutant("set-author-absent", "xds-bare", "XDS-SUB-02A",
           rewrite=edit(delete(coded(SET, SET_AUTHOR)))),
    Mutant("content-type-absent", "xds-bare", "XDS-SUB-03A",
           rewrite=edit(delete(coded(SET, CONTENT_TYPE)))),
    Mutant("content-type-repeated", "xds-bare", "XDS-SUB-03N",
           rewrite=edit(repeat(coded(SET, CONTENT_TYPE)))),
    *(
        Mutant(f"set-{name}-absent", "xds-bare", f"{rule}A",
               rewrite=edit(delete(external(SET, scheme))))
        for rule, name, scheme in (
            ("XDS-SUB-04", "patient", SET_PATIENT),
            ("XDS-SUB-05", "source", SET_SOURCE),
            ("XDS-SUB-06", "unique-id", SET_UNIQUE_ID),
        )
    ),
    *(
        Mutant(f"set-{name}-repeated", "xds-bare", f"{rule}N",
               rewrite=edit(repeat(external(SET, scheme))))
        for rule, name, scheme in (
            ("XDS-SUB-04", "patient", SET_PATIENT),
            ("XDS-SUB-05", "source", SET_SOURCE),
            ("XDS-SUB-06", "unique-id", SET_UNIQUE_ID),
        )
    ),
)  # fmt: skip
