"""The contextual call of a RIS for a patient (DRIM-M D.1)."""

from __future__ import annotations

from urllib.parse import urlencode

from testdata.exam import Exam

SEXES = {"M": "male", "F": "female"}


def contextual_call(exam: Exam) -> bytes:
    """The POST of the form, as HTTP/1.1."""
    patient = exam.patient
    born = patient.portrait.birth_date
    body = urlencode(
        {
            "Patient.identifier.value": patient.ins,
            "Patient.identifier.system": patient.ins_oid,
            "Patient.name.family": patient.portrait.birth_name,
            "Patient.name.given": patient.first_given_name,
            "Patient.gender": SEXES[patient.portrait.sex],
            "Patient.birthDate": f"{born[:4]}-{born[4:6]}-{born[6:]}",
            "Address.district": patient.portrait.birthplace,
            "InformationEtConsentement": "true",
            "PatientID": patient.local_id,
            "PatientIDIssuer": f"RIS&{patient.local_authority}&ISO",
            "Situation": exam.structure.identifier,
        }
    )
    lines = [
        "POST /contextual-call HTTP/1.1",
        f"Host: conso.{exam.structure.host}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return "".join(line + "\r\n" for line in (*lines, "")).encode() + body.encode()
