"""The people of our own test data: their values are invented, and shown as they are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from testdata.identity import Seed
from testdata.people import (
    PORTRAITS,
    Patient,
    drimbox,
    patient,
    radiologist,
    referring_doctor,
)

NATURE = 10
"""Characters of an INS that say who somebody is: sex, month and place of birth."""


class Cast:
    """Whose values are shown: the cast of some seeds, and documents that name one of the cast.

    ``series`` are those of images that we made, by their UIDs: their pictures are shown.
    """

    def __init__(self, seeds: Iterable[str], series: Iterable[str] = ()) -> None:
        self.series = frozenset(series)
        self._values = frozenset(value for seed in seeds for value in _numbers(seed))

    def plays(self, values: Iterable[str]) -> bool:
        """Whether these values are of somebody of the cast: by a family name, or by an INS."""
        return any(value in self._values or value.upper() in families() for value in values)

    def knows(self, value: str, *, played: bool) -> bool:
        """Whether a value is one of the cast; ``played`` says that its document is about it.

        Given names, and an INS that differs from one of the cast, are so in such a document alone.
        """
        said = value.strip().upper()
        if value in self._values or said in families():
            return True
        return played and (said in given_names() or value[:NATURE] in natures())


@cache
def families() -> frozenset[str]:
    """The family names of the cast, which nobody else has."""
    found = {name for one in PORTRAITS.values() for name in (one.birth_name, one.used_name)}
    return frozenset(found - {""})


@cache
def given_names() -> frozenset[str]:
    """The given names, one by one and together, and the names of the doctors."""
    found: set[str] = set()
    for one in PORTRAITS.values():
        found |= {one.given_names, one.used_given_name, *one.given_names.split()}
    for who in (radiologist(Seed()), referring_doctor(Seed())):
        found |= {who.family.upper(), who.given.upper()}
    return frozenset(found - {""}) | {drimbox(Seed()).name.upper()}


@cache
def natures() -> frozenset[str]:
    return frozenset(one.ins_body[:NATURE] for one in map(_patient, PORTRAITS))


def _patient(name: str) -> Patient:
    return patient(name, Seed())


@cache
def _numbers(seed: str) -> frozenset[str]:
    """The identifiers that a seed gives to the cast."""
    made = Seed(seed)
    found = {radiologist(made).identifier, referring_doctor(made).identifier,
             drimbox(made).identifier}  # fmt: skip
    for name in PORTRAITS:
        who = patient(name, made)
        found |= {who.ins, who.ins_body, who.local_id}
    return frozenset(found)
