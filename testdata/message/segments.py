"""Segments of HL7 v2 messages, field by field (HL7 v2.5.1 chapter 2)."""

from __future__ import annotations

from collections.abc import Mapping

from testdata.exam import Exam
from testdata.people import PROFESSIONAL_OID, STRUCTURE_OID

TERMINATOR = "\r"
PROFILE = "2.1^CISIS_CDA_HL7_V2"
_ESCAPES = str.maketrans({"|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\\": "\\E\\"})


def escaped(text: str) -> str:
    """A text whose delimiters are escaped (2.7)."""
    return text.translate(_ESCAPES)


def segment(name: str, fields: Mapping[int, str]) -> str:
    """A segment from its fields by number; those left out are empty."""
    last = max(fields, default=0)
    return "|".join([name, *(fields.get(number, "") for number in range(1, last + 1))])


def message(*segments: str) -> bytes:
    """The segments as they go over the wire, in UTF-8."""
    return "".join(one + TERMINATOR for one in segments).encode()


def header(exam: Exam, event: str, version: str, *, at: str, label: str) -> str:
    """MSH; the control id is derived from the seed and the label."""
    fields = {
        3: "RIS-ALPHA",
        4: "CENTRE-ALPHA",
        5: "DRIMBOX",
        6: "CENTRE-ALPHA",
        7: at,
        9: event,
        10: exam.seed.digits(f"message {label}", 12),
        11: "P",
        12: version,
        17: "FRA",
        18: "UNICODE UTF-8",
        21: PROFILE,
    }
    # MSH-1 is the separator itself, MSH-2 the other delimiters.
    return segment("MSH|^~\\&", {number - 2: value for number, value in fields.items()})


def patient(exam: Exam) -> str:
    """PID: INS and local identifier, birth and used names, birthplace (CI-SIS, PAM.FR)."""
    one = exam.patient
    portrait = one.portrait
    ins = f"{one.ins}^^^{one.ins_label}&{one.ins_oid}&ISO^INS"
    local = f"{one.local_id}^^^CENTRE-ALPHA&{one.local_authority}&ISO^PI"
    names = [f"{escaped(portrait.birth_name)}^{one.first_given_name}^{portrait.given_names}^^^^L"]
    if portrait.used_name or portrait.used_given_name:
        names.append(f"{escaped(portrait.used_name)}^{portrait.used_given_name}^^^^^D")
    return segment(
        "PID",
        {
            3: f"{ins}~{local}",
            5: "~".join(names),
            7: portrait.birth_date,
            8: portrait.sex,
            11: f"^^^^^^BDL^^{portrait.birthplace}~1 rue de l'Exemple^^PARIS^^75007^FRA^H",
            18: exam.seed.digits("account", 9),
            32: "VALI",
        },
    )


def visit(exam: Exam) -> str:
    """PV1: an outpatient visit."""
    number = exam.seed.digits("visit", 9)
    fields = {1: "1", 2: "O", 3: "IMAGERIE", 19: f"{number}^^^CENTRE-ALPHA^VN"}
    return segment("PV1", {**fields, 44: exam.study.started})


def sender(exam: Exam) -> str:
    """PRT SB: who sends the document to the DMP, and for which structure."""
    author, structure = exam.author, exam.structure
    person = (
        f"{author.identifier}^{author.family}^{author.given}^^^^^^"
        f"ASIP-SANTE-PS&{PROFESSIONAL_OID}&ISO^D^^^IDNPS"
    )
    organisation = (
        f"{escaped(structure.name)}^^^^^ASIP-SANTE-ST&{STRUCTURE_OID}&ISO^IDNST^^^"
        f"{structure.identifier}"
    )
    return segment("PRT", {2: "UC", 4: "SB^Send by^participation", 5: person, 8: organisation})
