"""What a RIS does wrong when it is asked to, by name.

Where a mutant of the test data has the same effect, the fault is it, under its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from simulators.faults import Fault, Rewrite
from simulators.ris.messages import Outgoing
from simulators.ris.mllp import END, START
from testdata.mutants.calls import contextual, viewer
from testdata.mutants.catalogue import Mutant
from testdata.mutants.hl7 import document, message
from testdata.mutants.hl7.changes import remove, without_ins

MESSAGES: tuple[Mutant, ...] = (*message.MUTANTS, *document.MUTANTS)
NOISE = b"\r\n"


def is_message(raw: bytes) -> bool:
    """A message before it is put in a block."""
    return raw.startswith(b"MSH|")


def is_report(raw: bytes) -> bool:
    """A message that carries a report."""
    return is_message(raw) and b"\rOBR|" in raw and b"\rIPC|" not in raw


def is_order(raw: bytes) -> bool:
    """An OMI^O23."""
    return is_message(raw) and b"\rIPC|" in raw


def is_block(raw: bytes) -> bool:
    return raw.startswith(START)


def is_call(raw: bytes) -> bool:
    """The request of a contextual call."""
    return raw.startswith(b"POST ")


def is_link(raw: bytes) -> bool:
    """The URL of a viewer link, before it is requested."""
    return raw.startswith((b"https://", b"http://"))


def _as(
    name: str,
    effect: str,
    breaks: str,
    among: tuple[Mutant, ...],
    at: Callable[[bytes], bool],
) -> Fault:
    """The fault that is the mutant of this name."""
    one = next(mutant for mutant in among if mutant.name == name)
    return Fault(name, "ris", effect, breaks, one.kills, rewrite=one.rewrite, at=at)


def _under_another_oid(raw: bytes) -> bytes:
    """The INS under 1.2.250.1.213.1.4.2, that of the INS-C, which came before the INS."""
    return re.sub(rb"&[0-9.]+&ISO\^INS", b"&1.2.250.1.213.1.4.2&ISO^INS", raw)


def _empty_value(raw: bytes) -> bytes:
    """The local identifier without value; the length of the form follows."""
    head, _, form = raw.partition(b"\r\n\r\n")
    shorter = re.sub(rb"(^|&)PatientID=[^&]*", rb"\1PatientID=", form)
    length = b"Content-Length: %d" % len(shorter)
    return re.sub(rb"Content-Length: \d+", length, head) + b"\r\n\r\n" + shorter


def _two_studies(raw: bytes) -> bytes:
    """The study twice, in a list as a viewer of the field has it."""
    return re.sub(rb"(?i)(studyUID=)([0-9.]+)", rb"\1\2;\2", raw)


def _without(parameter: str) -> Rewrite:
    """A link without one of its parameters, in any letter case."""
    pattern = re.compile(rb"&" + parameter.encode() + rb"=[^&]*", re.IGNORECASE)
    return lambda raw: pattern.sub(b"", raw)


def _sent_twice(outgoing: Any) -> Any:
    return replace(outgoing, messages=2) if isinstance(outgoing, Outgoing) else outgoing


OF_REPORTS = (
    _as("processing-id-unknown", "MSH-11 is none of P, T, D", "HL7-MSH-11", MESSAGES, is_report),
    _as("message-structure-missing", "MSH-9 has no message structure", "HL7-MSH-09", MESSAGES,
        is_report),
    _as("visit-absent", "the message has no PV1", "HL7-STR-03", MESSAGES, is_report),
    _as("patient-unidentified", "PID-3 is empty", "HL7-PID-03", MESSAGES, is_report),
    _as("patient-after-visit", "PID stands behind PV1", "HL7-STR-04", MESSAGES, is_report),
    _as("document-as-text", "OBX-2 of the document is TX", "HL7-OBX-02", MESSAGES, is_report),
    _as("data-cut", "the base64 of the report is cut", "HL7-OBX-05e", MESSAGES, is_report),
    _as("data-not-xml", "what OBX-5 holds is a PDF", "HL7-OBX-05e", MESSAGES, is_report),
    _as("status-of-another-event", "OBX-11 tells of a replacement, ORC-1 of a creation",
        "HL7-ACT-01", MESSAGES, is_report),
    _as("flag-absent", "a flag that says who may see the report is absent", "HL7-META-01",
        MESSAGES, is_report),
    _as("sender-absent", "the message has no PRT", "HL7-PRT-01", MESSAGES, is_report),
    _as("bytes-in-latin-1", "the bytes are Latin 1, MSH-18 says UTF-8", "HL7-ENC-01", MESSAGES,
        is_report),
    _as("segments-ended-by-lf", "segments end with LF", "HL7-ENC-02", MESSAGES, is_report),
    Fault("document-absent", "ris", "the message carries no document", "HL7-STR-05", "HL7-STR-05",
          rewrite=remove("OBX"), at=is_report),
    Fault("ins-of-another-authority", "ris", "the INS is under the OID of the INS-C",
          "HL7-PID-03-INS", "HL7-PID-03-INS", rewrite=_under_another_oid, at=is_report),
)  # fmt: skip

OF_ORDERS = (
    _as("accession-absent-in-ipc", "IPC-1 of the OMI is empty", "HL7-OMI-02", MESSAGES, is_order),
    _as("study-uid-malformed-in-ipc", "IPC-3 of the OMI is no UID", "HL7-OMI-01", MESSAGES,
        is_order),
)  # fmt: skip


def _of_block(name: str, effect: str, rewrite: Rewrite) -> Fault:
    return Fault(
        name, "ris", effect, "HL7-ACK-05", "HL7-ACK-05-BLOCK", rewrite=rewrite, at=is_block
    )


OF_BLOCKS = (
    _of_block("block-without-start", "no start block comes before the message",
              lambda raw: raw.removeprefix(START)),
    _of_block("block-without-end", "no end block comes behind the message",
              lambda raw: raw.removesuffix(END)),
    _of_block("bytes-before-the-block", "a line end comes before the start block",
              lambda raw: NOISE + raw),
    _of_block("bytes-after-the-block", "a line end comes behind the end block",
              lambda raw: raw + NOISE),
)  # fmt: skip

BESIDE_THE_REPORT = (
    Fault("message-without-ins", "ris", "PID-3 has the local identifier alone", "X-HC-05",
          "X-HC-21", rewrite=without_ins, at=is_report),
)  # fmt: skip
"""What shows where the message is compared with the report inside."""

UNCOMMON = (
    Fault("message-sent-twice", "ris", "the message comes twice with one MSH-10",
          adjust=_sent_twice),
)  # fmt: skip
"""Legal: a sender that saw no acknowledgement does so."""

OF_CALLS = (
    _as("call-as-json", "the form is announced as JSON", "DRIM-D-CC-01", contextual.MUTANTS,
        is_call),
    _as("call-by-get", "the form comes in a GET", "DRIM-D-CC-01", contextual.MUTANTS, is_call),
    _as("call-without-consent", "InformationEtConsentement is absent", "DRIM-D-CC-03",
        contextual.MUTANTS, is_call),
    _as("call-in-latin-1", "a value is Latin 1", "DRIM-D-CC-01", contextual.MUTANTS, is_call),
    _as("call-with-other-case", "a parameter is written in another letter case", "DRIM-D-CC-05",
        contextual.MUTANTS, is_call),
    _as("call-with-study", "StudyInstanceUID, of an earlier version, is there", "DRIM-D-CC-06",
        contextual.MUTANTS, is_call),
    _as("call-with-family-twice", "the family name stands twice", "DRIM-D-CC-05-ONCE",
        contextual.MUTANTS, is_call),
    Fault("call-with-empty-value", "ris", "PatientID has no value", "DRIM-D-CC-05", "CALL-05-EMPTY",
          rewrite=_empty_value, at=is_call),
)  # fmt: skip

OF_LINKS = (
    _as("request-type-missing", "the link has no requestType", "DRIM-D-CR-03", viewer.MUTANTS,
        is_link),
    _as("path-in-lower-case", "the path of the link is in lower case", "DRIM-D-CR-01",
        viewer.MUTANTS,
        is_link),
    Fault("n30-list-with-semicolon", "ris", "two studies in the link, with ; between them",
          "DRIM-D-CR-03", "IID-STUDY-02", rewrite=_two_studies, at=is_link),
    Fault("study-missing", "ris", "the link has no studyUID", "DRIM-D-CR-03", "IID-STUDY-01",
          rewrite=_without("studyUID"), at=is_link),
    Fault("accession-missing", "ris", "the link has no accession number", "DRIM-D-CR-04",
          "IID-ACC-01",
          rewrite=_without("accessionNumber"), at=is_link),
    Fault("report-missing", "ris", "the link has no idCDA", "DRIM-D-CR-05", "IID-CDA-01",
          rewrite=_without("idCDA"), at=is_link),
)  # fmt: skip

FAULTS: tuple[Fault, ...] = (
    *OF_REPORTS,
    *OF_ORDERS,
    *OF_BLOCKS,
    *BESIDE_THE_REPORT,
    *UNCOMMON,
    *OF_CALLS,
    *OF_LINKS,
)
