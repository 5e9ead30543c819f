"""Mutants of the header, the patient, the visit, the structure and the encoding of a message."""

from __future__ import annotations

from testdata.exams import exam
from testdata.mutants.catalogue import Mutant
from testdata.mutants.hl7.changes import field, in_block, insert, move, remove
from testdata.mutants.rewriting import replace

ALPHA = exam("alpha")
PATIENT = ALPHA.patient
LOCAL = f"{PATIENT.local_id}^^^CENTRE-ALPHA&{PATIENT.local_authority}&ISO^PI"
INS = f"{PATIENT.ins}^^^{PATIENT.ins_label}&{PATIENT.ins_oid}&ISO^INS"
WRONG_KEY = PATIENT.ins_body + f"{(int(PATIENT.ins[13:]) + 1) % 97 or 97:02d}"


def _in_latin(raw: bytes) -> bytes:
    return raw.decode().encode("latin_1")


def _two_in_one(raw: bytes) -> bytes:
    return raw + raw.split(b"\r")[0] + b"\r"


STRUCTURE = (
    Mutant("message-without-header", "oru", "HL7-STR-01", rewrite=lambda raw: raw[4:]),
    Mutant("two-messages-in-one", "ack", "HL7-STR-01", rewrite=_two_in_one),
    Mutant("line-break-in-a-field", "oru", "HL7-STR-02",
           rewrite=replace("Masqué aux professionnels", "Masqué aux\rprofessionnels"),
           also={"HL7-META-03": "the rest of the flag is on the next line",
                 "HL7-META-04": "the rest of the flag is on the next line",
                 "HL7-META-04-TABLE": "the rest of the flag is on the next line",
                 "HL7-META-07": "the rest of the flag is on the next line"}),
    Mutant("visit-absent", "oru", "HL7-STR-03", rewrite=remove("PV1")),
    Mutant("patient-after-visit", "oru", "HL7-STR-04", rewrite=move("PV1", 1, "PID")),
    Mutant("participation-before-document", "oru", "HL7-STR-04", rewrite=move("PRT", 1, "OBX")),
    Mutant("two-documents-in-an-mdm", "mdm", "HL7-STR-05",
           rewrite=insert("OBX|12|ED|18748-4^CR^LN||^text^XML^Base64^PHgvPg==||||||F", "OBX", 2)),
    Mutant("bytes-in-latin-1", "oru", "HL7-ENC-01", rewrite=_in_latin),
    Mutant("byte-order-mark", "ack", "HL7-ENC-01", rewrite=lambda raw: b"\xef\xbb\xbf" + raw),
    Mutant("segments-ended-by-lf", "ack", "HL7-ENC-02",
           rewrite=lambda raw: raw.replace(b"\r", b"\n")),
    Mutant("segments-ended-both-ways", "ack", "HL7-ENC-03",
           rewrite=lambda raw: raw[:-1] + b"\n",
           also={"HL7-ENC-02": "one of the terminators is not CR"}),
    Mutant("placeholder-left", "oru", "HL7-TPL-01", rewrite=field("MSH", 3, "{{application}}")),
)  # fmt: skip

HEADER = (
    *(
        Mutant(f"msh-{number}-empty", "ack", f"HL7-MSH-{number:02d}E",
               rewrite=field("MSH", number, ""))
        for number in (3, 4, 5, 6, 7, 10)
    ),
    Mutant("message-time-impossible", "ack", "HL7-MSH-07",
           rewrite=field("MSH", 7, "20261320111700")),
    Mutant("message-structure-missing", "oru", "HL7-MSH-09", rewrite=field("MSH", 9, "ORU^R01")),
    Mutant("processing-id-unknown", "ack", "HL7-MSH-11V", rewrite=field("MSH", 11, "X")),
    Mutant("version-of-another-message", "oru", "HL7-MSH-12", rewrite=field("MSH", 12, "2.6")),
    Mutant("country-of-another", "oru", "HL7-MSH-17V", rewrite=field("MSH", 17, "FR")),
    Mutant("character-set-unlisted", "oru", "HL7-MSH-18V",
           rewrite=field("MSH", 18, "UNICODE UTF-16")),
    Mutant("profile-of-the-past", "mdm", "HL7-MSH-21",
           rewrite=field("MSH", 21, "2.0^CISIS_CDA_HL7_V2")),
)  # fmt: skip

