"""What the pages say of the catalogue, gathered once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from drimcheck.options import DEFAULT_PROFILE
from testdata.mutants import Mutant, mutants
from validators.catalogue import Document, Requirement, document, names, profile, read_toml
from validators.engine import PlannedRule, plan
from validators.kinds import JUDGED, register
from validators.model import Level
from validators.rules import RULES, Rule

register()


@dataclass(frozen=True, slots=True)
class Requires:
    """A requirement with the name of its document's page."""

    page: str
    document: Document
    requirement: Requirement


@cache
def documents() -> dict[str, Document]:
    """The requirement documents by the name of their file."""
    return {name: document(name) for name in names("requirements")}


@cache
def requirements() -> dict[str, Requires]:
    """Every requirement by id."""
    return {
        one.id: Requires(name, source, one)
        for name, source in documents().items()
        for one in source.requirements
    }


@cache
def rules_of() -> dict[str, tuple[str, ...]]:
    """The rules of each requirement that has one."""
    found: dict[str, list[str]] = defaultdict(list)
    for rule in RULES.values():
        for name in rule.verifies:
            found[name].append(rule.id)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}


@cache
def planned() -> dict[str, dict[str, PlannedRule]]:
    """The rules that each profile has, as it applies them."""
    found: dict[str, dict[str, PlannedRule]] = {}
    for name in (DEFAULT_PROFILE, *(one for one in names("profiles") if one != DEFAULT_PROFILE)):
        chosen = profile(name)
        plans = (plan(chosen, kind, on=chosen.reference_date) for kind in JUDGED)
        found[name] = {one.rule.id: one for made in plans for one in made.rules}
    return found


@cache
def proofs() -> dict[str, tuple[Mutant, ...]]:
    """The mutants by the rule that must see them."""
    found: dict[str, list[Mutant]] = defaultdict(list)
    for one in mutants():
        found[one.kills].append(one)
    return {rule: tuple(ones) for rule, ones in found.items()}


@cache
def lock() -> dict[str, Any]:
    """Since when each rule is there, and its status."""
    return dict(read_toml("rules.lock.toml")["rule"])


@cache
def disagreements() -> tuple[dict[str, Any], ...]:
    """What sources or tools dispute, as the catalogue has it."""
    return tuple(read_toml("disagreements.toml")["disagreement"])


def concerning(rule: Rule) -> Iterator[dict[str, Any]]:
    """The disagreements that name a rule, or a requirement that it verifies."""
    for one in disagreements():
        said = " ".join((*one["choice"].values(), *(side["en"] for side in sides(one))))
        if any(_names(said, name) for name in (rule.id, *rule.verifies)):
            yield one


@cache
def concerned() -> dict[str, tuple[str, ...]]:
    """The rules that each disagreement concerns, by its id."""
    found: dict[str, list[str]] = defaultdict(list)
    for rule in RULES.values():
        for one in concerning(rule):
            found[one["id"]].append(rule.id)
    return {name: tuple(sorted(rules)) for name, rules in found.items()}


def sides(disagreement: dict[str, Any]) -> list[dict[str, str]]:
    """What each side says, or each source, by language."""
    if "sources" in disagreement:
        return list(disagreement["sources"])
    return [disagreement["theirs"], disagreement["ours"]]


def _names(text: str, name: str) -> bool:
    words = {word.strip("().,;:") for word in text.split()}
    return name in words or name.removeprefix("DRIM-") in words


def counts(source: Document) -> list[tuple[Level, int, int]]:
    """How many requirements of each level have a rule, and how many there are."""
    found = []
    for level in Level:
        of_level = [one for one in source.requirements if one.level is level]
        if of_level:
            found.append((level, sum(one.id in rules_of() for one in of_level), len(of_level)))
    return found
