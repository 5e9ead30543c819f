"""From subjects to the report of a run."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from validators.catalogue import Document, Requirement, document
from validators.engine import Plan
from validators.model import (
    DEVIATIONS,
    OUTCOME_OF_LEVEL,
    DocumentReport,
    Level,
    Outcome,
    RequirementReport,
    RuleText,
    RunReport,
    SubjectReport,
    distinct,
    worst,
)
from validators.texts import rule_text
from validators.verdict import left_untested, verdict


@cache
def rule_set_hash() -> str:
    """SHA-256 over the sources and the data of the judge: two equal hashes judge alike."""
    digest = hashlib.sha256()
    for name, entry in sorted(_sources("", files("validators"))):
        digest.update(name.encode() + b"\0")
        digest.update(entry.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _sources(prefix: str, folder: Traversable) -> Iterable[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            yield from _sources(name, entry)
        elif name.endswith((".py", ".toml", ".tsv", ".xsd")):
            yield name, entry


def report(
    plans: Sequence[Plan],
    subjects: Sequence[SubjectReport],
    *,
    version: str,
    command: str,
    skipped: Sequence[tuple[str, str]] = (),
    missing: Sequence[str] = (),
    require_all: bool = False,
    unreachable: bool = False,
    lost: bool = False,
    review: bool = False,
    broken: bool = False,
) -> RunReport:
    """Assemble the report of a run, its verdict included.

    ``plans`` are those of the kinds that the run knew, of one profile and one date; those whose
    kind no subject is of say nothing, unless there is no subject at all. With ``require_all``, a
    mandatory requirement that was not tested keeps the run from being conclusive. ``unreachable``
    says that no exchange with the target took place, ``lost`` that some did not, ``review`` that a
    person must answer, ``broken`` that the tool failed elsewhere than in a rule. Raises
    ValueError when there is no plan.
    """
    if not plans:
        raise ValueError("a run has at least one plan")
    kinds = {subject.kind for subject in subjects}
    used = [plan for plan in plans if plan.kind in kinds] or list(plans)
    first = used[0]
    rules = {planned.rule.id: rule_text(planned) for plan in used for planned in plan.rules}
    requirements = requirement_reports(used, subjects, rules)
    concerned = {one.document for one in requirements}
    documents = [document(name) for name in first.profile.documents]
    return RunReport(
        version=version,
        rule_set=rule_set_hash(),
        command=command,
        profile=first.profile.id,
        profile_title=first.profile.title,
        documents=tuple(_source(one) for one in documents if one.id in concerned),
        on=first.on.isoformat(),
        verdict=verdict(
            subjects,
            rules,
            usage=bool(missing),
            unreachable=unreachable,
            not_run=lost,
            untested=require_all and left_untested(requirements),
            review=review,
            broken=broken,
        ),
        subjects=tuple(subjects),
        rules=rules,
        requirements=requirements,
        skipped=tuple(skipped),
        missing=tuple(missing),
    )


def _source(one: Document) -> DocumentReport:
    return DocumentReport(one.id, one.publisher, one.edition, one.title, one.note, one.text)


def requirement_reports(
    plans: Sequence[Plan], subjects: Iterable[SubjectReport], rules: Mapping[str, RuleText]
) -> tuple[RequirementReport, ...]:
    """What the run came to on each requirement that its rules or its reader must know of."""
    asked = {one.id: (one, plan.levels[one.id]) for plan in plans for one in plan.requirements}
    outcomes: dict[str, set[Outcome]] = defaultdict(set)
    for result in distinct(subjects):
        outcomes[result.rule].add(result.outcome)
    verifying: dict[str, list[str]] = defaultdict(list)
    for rule in rules.values():
        for name in rule.verifies:
            verifying[name].append(rule.id)
    return tuple(
        _requirement(requirement, level, verifying[requirement.id], outcomes)
        for requirement, level in asked.values()
    )


def _requirement(
    requirement: Requirement,
    level: Level,
    rules: Sequence[str],
    outcomes: Mapping[str, set[Outcome]],
) -> RequirementReport:
    reached = {
        OUTCOME_OF_LEVEL[level] if outcome in DEVIATIONS - {Outcome.REVIEW} else outcome
        for rule in rules
        for outcome in outcomes.get(rule, ())
    }
    return RequirementReport(
        id=requirement.id,
        document=requirement.document,
        section=requirement.section,
        level=level,
        basis=requirement.basis,
        confidence=requirement.confidence,
        testable=requirement.testable,
        statement=requirement.statement,
        reason=requirement.reason,
        outcome=worst(reached) if requirement.testable == "auto" else Outcome.NOT_TESTED,
        rules=tuple(rules),
    )
