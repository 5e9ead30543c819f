"""What people answered: to a review, or of a requirement that no machine can judge.

A finding stays what it is: an answer stands beside it. What it changes is whether the run still
waits for somebody, what a requirement comes to, and the verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from validators.model import (
    OUTCOME_OF_LEVEL,
    Attestation,
    Basis,
    Outcome,
    RequirementReport,
    RunReport,
    ScenarioReport,
)
from validators.verdict import REVIEW, UNTESTED, left_untested, revised

REQUIREMENT, RULE = "requirement", "rule"
ANSWERED = frozenset({"manual", "capture"})
"""How a requirement is tested that a person may answer; one without rules alone."""


def attested(report: RunReport, answers: Sequence[Attestation]) -> RunReport:
    """The report with the answers, each marked whether there was something to answer.

    A finding to review is answered by the rule, in one subject or in all; a requirement where it is
    not judged by rules.
    """
    marked = tuple(replace(one, used=_used(one, report)) for one in answers)
    in_use = [one for one in marked if one.used]
    waiting = _reviews(report)
    said = {key: _of(key, in_use) for key in waiting}
    requirements = tuple(_requirement(one, said, in_use) for one in report.requirements)
    failures = Counter(
        report.rules[rule].basis for (rule, _), one in said.items() if one and not one.holds
    )
    failures += _failed(report.requirements, requirements)
    settled = set() if left_untested(requirements) else {UNTESTED}
    if said and all(said.values()) and not any(one.reviews for one in report.scenarios):
        settled.add(REVIEW)
    return replace(
        report,
        attestations=marked,
        requirements=requirements,
        scenarios=tuple(_scenario(one, said) for one in report.scenarios),
        verdict=revised(report.verdict, settled=settled, failures=failures),
    )


def _used(answer: Attestation, report: RunReport) -> bool:
    if answer.about == REQUIREMENT:
        return any(one.id == answer.id and one.testable in ANSWERED and not one.rules
                   for one in report.requirements)  # fmt: skip
    if answer.about == RULE:
        return any(_speaks_of(answer, rule, name) for rule, name in _reviews(report))
    return answer.used


def _reviews(report: RunReport) -> list[tuple[str, str]]:
    """The findings to review: rule, and name of the subject."""
    return [
        (result.rule, subject.name)
        for subject in report.subjects
        for result in subject.results
        if result.outcome is Outcome.REVIEW
    ]


def _speaks_of(answer: Attestation, rule: str, subject: str) -> bool:
    return answer.about == RULE and answer.id == rule and answer.subject in ("", subject)


def _of(key: tuple[str, str], answers: Sequence[Attestation]) -> Attestation | None:
    """The answer to a finding: one of its subject before one of all, a refusal before a consent."""
    found = sorted((one for one in answers if _speaks_of(one, *key)), key=lambda one: one.holds)
    return next((one for one in found if one.subject), found[0] if found else None)


def _requirement(
    one: RequirementReport,
    said: dict[tuple[str, str], Attestation | None],
    answers: Sequence[Attestation],
) -> RequirementReport:
    """What a requirement comes to by the answers; as it was where there are none."""
    mine = [found for (rule, _), found in said.items() if rule in one.rules]
    if one.testable in ANSWERED and one.outcome is Outcome.NOT_TESTED and not one.rules:
        mine = [each for each in answers if each.about == REQUIREMENT and each.id == one.id]
    elif one.outcome is not Outcome.REVIEW:
        return one
    if not mine or not all(mine):
        return one
    holds = all(each.holds for each in mine if each)
    return replace(one, outcome=Outcome.PASS if holds else OUTCOME_OF_LEVEL[one.level])


def _scenario(
    one: ScenarioReport, said: dict[tuple[str, str], Attestation | None]
) -> ScenarioReport:
    """What a scenario comes to whose findings to review are all answered."""
    mine = [found for (_, name), found in said.items() if name in one.subjects]
    if one.outcome is not Outcome.REVIEW or one.reviews or not mine or not all(mine):
        return one
    holds = all(each.holds for each in mine if each)
    return replace(one, outcome=Outcome.PASS if holds else Outcome.FAIL)


def _failed(
    before: Sequence[RequirementReport], after: Sequence[RequirementReport]
) -> Counter[Basis]:
    """The requirements without rules that people found broken, by their basis."""
    return Counter(
        now.basis
        for was, now in zip(before, after, strict=True)
        if now.outcome is Outcome.FAIL and was.outcome is not now.outcome and was.testable != "auto"
    )
