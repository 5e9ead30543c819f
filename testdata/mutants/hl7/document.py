"""Mutants of the document, its event, its flags and its participants."""

from __future__ import annotations

from testdata.mutants.catalogue import Mutant
from testdata.mutants.hl7.changes import both, field, move, remove
from testdata.mutants.rewriting import replace

YES_NO = "expandedYes-NoIndicator"


def _data_cut(raw: bytes) -> bytes:
    """The base64 without its last character."""
    head, mark, rest = raw.partition(b"Base64^")
    data, _, tail = rest.partition(b"|")
    return head + mark + data[:-1] + b"|" + tail


def _not_xml(raw: bytes) -> bytes:
    head, mark, rest = raw.partition(b"Base64^")
    return head + mark + b"JVBERi0xLjQ=|" + rest.partition(b"|")[2]


EVENTS = (
    Mutant("status-of-another-event", "oru", "HL7-ACT-01", rewrite=field("OBX", 11, "C")),
    Mutant("trigger-of-another-event", "mdm", "HL7-ACT-01",
           rewrite=field("MSH", 9, "MDM^T04^MDM_T02")),
    Mutant("order-control-of-the-past", "oru-2.0", "HL7-ACT-01-OLD",
           rewrite=field("ORC", 1, "SC")),
    Mutant("request-of-another-code", "oru", "HL7-OBR-04", rewrite=field("OBR", 4, "34555-3^^LN")),
    Mutant("transcription-number", "mdm", "HL7-TXA-01V", rewrite=field("TXA", 1, "2")),
    Mutant("transcription-media", "mdm", "HL7-TXA-03V", rewrite=field("TXA", 3, "PDF")),
    Mutant("transcription-status", "mdm", "HL7-TXA-17V", rewrite=field("TXA", 17, "LA")),
    Mutant("transcription-of-another-type", "mdm", "HL7-TXA-02",
           rewrite=field("TXA", 2, "11502-2")),
    Mutant("document-id-with-a-name", "mdm", "HL7-TXA-12",
           rewrite=field("TXA", 12, "2.25.1^Organisation")),
    Mutant("replaced-document-absent", "mdm-replacement", "HL7-TXA-13",
           rewrite=field("TXA", 13, "")),
)  # fmt: skip

DOCUMENTS = (
    Mutant("document-as-text", "oru", "HL7-OBX-02", rewrite=field("OBX", 2, "TX")),
    Mutant("document-of-another-code", "oru", "HL7-OBX-03",
           rewrite=both(field("OBX", 3, "11502-2^CR de biologie^LN"),
                        field("OBR", 4, "11502-2^CR de biologie^LN"))),
    Mutant("data-announced-as-pdf", "oru", "HL7-OBX-05",
           rewrite=replace("^TEXT^XML^Base64^", "^TEXT^PDF^Base64^")),
    Mutant("media-type-in-another-case", "oru", "HL7-OBX-05-CASE",
           rewrite=replace("^TEXT^XML^Base64^", "^text^XML^Base64^")),
    Mutant("data-cut", "oru", "HL7-OBX-05e", rewrite=_data_cut),
    Mutant("data-not-xml", "mdm", "HL7-OBX-05e", rewrite=_not_xml),
    Mutant("status-unknown", "oru", "HL7-OBX-11", rewrite=field("OBX", 11, "P")),
)  # fmt: skip

FLAGS = (
    Mutant("flag-absent", "oru", "HL7-META-01", rewrite=remove("OBX", 4)),
    Mutant("flags-out-of-order", "oru", "HL7-META-02", rewrite=move("OBX", 3, "OBX", 2)),
    Mutant("flag-of-another-system", "oru", "HL7-META-03",
           rewrite=replace("^MetaDMPMSS", "^HL70070")),
    Mutant("flag-unanswered", "oru", "HL7-META-04", rewrite=field("OBX", 5, f"U^^{YES_NO}", 2)),
    Mutant("flag-of-an-older-table", "oru", "HL7-META-04-TABLE",
           rewrite=field("OBX", 5, "N^^HL70136", 2)),
    Mutant("flag-misspelt", "oru", "HL7-META-05",
           rewrite=replace("ACK_RECEPTION^", "ACK_RECPTION^")),
    Mutant("mail-text-not-base64", "oru-mailed", "HL7-META-06",
           rewrite=field("OBX", 5, "^TEXT^XML^Base64^Bonjour !", 12)),
    Mutant("flag-of-another-type", "oru", "HL7-META-07", rewrite=field("OBX", 2, "CWE", 2)),
    Mutant("confidentiality-changed-at-creation", "oru", "HL7-META-09",
           rewrite=field("OBX", 5, f"Y^^{YES_NO}", 6)),
)  # fmt: skip

PARTICIPANTS = (
    Mutant("sender-absent", "oru", "HL7-PRT-01", rewrite=remove("PRT")),
    Mutant("sender-without-structure", "oru", "HL7-PRT-02", rewrite=field("PRT", 8, "")),
    Mutant("recipient-without-address", "oru-mailed", "HL7-PRT-03",
           rewrite=field("PRT", 15, "", 2)),
    Mutant("participation-without-label", "oru", "HL7-PRT-04",
           rewrite=field("PRT", 4, "SB^^participation")),
    Mutant("person-of-another-authority", "oru", "HL7-PRT-05",
           rewrite=replace("&1.2.250.1.71.4.2.1&ISO", "&1.2.3&ISO")),
    Mutant("structure-of-another-authority", "oru", "HL7-PRT-08",
           rewrite=replace("&1.2.250.1.71.4.2.2&ISO", "&1.2.3&ISO")),
)  # fmt: skip

MUTANTS = EVENTS + DOCUMENTS + FLAGS + PARTICIPANTS
