"""The patient and the INS identity (CI-SIS minimal structure; INS reference; RNIV)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.cda.subject import INS_ROOTS, Cda, patients, rule
from validators.identifiers import BIRTHPLACE, INS, ins_key, is_day
from validators.model import Defect
from validators.reading.xml import XmlNode

_BIRTH_NAME = re.compile(r"[A-Z](?:[A-Z]|[ '-](?! ))*")
FAMILY, GIVEN = "patient/name/family", "patient/name/given"
COUNTY = "patient/birthplace/place/addr/county"
SEXES = {"1": "M", "2": "F"}
BODY = 13


def ins_ids(cda: Cda) -> list[XmlNode]:
    """The identifiers of the patient that an authority of the INS assigned."""
    found = cda.at(patients, "h:id")
    return [one for one in found if one.get("root").startswith(INS_ROOTS)]


def well_formed_ins(cda: Cda) -> Iterator[XmlNode]:
    return (one for one in ins_ids(cda) if INS.fullmatch(one.get("extension")))


def identified_patients(cda: Cda) -> Iterable[XmlNode]:
    """The patients that have an INS."""
    return [one for one in patients(cda) if _ins_of(one)]


def birth_times(cda: Cda) -> Iterator[XmlNode]:
    found = cda.at(patients, "h:patient/h:birthTime")
    return (one for one in found if one.get("value"))


def counties(cda: Cda) -> Iterator[XmlNode]:
    found = cda.at(patients, "h:patient/h:birthplace/h:place/h:addr/h:county")
    return (one for one in found if one.text)


def birth_names(cda: Cda) -> Iterator[XmlNode]:
    """The parts of the name that are those of the birth certificate."""
    for name in ("family", "given"):
        found = cda.at(patients, f"h:patient/h:name/h:{name}")
        yield from (one for one in found if one.get("qualifier") == "BR")


def _ins_of(patient: XmlNode) -> list[XmlNode]:
    return [one for one in patient.all("h:id") if one.get("root").startswith(INS_ROOTS)]


@rule("CDA-PAT-02", over=patients, verifies=("CDA-PAT-02",))
def ins_absent_or_repeated(patient: XmlNode) -> Iterator[Defect]:
    """The patient has one INS.

    Why: the DMP and the KOS know the patient by it alone.
    Fix: write the qualified INS of the patient, its root that of the authority.
    """
    found = _ins_of(patient)
    if len(found) != 1:
        yield patient.defect(expected=f"1 {INS_ROOTS}*", actual=len(found), child="id/@root")


@rule("CDA-PAT-02A", over=ins_ids, verifies=("CDA-PAT-02",),
      parameters=("ins_authorities",))  # fmt: skip
def ins_authority_not_allowed(one: XmlNode, allowed: list[str]) -> Iterator[Defect]:
    """The authority of the INS is one of the environment that is tested.

    Why: a test identity in production, or a real one in tests, must be noticed.
    Fix: write the OID of the INS that applies: NIR .8, NIA .9, test .10, demonstration .11.
    """
    if one.get("root") not in allowed:
        yield one.defect(expected=" | ".join(allowed), actual=one.get("root"), child="@root")


@rule("CDA-PAT-03F", over=ins_ids, verifies=("CDA-PAT-03",))
def ins_malformed(one: XmlNode) -> Iterator[Defect]:
    """The INS is 13 characters of NIR or NIA and a key of two digits.

    Why: an identifier of another form is none of the INS; the DMP refuses it.
    Fix: write the 15 characters that the identity service returns, without blanks.
    """
    found = one.get("extension")
    if found and not INS.fullmatch(found):
        yield one.defect(expected="INS, 15", actual=found, child="@extension")


@rule("CDA-PAT-03", over=well_formed_ins, verifies=("CDA-PAT-03",))
def ins_key_wrong(one: XmlNode) -> Iterator[Defect]:
    """The key of the INS is that of its 13 characters.

    Why: a wrong key means a mistyped identifier: the record of someone else.
    Fix: take the INS from the identity service, not from a keyboard.
    """
    body = one.get("extension")[:BODY]
    if one.get("extension") != body + ins_key(body):
        yield one.defect(
            expected=body + ins_key(body), actual=one.get("extension"), child="@extension"
        )


@rule("CDA-PAT-04", over=identified_patients, verifies=("CDA-PAT-04",))
def ins_body_is_not_the_traits(patient: XmlNode) -> Iterator[Defect]:
    """Sex, year, month and birthplace in the INS are those of the patient.

    Why: for information: test identities do not agree with themselves, and a NIR may keep what
    a person has changed since.
    Fix: nothing, if the identity service returned both.
    """
    sex = patient.value("h:patient/h:administrativeGenderCode", "code")
    born = patient.value("h:patient/h:birthTime", "value")
    county = patient.value("h:patient/h:birthplace/h:place/h:addr/h:county")
    for one in _ins_of(patient):
        body = one.get("extension")
        if not INS.fullmatch(body):
            continue
        for written, actual in (
            (SEXES.get(body[0], ""), sex if sex in SEXES.values() else ""),
            (body[1:5] if body[3:5] <= "12" else "", born[2:6]),
            (body[5:10], county),
        ):
            if written and actual and written != actual:
                yield one.defect(expected=actual, actual=written, child="@extension")


@rule("CDA-PAT-05", over=patients, verifies=("CDA-PAT-05",))
def local_identifier_absent(patient: XmlNode) -> Iterator[Defect]:
    """The patient has a local identifier beside the INS.

    Why: the PACS knows the images by the local identifier, not by the INS.
    Fix: write it as another id, its root the OID of the structure.
    """
    if not [one for one in patient.all("h:id") if not one.get("root").startswith(INS_ROOTS)]:
        yield patient.defect(expected="id", child="id")


@rule("CDA-PAT-08", over=identified_patients, verifies=("CDA-PAT-08",))
def traits_of_the_ins_absent(patient: XmlNode) -> Iterator[Defect]:
    """A patient with an INS has birth name, first given name, given names and birthplace.

    Why: the INS counts as qualified only with the traits that it was qualified with.
    Fix: write family and given with qualifier BR, given without qualifier, and the county code.
    """
    names = patient.all("h:patient/h:name/*")
    kinds = {(one.name, one.get("qualifier")) for one in names if one.text}
    for part, qualifier, step in (
        ("family", "BR", f"{FAMILY}[@qualifier='BR']"),
        ("given", "BR", f"{GIVEN}[@qualifier='BR']"),
        ("given", "", f"{GIVEN}[not(@qualifier)]"),
    ):
        if (part, qualifier) not in kinds:
            yield patient.defect(expected=step, child=step)
    if not patient.value("h:patient/h:birthplace/h:place/h:addr/h:county"):
        yield patient.defect(expected=COUNTY, child=COUNTY)


@rule("CDA-PAT-10D", over=birth_times, verifies=("CDA-PAT-10",))
def birth_date_malformed(time: XmlNode) -> Iterator[Defect]:
    """The birth date is a day of the calendar, YYYYMMDD.

    Why: the DMP, the KOS and the registry copy it as it stands.
    Fix: write eight digits; the INS reference says which day stands for an unknown one.
    """
    if not is_day(time.get("value")):
        yield time.defect(expected="YYYYMMDD", actual=time.get("value"), child="@value")


@rule("CDA-PAT-11", over=counties, verifies=("CDA-PAT-11",))
def birthplace_code_malformed(county: XmlNode) -> Iterator[Defect]:
    """The birthplace is an INSEE code of five characters.

    Why: the birthplace is one of the traits of the INS. The table of communes is not part of
    this suite: the pattern alone is checked.
    Fix: write the code of the commune, or 99 and the code of the country.
    """
    if not BIRTHPLACE.fullmatch(county.text):
        yield county.defect(expected="[0-9]{5} | 2[AB][0-9]{3}", actual=county.text)


@rule("CDA-PAT-12", over=birth_names, verifies=("CDA-PAT-12",))
def birth_name_not_as_in_the_ins(part: XmlNode) -> Iterator[Defect]:
    """Birth names are in capitals without diacritics or double spaces.

    Why: the INS identity is written so; another spelling does not match it.
    Fix: write the name as the identity service returns it.
    """
    written = "".join(map(str, part.element.itertext())).strip()
    if written and not _BIRTH_NAME.fullmatch(written):
        yield part.defect(expected="[A-Z '-]", actual=written)
