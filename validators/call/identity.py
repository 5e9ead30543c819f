"""The patient of the call: matricule INS, traits, local identifier (DRIM-M D-CC-03 to D-CC-09)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from validators.call.subject import Call, Parameter, rule
from validators.identifiers import BIRTHPLACE, INS, ins_key
from validators.model import Defect

GENDERS = ("male", "female", "other", "unknown")


def named(name: str) -> Callable[[Call], Iterable[Parameter]]:
    """The selector of the first parameter of a name that has a value."""

    def select(call: Call) -> Iterable[Parameter]:
        found = call.first(name)
        return (found,) if found is not None and found.value.strip() else ()

    return select


@rule("CALL-03-INS", over=named("Patient.identifier.value"), verifies=("DRIM-D-CC-03-INS",))
def ins_malformed(node: Parameter) -> Iterator[Defect]:
    """The matricule INS has 13 characters and the key that belongs to them.

    Why: the record of the patient is not found, or is another patient's.
    Fix: write the matricule as the INS teleservice gave it, with its key, without blanks.
    """
    text = node.value
    if not INS.fullmatch(text):
        yield node.defect(expected="13 + 2", actual=text)
    elif ins_key(text[:13]) != text[13:]:
        yield node.defect(expected=text[:13] + ins_key(text[:13]), actual=text)


@rule(
    "CALL-03-OID",
    over=named("Patient.identifier.system"),
    verifies=("DRIM-D-CC-03-INS",),
    parameters=("ins_authorities",),
)
def ins_authority_unknown(node: Parameter, allowed: list[str]) -> Iterator[Defect]:
    """The system of the matricule is an OID of the INS that the profile allows.

    Why: a matricule under another OID is not looked up.
    Fix: write the OID alone, without urn:oid:.
    """
    if node.value not in allowed:
        yield node.defect(expected=" | ".join(allowed), actual=node.value)


@rule("CALL-03-PLACE", over=named("Address.district"), verifies=("DRIM-D-CC-03-PLACE",))
def birthplace_malformed(node: Parameter) -> Iterator[Defect]:
    """The place of birth has the form of an INSEE code; whether it exists is not looked up.

    Why: it is a trait of the identity, compared as it stands.
    Fix: write the five characters of the commune, or 99 and the country.
    """
    if not BIRTHPLACE.fullmatch(node.value):
        yield node.defect(expected="INSEE", actual=node.value)


@rule("CALL-09-DATE", over=named("Patient.birthDate"), verifies=("DRIM-D-CC-09",))
def birth_date_malformed(node: Parameter) -> Iterator[Defect]:
    """The date of birth is a day, YYYY-MM-DD.

    Why: the names are those of FHIR, and so may be the formats: no example is published.
    Fix: write 1980-02-29; keep the form configurable.
    """
    try:
        good = bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.value))
        date.fromisoformat(node.value)
    except ValueError:
        good = False
    if not good:
        yield node.defect(expected="YYYY-MM-DD", actual=node.value)


@rule("CALL-09-SEX", over=named("Patient.gender"), verifies=("DRIM-D-CC-09",))
def gender_unknown(node: Parameter) -> Iterator[Defect]:
    """The sex is a code of FHIR.

    Why: the names are those of FHIR, and so may be the codes: no example is published.
    Fix: write male or female; keep the form configurable.
    """
    if node.value not in GENDERS:
        yield node.defect(expected=" | ".join(GENDERS), actual=node.value)


@rule("CALL-08", over=named("PatientIDIssuer"), verifies=("DRIM-D-CC-08",))
def issuer_not_as_recommended(node: Parameter) -> Iterator[Defect]:
    """The issuer of the local identifier has the three parts of CX-4.

    Why: the recommendation is the whole of PID-3.4: name, OID and ISO.
    Fix: write NAME&OID&ISO, percent-encoded; keep it configurable.
    """
    parts = node.value.split("&")
    if len(parts) != 3 or not parts[1] or parts[2] != "ISO":
        yield node.defect(expected="NAME&OID&ISO", actual=node.value)
