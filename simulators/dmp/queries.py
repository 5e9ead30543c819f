"""The stored queries of TD3.1 and their slots (ITI TF-2 3.18.4.1.2; DRIM-M F-TD-05, 06)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from simulators.dmp import problem
from simulators.dmp.entry import Element, Entry
from simulators.dmp.names import PREFIXES
from simulators.dmp.problem import refusal
from simulators.dmp.store import FORBIDDEN, Store

FIND = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
FIND_BY_REFERENCE = "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492"
GET_DOCUMENTS = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
START = "$XDSDocumentEntry"
SYSTEMS = {
    "1.2.250.1.213.1.1.5.618": "1.2.840.10008.2.16.4",
    "1.2.250.1.213.1.1.5.695": "2.16.840.1.113883.6.96",
}
"""Value sets by which F-TD-06 names modality and region, and the code systems that the metadata
have for the same codes: a query that names either finds both."""
TIMES = {
    "CreationTime": "creationTime",
    "ServiceStartTime": "serviceStartTime",
    "ServiceStopTime": "serviceStopTime",
}
ALL_OF = ("EventCodeList", "ConfidentialityCode", "ReferenceIdList")
"""Parameters whose slots, where there are several, must all hold."""
_STRING = re.compile(r"'((?:[^']|'')*)'")
_LIST = re.compile(rf"\(\s*{_STRING.pattern}(?:\s*,\s*{_STRING.pattern})*\s*\)")
MAX_VALUE = 1 << 16
_NUMBER = re.compile(r"[0-9]{1,14}")


class Slot(NamedTuple):
    """A parameter of a query: ``values`` are those of one slot, of which one must hold."""

    name: str
    values: tuple[str, ...]


def slots(query: Element) -> list[Slot]:
    """The parameters of a query, one for each slot. Raises Refusal where one is malformed."""
    found = []
    for one in query.findall("rim:Slot", PREFIXES):
        name = one.get("name", "")
        texts = one.findall("rim:ValueList/rim:Value", PREFIXES)
        values = [value for text in texts for value in _values(name, (text.text or "").strip())]
        if not values:
            raise refusal(problem.PARAMETER_NUMBER, f"{name} has no value")
        found.append(Slot(name, tuple(values)))
    return found


def _values(name: str, text: str) -> list[str]:
    """A value as ITI TF-2 3.18.4.1.2.3.5 codes it: number, 'text', or ('text', 'text')."""
    if _NUMBER.fullmatch(text):
        return [text]
    if len(text) > MAX_VALUE or not (_STRING.fullmatch(text) or _LIST.fullmatch(text)):
        raise refusal(problem.REGISTRY, f"{name}: value malformed")
    return [one.replace("''", "'") for one in _STRING.findall(text)]


def answer(store: Store, identifier: str, asked: Sequence[Slot]) -> list[Entry]:
    """The entries that a query finds. Raises Refusal."""
    if identifier == GET_DOCUMENTS:
        return _named(store, asked)
    if identifier not in (FIND, FIND_BY_REFERENCE):
        raise refusal(problem.UNKNOWN_QUERY, identifier)
    patient = _one(asked, f"{START}PatientId", required=True)
    _required(asked, f"{START}Status")
    if identifier == FIND_BY_REFERENCE:
        _required(asked, f"{START}ReferenceIdList")
    for name in (f"{START}{time}{end}" for time in TIMES for end in ("From", "To")):
        _one(asked, name)
    if store.authorisation(patient) == FORBIDDEN:
        raise refusal(problem.REGISTRY, "the record is not open to this professional")
    tests = [_test(one) for one in asked]
    for name in {one.name for one in asked if one.name.removeprefix(START) not in ALL_OF}:
        if sum(one.name == name for one in asked) > 1:
            raise refusal(problem.PARAMETER_NUMBER, name)
    return store.find(lambda entry: all(test(entry) for test in tests))


def _named(store: Store, asked: Sequence[Slot]) -> list[Entry]:
    """GetDocuments: by entryUUID or by uniqueId, by one of the two."""
    given = [one for one in asked if one.name in (f"{START}EntryUUID", f"{START}UniqueId")]
    if len(given) != 1:
        code = problem.PARAMETER_NUMBER if given else problem.MISSING_PARAMETER
        raise refusal(code, f"{START}EntryUUID or {START}UniqueId")
    wanted = given[0].values
    by_uuid = given[0].name.endswith("EntryUUID")
    return store.find(
        lambda one: (
            (one.id if by_uuid else one.unique_id) in wanted
            and store.authorisation(one.patient) != FORBIDDEN
        )
    )


def _required(asked: Iterable[Slot], name: str) -> None:
    if not any(one.values for one in asked if one.name == name):
        raise refusal(problem.MISSING_PARAMETER, name)


def _one(asked: Iterable[Slot], name: str, *, required: bool = False) -> str:
    """The value of a parameter that has one at most; "" where it is absent."""
    found = [value for one in asked if one.name == name for value in one.values]
    if len(found) > 1:
        raise refusal(problem.PARAMETER_NUMBER, name)
    if required and not found:
        raise refusal(problem.MISSING_PARAMETER, name)
    return "".join(found)


def _test(slot: Slot) -> Callable[[Entry], bool]:
    """What a parameter asks of an entry; one that is not known asks nothing (ITI TF-2 3.18)."""
    name, values = slot.name.removeprefix(START), slot.values
    for time, metadata in TIMES.items():
        if name == f"{time}From":
            return lambda one: (
                bool(one.slot(metadata)) and not _before(one.slot(metadata), values[0])
            )
        if name == f"{time}To":
            return _to(metadata, values[0])
    made = _TESTS.get(name)
    return made(values) if made else lambda _one: True


def _from(name: str, limit: str) -> Callable[[Entry], bool]:
    return lambda one: bool(one.slot(name)) and not _before(one.slot(name), limit)


def _to(name: str, limit: str) -> Callable[[Entry], bool]:
    return lambda one: bool(one.slot(name)) and _before(one.slot(name), limit)


def _before(moment: str, limit: str) -> bool:
    """Whether a DTM lies before another; what is missing of one is its beginning."""
    return moment.ljust(14, "0") < limit.ljust(14, "0")


def _coded(name: str) -> Callable[[Sequence[str]], Callable[[Entry], bool]]:
    def make(values: Sequence[str]) -> Callable[[Entry], bool]:
        wanted = {_pair(one) for one in values}
        return lambda one: any(
            (code, SYSTEMS.get(scheme, scheme)) in wanted for code, scheme in one.codes(name)
        )

    return make


def _pair(text: str) -> tuple[str, str]:
    code, _, scheme = text.partition("^^")
    return code, SYSTEMS.get(scheme, scheme)


def _person(values: Sequence[str]) -> Callable[[Entry], bool]:
    """An authorPerson by a pattern of SQL: % is anything, _ is one character."""
    patterns = [
        re.compile("".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in one), re.DOTALL)
        for one in values
    ]
    return lambda one: any(p.fullmatch(who) for p in patterns for who in one.persons)


_TESTS: Mapping[str, Callable[[Sequence[str]], Callable[[Entry], bool]]] = {
    "PatientId": lambda values: lambda one: one.patient in values,
    "Status": lambda values: lambda one: one.status in values,
    "ReferenceIdList": lambda values: lambda one: bool({*one.references} & {*values}),
    "FormatCode": _coded("FormatCode"),
    "ClassCode": _coded("ClassCode"),
    "TypeCode": _coded("TypeCode"),
    "ConfidentialityCode": _coded("ConfidentialityCode"),
    "EventCodeList": _coded("EventCodeList"),
    "PracticeSettingCode": _coded("PracticeSettingCode"),
    "HealthcareFacilityTypeCode": _coded("HealthcareFacilityTypeCode"),
    "AuthorPerson": _person,
}
