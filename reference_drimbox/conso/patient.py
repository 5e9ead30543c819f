"""The patient in context, and the traits of an identity that are shown (DRIM-M D.1, D.2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reference_drimbox.vihf import cx

DEFAULT_TRAITS = ("birth_name", "given_name", "birth_date", "sex", "birthplace")
"""Shown at the start (D-UI-01)."""
OTHER_TRAITS = ("ins", "ins_oid", "given_names", "used_given_name", "used_name")
"""Shown where the user wants it (D-UI-02)."""
TRAITS = DEFAULT_TRAITS + OTHER_TRAITS
SEXES = {"male": "M", "female": "F", "m": "M", "f": "F", "1": "M", "2": "F", "h": "M"}
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


@dataclass(frozen=True, slots=True)
class Patient:
    """An identity: of a contextual call, or of a KOS that was imported without one.

    ``birth_date`` is YYYYMMDD and ``sex`` M or F, where they came in a form that is known.
    """

    ins: str
    ins_oid: str
    birth_name: str
    given_name: str
    birth_date: str
    sex: str
    birthplace: str
    given_names: str = ""
    used_name: str = ""
    used_given_name: str = ""
    local_id: str = ""
    local_issuer: str = ""

    @property
    def identifier(self) -> str:
        """The INS as the DMP wants it."""
        return cx(self.ins, self.ins_oid)

    def same(self, other: Patient) -> bool:
        """Whether both are the same person by INS: number and, where both have it, authority."""
        if not self.ins or self.ins != other.ins:
            return False
        return not (self.ins_oid and other.ins_oid) or self.ins_oid == other.ins_oid

    def completed(self, other: Patient) -> Patient:
        """The identity, with the names that only the other source has (D-UI-03)."""
        return Patient(
            **{
                name: getattr(self, name) or getattr(other, name)
                for name in Patient.__dataclass_fields__
            }
        )

    def shown(self, wanted: Collection[str]) -> list[tuple[str, str]]:
        """Name and value of each trait that is wanted, in the order of the requirement."""
        return [(name, self._told(name)) for name in TRAITS if name in wanted]

    def _told(self, name: str) -> str:
        value: str = getattr(self, name)
        date = _DATE.fullmatch(value) if name == "birth_date" else None
        return f"{date[3]}/{date[2]}/{date[1]}" if date else value


def of_call(sent: Mapping[str, str]) -> Patient:
    """The patient of a contextual call (D-CC-03)."""
    date = _DATE.fullmatch(sent["Patient.birthDate"].strip())
    sex = sent["Patient.gender"].strip()
    return Patient(
        ins=sent["Patient.identifier.value"].strip(),
        ins_oid=sent["Patient.identifier.system"].strip().removeprefix("urn:oid:"),
        birth_name=sent["Patient.name.family"].strip(),
        given_name=sent["Patient.name.given"].strip(),
        birth_date="".join(date.groups()) if date else sent["Patient.birthDate"].strip(),
        sex=SEXES.get(sex.lower(), sex),
        birthplace=sent["Address.district"].strip(),
        local_id=sent["PatientID"].strip(),
        local_issuer=sent["PatientIDIssuer"].strip(),
    )
