"""The patient of a submission: INS, source identifier, source traits (ITI TF-3 4.2.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from validators.identifiers import BIRTHPLACE, INS, INS_OIDS, ins_key, is_day
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.xds import schemes
from validators.xds.subject import Entry, Submission, Whole, kos_entries, rule, submitted

_CX = re.compile(r"([^^]+)\^\^\^&([0-9.]+)&ISO\^([A-Z]+)")


class Cx(NamedTuple):
    """An identifier with its authority and type (HL7 CX as XDS writes it)."""

    value: str
    oid: str
    type: str


def cx(text: str) -> Cx | None:
    """The parts of a CX; None where it has not that form."""
    found = _CX.fullmatch(text)
    return Cx(*found.groups()) if found else None


def patient_ids(submission: Submission) -> list[XmlNode]:
    """The external identifiers that name the patient, of the set and of every entry."""
    found = [one.external(schemes.SET_PATIENT) for one in submission.sets]
    found += [one.external(schemes.ENTRY_PATIENT) for one in submission.entries]
    return [one for one in found if one is not None and one.get("value")]


def well_formed_ids(submission: Submission) -> Iterable[XmlNode]:
    return [one for one in patient_ids(submission) if cx(one.get("value"))]


def source_ids(submission: Submission) -> Iterable[XmlNode]:
    """The source patient ids of the KOS."""
    return [one for entry in kos_entries(submission) for one in entry.values("sourcePatientId")]


def traits(submission: Submission) -> Iterable[Entry]:
    """The KOS entries that have source patient info."""
    return [one for one in kos_entries(submission) if one.values("sourcePatientInfo")]


@rule("XDS-PID-01", over=submitted, verifies=("XDS-PID-01",))
def several_patients(node: Whole) -> Iterator[Defect]:
    """The submission set and all its entries are of one patient.

    Why: the registry refuses a lot of several patients; one that does not mixes two records.
    Fix: write the same patient id in the submission set and in every entry.
    """
    found = patient_ids(node.submission)
    for one in found[1:]:
        if one.get("value") != found[0].get("value"):
            expected = found[0].get("value")
            yield one.defect(expected=expected, actual=one.get("value"), child="@value")


@rule("XDS-PID-02", over=patient_ids, verifies=("XDS-PID-02",))
def patient_id_malformed(node: XmlNode) -> Iterator[Defect]:
    """Patient id is a CX of type NH: value^^^&OID&ISO^NH.

    Why: the registry looks the record up by this text as it stands.
    Fix: write <INS>^^^&<OID of the INS>&ISO^NH.
    """
    found = cx(node.get("value"))
    if found is None or found.type != "NH":
        yield node.defect(expected="^^^&OID&ISO^NH", actual=node.get("value"), child="@value")


@rule("XDS-PID-02-KEY", over=well_formed_ids, verifies=("XDS-PID-02-KEY",))
def ins_malformed(node: XmlNode) -> Iterator[Defect]:
    """The INS of patient id has 15 characters, and the key of its first 13.

    Why: a wrong key means a mistyped identifier: the record of someone else.
    Fix: take the INS from the identity service.
    """
    found = cx(node.get("value"))
    assert found is not None
    if not INS.fullmatch(found.value):
        yield node.defect(expected="INS, 15", actual=found.value, child="@value")
    elif found.value[13:] != ins_key(found.value[:13]):
        expected = found.value[:13] + ins_key(found.value[:13])
        yield node.defect(expected=expected, actual=found.value, child="@value")


@rule("XDS-PID-02-OID", over=well_formed_ids, verifies=("XDS-PID-02-OID",),
      parameters=("ins_authorities",))  # fmt: skip
def ins_authority_not_allowed(node: XmlNode, allowed: Sequence[str]) -> Iterator[Defect]:
    """The authority of patient id is an INS authority of the environment that is tested.

    Why: a test identity in production, or a real one in tests, must be noticed.
    Fix: write the OID of the INS that applies.
    """
    found = cx(node.get("value"))
    assert found is not None
    if found.oid not in allowed:
        yield node.defect(expected=" | ".join(allowed), actual=found.oid, child="@value")


@rule("XDS-SPID-01", over=source_ids, verifies=("XDS-SPID-01",))
def source_id_is_the_ins(node: XmlNode) -> Iterator[Defect]:
    """Source patient id is the local identifier, of type PI.

    Why: it is by the local identifier that the source finds the patient again.
    Fix: write <local identifier>^^^&<OID of the site>&ISO^PI; the INS only where there is none.
    """
    found = cx(node.text)
    if found is None:
        yield node.defect(expected="^^^&OID&ISO^PI", actual=node.text)
    elif found.oid in INS_OIDS and found.type == "PI":
        yield node.defect(expected="PI", actual=node.text)


def _is_birth_name(text: str) -> bool:
    parts = text.split("^")
    return bool(parts[0]) and parts[6:7] == ["L"]


TRAITS: dict[str, tuple[Callable[[str], bool], str]] = {
    "PID-5": (_is_birth_name, "^^^^^^L"),
    "PID-7": (lambda text: is_day(text[:8]), "YYYYMMDD"),
    "PID-8": (lambda text: text in ("M", "F", "O", "U", "UN"), "M | F"),
}
"""The traits that must be there, each with its form."""


def _trait(entry: Entry, name: str) -> XmlNode | None:
    values = entry.values("sourcePatientInfo")
    return next((one for one in values if one.text.startswith(f"{name}|")), None)


@rule("XDS-SPI-01", over=traits, verifies=("XDS-SPI-01",))
def source_traits_malformed(entry: Entry) -> Iterator[Defect]:
    """Source patient info has the birth name of type L, a date of birth that exists, and the sex.

    Why: who reads the entry checks by these traits that the document is of this patient.
    Fix: write PID-5|NAME^GIVEN^^^^^L, PID-7|YYYYMMDD and PID-8|M or F.
    """
    for name, (good, shown) in TRAITS.items():
        found = _trait(entry, name)
        if found is None:
            yield entry.defect(expected=f"{name}|{shown}", child="Slot[sourcePatientInfo]")
        elif not good(found.text.partition("|")[2]):
            yield found.defect(expected=f"{name}|{shown}", actual=found.text)


@rule("XDS-SPI-05", over=traits, verifies=("XDS-SPI-05",))
def birthplace_absent(entry: Entry) -> Iterator[Defect]:
    """Source patient info has the place of birth: PID-11 of type BDL.

    Why: it is one of the traits of the INS identity; the most recent official sample has it.
    Fix: write PID-11|^^^^^^BDL^^ and the code of the commune, or 99 and that of the country.
    """
    found = _trait(entry, "PID-11")
    parts = found.text.partition("|")[2].split("^") if found else []
    if found is None or len(parts) < 9 or parts[6] != "BDL" or not BIRTHPLACE.fullmatch(parts[8]):
        actual = found.text if found else None
        yield entry.defect(
            expected="PID-11|^^^^^^BDL^^99999", actual=actual, child="Slot[sourcePatientInfo]"
        )
