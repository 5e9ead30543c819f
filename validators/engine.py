"""Which rules a profile asks of a kind of document, and what they come to on a subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Protocol

from validators.catalogue import Profile, Requirement, document
from validators.model import OUTCOME_OF_LEVEL, Basis, Defect, Level, Node, Outcome, Result
from validators.rules import RULES, Rule

LEVELS = tuple(Level)
BASES = tuple(Basis)


class Subject(Protocol):
    """What the rules of one kind of document judge.

    ``unread`` says which limit of the reader kept it from being judged; empty otherwise.
    ``release`` frees its memory once it is judged.
    """

    @property
    def unread(self) -> str: ...

    def release(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """A rule as a profile applies it: ``deviation`` is what a defect comes to."""

    rule: Rule
    check: Callable[[Node], Iterable[Defect]]
    level: Level
    basis: Basis
    deviation: Outcome
    effective: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules that judge one kind of document under a profile on a date, the gates first."""

    profile: Profile
    kind: str
    on: date
    requirements: tuple[Requirement, ...]
    levels: dict[str, Level]
    rules: tuple[PlannedRule, ...]


def plan(profile: Profile, kind: str, *, on: date, only: frozenset[str] = frozenset()) -> Plan:
    """Choose the rules of ``kind`` that verify a requirement of the profile.

    ``only`` keeps the rules of these ids, and the gates that they stand behind.
    """
    requirements = tuple(
        requirement for name in profile.documents for requirement in document(name).requirements
    )
    levels = {requirement.id: requirement.level for requirement in requirements}
    levels |= {
        override.requirement: override.level
        for override in profile.overrides.values()
        if override.requirement in levels
    }
    by_id = {requirement.id: requirement for requirement in requirements}
    planned = []
    for rule in RULES.values():
        if kind not in rule.kinds or (only and rule.id not in only and not rule.gate):
            continue
        verified = [by_id[name] for name in rule.verifies if name in by_id]
        if verified:
            planned.append(_planned(rule, verified, levels, profile, on))
    planned.sort(key=lambda one: not one.rule.gate)
    return Plan(profile, kind, on, requirements, levels, tuple(planned))


def _planned(
    rule: Rule, verified: list[Requirement], levels: dict[str, Level], profile: Profile, on: date
) -> PlannedRule:
    """Apply a rule at the strongest level, on the strongest basis, of what it verifies."""
    level = min((levels[requirement.id] for requirement in verified), key=LEVELS.index)
    binding = [requirement for requirement in verified if levels[requirement.id] is level]
    basis = min((requirement.basis for requirement in binding), key=BASES.index)
    deviation = OUTCOME_OF_LEVEL[level]
    if deviation is Outcome.FAIL and basis is Basis.INFERENCE and profile.review_inference:
        deviation = Outcome.REVIEW
    check = rule.check
    if rule.parameter:
        check = partial(_with_parameter, check, profile.parameters[rule.parameter])
    effective = any(
        requirement.effective_from <= on <= requirement.effective_until
        for requirement in verified
    )
    return PlannedRule(rule, check, level, basis, deviation, effective)


def _with_parameter(
    check: Callable[[Node, object], Iterable[Defect]], parameter: object, node: Node
) -> Iterable[Defect]:
    return check(node, parameter)


def judge(plan: Plan, subject: Subject) -> tuple[Result, ...]:
    """Apply every rule of the plan. Every defect is collected; nothing stops at the first."""
    if subject.unread:
        return tuple(
            Result(planned.rule.id, Outcome.NOT_TESTED, 0, (), "limit") for planned in plan.rules
        )
    selected: dict[object, Sequence[Node]] = {}
    results = []
    closed = ""
    for planned in plan.rules:
        if closed:
            results.append(Result(planned.rule.id, Outcome.NOT_TESTED, 0, (), closed))
            continue
        result = _apply(planned, subject, selected)
        results.append(result)
        if planned.rule.gate and result.defects:
            closed = planned.rule.id
    return tuple(results)


def _apply(
    planned: PlannedRule, subject: Subject, selected: dict[object, Sequence[Node]]
) -> Result:
    """Judge one subject by one rule; a rule that raises is an error of ours."""
    rule = planned.rule
    if not planned.effective:
        return Result(rule.id, Outcome.NOT_EFFECTIVE, 0)
    defects: list[Defect] = []
    checked = 0
    try:
        nodes = selected.get(rule.over)
        if nodes is None:
            found = rule.over(subject)
            nodes = found if isinstance(found, (list, tuple)) else tuple(found)
            selected[rule.over] = nodes
        if not nodes:
            return _without_defect(rule.id, Outcome.NOT_APPLICABLE, 0)
        for yielded in map(planned.check, nodes):
            checked += 1
            if yielded:
                defects += yielded
    except Exception as error:  # noqa: BLE001 - a rule that breaks must not take others with it
        note = f"{type(error).__name__}: {error}"
        return Result(rule.id, Outcome.ERROR, checked, tuple(defects), note)
    if defects:
        return Result(rule.id, planned.deviation, checked, tuple(defects))
    return _without_defect(rule.id, Outcome.PASS, checked)


@lru_cache(maxsize=10_000)
def _without_defect(rule: str, outcome: Outcome, checked: int) -> Result:
    """A result that many subjects share."""
    return Result(rule, outcome, checked)
