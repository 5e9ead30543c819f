"""Mutants of contextual calls."""

from __future__ import annotations

from collections.abc import Callable

from testdata.mutants.calls.bases import ALPHA
from testdata.mutants.catalogue import Mutant
from testdata.mutants.rewriting import replace
from testdata.mutants.wire.changes import add, body, header, in_header, start

INS = ALPHA.patient.ins


def form(old: str, new: str) -> Callable[[bytes], bytes]:
    """Change a part of the form; its length follows."""
    return body(replace(old, new))


MUTANTS = (
    Mutant("call-by-get", "contextual-call", "CALL-01-METHOD", rewrite=start("POST", "GET")),
    Mutant("call-with-a-query", "contextual-call", "CALL-01-QUERY",
           rewrite=start(" HTTP", "?PatientID=1 HTTP")),
    Mutant("call-as-json", "contextual-call", "CALL-01-TYPE",
           rewrite=header("Content-Type", "application/json")),
    Mutant("call-without-type", "contextual-call", "CALL-01-TYPE",
           rewrite=header("Content-Type", None)),
    Mutant("call-cut", "contextual-call", "CALL-01-LENGTH",
           rewrite=in_header("Content-Length", "Content-Length: ", "Content-Length: 1")),
    Mutant("call-in-latin-1", "contextual-call", "CALL-01-UTF8",
           rewrite=form("PatientID=", "PatientID=%E9")),
    Mutant("call-half-encoded", "contextual-call", "CALL-01-UTF8",
           rewrite=form("PatientID=", "PatientID=%G1")),
    Mutant("call-without-consent", "contextual-call", "CALL-03",
           rewrite=form("InformationEtConsentement=true&", "")),
    Mutant("call-with-wrong-key", "contextual-call", "CALL-03-INS",
           rewrite=form(INS, f"{INS[:13]}{(int(INS[13:]) + 1) % 97:02d}")),
    Mutant("call-with-short-matricule", "contextual-call", "CALL-03-INS",
           rewrite=form(INS, INS[:13])),
    Mutant("call-with-urn", "contextual-call", "CALL-03-OID",
           rewrite=form("system=", "system=urn%3Aoid%3A")),
    Mutant("call-with-postcode", "contextual-call", "CALL-03-PLACE",
           rewrite=form("Address.district=", "Address.district=0")),
    Mutant("call-with-empty-value", "contextual-call", "CALL-05-EMPTY",
           rewrite=form(f"PatientID={ALPHA.patient.local_id}", "PatientID=")),
    Mutant("call-with-other-case", "contextual-call", "CALL-05-UNKNOWN",
           rewrite=form("Situation=", "situation=")),
    Mutant("call-with-family-twice", "contextual-call", "CALL-05-TWICE",
           rewrite=form("Situation=", "Patient.name.family=X&Situation=")),
    Mutant("call-with-study", "contextual-call", "CALL-06",
           rewrite=form("Situation=", "StudyInstanceUID=1.2&Situation=")),
    Mutant("call-with-short-issuer", "contextual-call", "CALL-08",
           rewrite=form("PatientIDIssuer=RIS%26", "PatientIDIssuer=")),
    Mutant("call-with-dicom-date", "contextual-call", "CALL-09-DATE",
           rewrite=form("birthDate=1979-03-28", "birthDate=19790328")),
    Mutant("call-with-letter-for-sex", "contextual-call", "CALL-09-SEX",
           rewrite=form("Patient.gender=", "Patient.gender=X")),
    Mutant("call-with-folded-header", "contextual-call", "HTTP-FIELD-02",
           rewrite=add("X-Trace: 1\r\n 2")),
)  # fmt: skip
