"""The persons that a document names, read where something was found in it."""

from __future__ import annotations

from collections.abc import Iterator

from drimcheck.privacy.places import FIELDS
from validators.cross.dossier import READERS, facts_of
from validators.cross.facts import Facts


def persons_of(kind: str, name: str, content: bytes) -> list[tuple[str, str]]:
    """Kind and value of what names a person in a document; nothing where none is read."""
    if kind not in READERS:
        return []
    return list(persons_in(facts_of(kind, name, content)))


def persons_in(facts: Facts) -> Iterator[tuple[str, str]]:
    """The same of facts that are read already."""
    for field, kind in FIELDS.items():
        for value in dict.fromkeys(facts.values(field)):
            yield kind, value
