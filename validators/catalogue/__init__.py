"""Requirements, profiles and messages: data with its source, read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from validators.model import Basis, Level, Text


class UnknownProfile(LookupError):
    """No profile has this name; the message lists those that exist."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of one document: id locked, statement in our own words.

    ``kinds`` are the kinds of document that it speaks of.
    """

    id: str
    document: str
    kinds: frozenset[str]
    level: Level
    section: str
    testable: str
    basis: Basis
    confidence: str
    statement: Text
    reason: Text | None
    effective_from: date
    effective_until: date


@dataclass(frozen=True, slots=True)
class Document:
    """A source document: who published which edition, and how its text was known.

    ``text`` is whole, part or none: what of it was available.
    """

    id: str
    publisher: str
    edition: Text
    title: Text
    note: Text
    text: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """A level that a profile sets for a requirement, with its reason."""

    requirement: str
    level: Level
    reason: Text


@dataclass(frozen=True, slots=True)
class Profile:
    """Which documents bind, with which parameters and which levels changed.

    ``audit`` says that an audit may be held by it.
    """

    id: str
    title: Text
    documents: tuple[str, ...]
    reference_date: date
    parameters: Mapping[str, Any]
    overrides: Mapping[str, Override]
    review_inference: bool
    audit: bool


def _text(pair: Mapping[str, str]) -> Text:
    return Text(en=pair["en"], fr=pair["fr"])


def read_toml(*parts: str) -> dict[str, Any]:
    """A TOML file of the catalogue; raises FileNotFoundError."""
    source = files(__name__)
    for part in parts:
        source = source.joinpath(part)
    return tomllib.loads(source.read_text(encoding="utf-8"))


def names(*folder: str) -> list[str]:
    """Names of the TOML files of a folder of the catalogue, without their suffix."""
    found = (entry.name for entry in files(__name__).joinpath(*folder).iterdir())
    return sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))


@cache
def document(name: str) -> Document:
    """The document of this file name, with its requirements in document order."""
    data = read_toml("requirements", f"{name}.toml")
    head = data["document"]
    return Document(
        id=head["id"],
        publisher=head["publisher"],
        edition=_text(head["edition"]),
        title=_text(head["title"]),
        note=_text(head["note"]),
        text=head["text"],
        requirements=tuple(_requirement(head, row) for row in data["requirement"]),
    )


def _requirement(head: Mapping[str, Any], row: Mapping[str, Any]) -> Requirement:
    return Requirement(
        id=row["id"],
        document=head["id"],
        kinds=frozenset(row.get("kinds", head["kinds"])),
        level=Level(row["level"]),
        section=row["section"],
        testable=row["testable"],
        basis=Basis(row["basis"]),
        confidence=row["confidence"],
        statement=_text(row),
        reason=_text(row["reason"]) if "reason" in row else None,
        effective_from=row.get("effective_from", date.min),
        effective_until=row.get("effective_until", date.max),
    )


@cache
def profile(name: str) -> Profile:
    """The profile of this name, what it inherits included. Raises UnknownProfile."""
    if name not in names("profiles"):
        raise UnknownProfile(", ".join(names("profiles")))
    data = read_toml("profiles", f"{name}.toml")
    parent = profile(data["inherits"]) if "inherits" in data else None
    overrides = dict(parent.overrides) if parent else {}
    for row in data.get("override", ()):
        for requirement in row["requirements"]:
            overrides[requirement] = Override(
                requirement, Level(row["level"]), _text(row["reason"])
            )
    return Profile(
        id=name,
        title=_text(data["title"]),
        documents=tuple(data.get("documents", parent.documents if parent else ())),
        reference_date=data.get("reference_date", parent.reference_date if parent else date.min),
        parameters={**(parent.parameters if parent else {}), **data.get("parameters", {})},
        overrides=overrides,
        review_inference=data.get("review_inference", parent.review_inference if parent else False),
        audit=data.get("audit", False),
    )


@cache
def value_set(name: str) -> tuple[str, frozenset[str]]:
    """A value set of the CI-SIS that is known in full: its OID, and its codes. Raises KeyError."""
    row = read_toml("tables", "ci-sis-value-sets.toml")[name]
    return row["oid"], frozenset(row["codes"])


@cache
def messages(language: str) -> dict[str, Any]:
    """Texts in a language: ``rule`` by rule id, ``template`` and ``scope`` for rules of rows.

    Each kind of document has its file; the tables of one name are one table.
    """
    merged: dict[str, Any] = {}
    for name in names("messages", language):
        for table, rows in read_toml("messages", language, f"{name}.toml").items():
            merged.setdefault(table, {}).update(rows)
    return merged


@cache
def example(rule_id: str) -> tuple[str, str] | None:
    """What the rule passes and what it sees, both cut from test data; None where it has neither.

    Of the file of a kind only the table of the rule is parsed.
    """
    for name in names("examples"):
        found = _examples(name).partition(f"\n\n[{rule_id}]\n")[2]
        if found:
            row = tomllib.loads(found.partition("\n\n[")[0])
            return row["good"], row["bad"]
    return None


@cache
def _examples(name: str) -> str:
    return files(__name__).joinpath("examples", f"{name}.toml").read_text(encoding="utf-8")