PATIENTS = (
    Mutant("patient-unidentified", "oru", "HL7-PID-03", rewrite=field("PID", 3, "")),
    Mutant("ins-of-another-authority", "oru", "HL7-PID-03-INS",
           rewrite=replace(f"{PATIENT.ins_label}&{PATIENT.ins_oid}&ISO^INS",
                           f"{PATIENT.ins_label}&1.2.250.1.213.1.4.8&ISO^INS")),
    Mutant("ins-key-wrong-in-pid", "oru", "HL7-PID-03-KEY",
           rewrite=replace(f"{PATIENT.ins}^^^", f"{WRONG_KEY}^^^")),
    Mutant("local-authority-without-oid", "oru", "HL7-PID-03-OID",
           rewrite=replace(f"&{PATIENT.local_authority}&ISO^PI", "^PI")),
    Mutant("local-identifier-absent", "oru", "HL7-PID-03-PI", rewrite=field("PID", 3, INS)),
    Mutant("birth-name-absent", "oru", "HL7-PID-05",
           rewrite=field("PID", 5, "DRIM-EXEMPLE^CAMILLE^^^^^D")),
    Mutant("name-without-type", "oru", "HL7-PID-05-TYPE",
           rewrite=replace("DRIM-EXEMPLE^CAMILLE^^^^^D", "DRIM-EXEMPLE^CAMILLE")),
    Mutant("birth-date-in-pid-impossible", "oru", "HL7-PID-07",
           rewrite=field("PID", 7, "19790231")),
    Mutant("sex-absent-in-pid", "oru", "HL7-PID-08E", rewrite=field("PID", 8, "")),
    Mutant("birthplace-absent-in-pid", "oru", "HL7-PID-11",
           rewrite=replace("^^^^^^BDL^^63220~", "")),
    Mutant("account-unknown", "oru", "HL7-PID-18E", rewrite=field("PID", 18, "")),
    Mutant("identity-provisional", "oru", "HL7-PID-32V", rewrite=field("PID", 32, "PROV")),
    Mutant("visit-class-absent", "oru", "HL7-PV1-02E", rewrite=field("PV1", 2, "")),
    Mutant("visit-number-absent", "oru", "HL7-PV1-19E", rewrite=field("PV1", 19, "")),
    Mutant("admission-unknown", "oru", "HL7-PV1-44E", rewrite=field("PV1", 44, "")),
)  # fmt: skip

ORDERS = (
    Mutant("study-uid-malformed-in-ipc", "omi", "HL7-OMI-01", rewrite=field("IPC", 3, "1.2.03")),
    Mutant("accession-absent-in-ipc", "omi", "HL7-OMI-02E", rewrite=field("IPC", 1, "")),
    Mutant("accession-too-long-in-ipc", "omi", "HL7-OMI-02",
           rewrite=field("IPC", 1, "12345678901234567")),
    Mutant("ins-absent-in-omi", "omi", "HL7-OMI-03", rewrite=field("PID", 3, LOCAL)),
    Mutant("acknowledged-id-absent", "ack", "HL7-ACK-01E", rewrite=field("MSA", 2, "")),
    Mutant("acknowledgement-without-event", "ack", "HL7-ACK-02", rewrite=field("MSH", 9, "ACK")),
    Mutant("acknowledgement-code-unknown", "ack", "HL7-ACK-03V", rewrite=field("MSA", 1, "OK")),
    Mutant("refusal-without-severity", "ack-refusal", "HL7-ACK-04", rewrite=field("ERR", 4, "")),
)  # fmt: skip

EXCHANGES = (
    Mutant("acknowledgement-of-another", "ack-exchange", "HL7-ACK-01-ID",
           rewrite=in_block(field("MSA", 2, "1234"))),
    Mutant("acknowledgement-of-another-event", "ack-exchange", "HL7-ACK-02-EVENT",
           rewrite=in_block(field("MSH", 9, "ACK^T02^ACK"))),
    Mutant("parties-not-exchanged", "ack-exchange", "HL7-ACK-02-PARTIES",
           rewrite=in_block(field("MSH", 3, "RIS"))),
    Mutant("acknowledged-otherwise", "ack-exchange", "HL7-ACK-03-CODE",
           rewrite=in_block(field("MSA", 1, "AE")),
           also={"HL7-ACK-04": "a refusal without ERR"}),
    Mutant("not-acknowledged", "ack-exchange", "HL7-ACK-05",
           beside={"ended/it": b"deadline"}),
    Mutant("block-without-start", "oru-block", "HL7-ACK-05-BLOCK", rewrite=lambda raw: raw[1:]),
    Mutant("block-without-end", "oru-block", "HL7-ACK-05-BLOCK", rewrite=lambda raw: raw[:-2]),
    Mutant("bytes-before-the-block", "oru-block", "HL7-ACK-05-BLOCK",
           rewrite=lambda raw: b"\r\n" + raw),
    Mutant("bytes-behind-the-block", "oru-block", "HL7-ACK-05-BLOCK",
           rewrite=lambda raw: raw + b"\r\n"),
    Mutant("block-not-ended", "ack-exchange", "HL7-ACK-05", rewrite=lambda raw: raw[:-2]),
)  # fmt: skip

MUTANTS = EXCHANGES + STRUCTURE + HEADER + PATIENTS + ORDERS
