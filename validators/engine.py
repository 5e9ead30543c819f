"""Which rules a profile asks of a kind of document, and what they come to on a subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, Protocol

from validators.catalogue import Profile, Requirement, document
from validators.model import (
    INPUT,
    OUTCOME_OF_LEVEL,
    UNDECIDED,
    Basis,
    Defect,
    Level,
    Node,
    Outcome,
    Result,
)
from validators.reading.limits import MAX_DEFECTS
from validators.rules import RULES, Rule, Undecided

LEVELS = tuple(Level)
BASES = tuple(Basis)


class Embedded(NamedTuple):
    """A document that another one holds: where it lies there, its kind, its bytes."""

    place: str
    kind: str
    content: bytes


class Subject(Protocol):
    """What the rules of one kind of document judge.

    ``unread`` says which limit of the reader kept it from being judged; empty otherwise.
    ``given`` names the inputs that came with it, for the rules that need one, ``embedded`` the
    documents inside that are judged as their own kind. ``release`` frees its memory once it is
    judged.
    """

    @property
    def unread(self) -> str: ...

    @property
    def given(self) -> frozenset[str]: ...

    @property
    def embedded(self) -> Sequence[Embedded]: ...

    def release(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """A rule as a profile applies it: ``deviation`` is what a defect comes to.

    ``not_applicable`` and ``passed``, by the number of nodes, are results that subjects share.
    """

    rule: Rule
    check: Callable[..., Iterable[Defect]]
    level: Level
    basis: Basis
    deviation: Outcome
    effective: bool
    not_applicable: Result
    passed: dict[int, Result] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules that judge one kind of document under a profile on a date, the gates first.

    ``given`` names the inputs of the run that rules may need.
    """

    profile: Profile
    kind: str
    on: date
    given: frozenset[str]
    requirements: tuple[Requirement, ...]
    levels: dict[str, Level]
    rules: tuple[PlannedRule, ...]


def plan(
    profile: Profile,
    kind: str,
    *,
    on: date,
    only: frozenset[str] = frozenset(),
    inputs: Mapping[str, object] | None = None,
) -> Plan:
    """Choose the rules of ``kind`` that verify a requirement of the profile on it.

    ``only`` keeps the rules of these ids, and the gates that they stand behind. ``inputs`` are
    values of the run, which stand before the parameters of the profile.
    """
    requirements = tuple(
        requirement
        for name in profile.documents
        for requirement in document(name).requirements
        if kind in requirement.kinds
    )
    parameters = {**profile.parameters, "on": on, **(inputs or {})}
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
            planned.append(_planned(rule, verified, levels, profile, parameters))
    planned.sort(key=lambda one: not one.rule.gate)
    given = frozenset(parameters)
    return Plan(profile, kind, on, given, requirements, levels, tuple(planned))


def _planned(
    rule: Rule,
    verified: list[Requirement],
    levels: dict[str, Level],
    profile: Profile,
    parameters: Mapping[str, Any],
) -> PlannedRule:
    """Apply a rule at the strongest level, on the strongest basis, of what it verifies."""
    level = min((levels[requirement.id] for requirement in verified), key=LEVELS.index)
    binding = [requirement for requirement in verified if levels[requirement.id] is level]
    basis = min((requirement.basis for requirement in binding), key=BASES.index)
    deviation = OUTCOME_OF_LEVEL[level]
    if deviation is Outcome.FAIL and basis is Basis.INFERENCE and profile.review_inference:
        deviation = Outcome.REVIEW
    check = rule.check
    if rule.parameters:
        values = [parameters.get(name) for name in rule.parameters]
        check = partial(_with_parameters, check, values)
    on = parameters["on"]
    effective = any(
        requirement.effective_from <= on <= requirement.effective_until for requirement in verified
    )
    absent = Result(rule.id, Outcome.NOT_APPLICABLE, 0)
    return PlannedRule(rule, check, level, basis, deviation, effective, absent)


def _with_parameters(
    check: Callable[..., Iterable[Defect]], values: Sequence[object], node: Node
) -> Iterable[Defect]:
    return check(node, *values)


def judge(plan: Plan, subject: Subject) -> tuple[Result, ...]:
    """Apply every rule of the plan. Nothing stops at the first defect, only at MAX_DEFECTS."""
    if subject.unread:
        return tuple(
            Result(planned.rule.id, Outcome.NOT_TESTED, 0, (), "limit") for planned in plan.rules
        )
    selected: dict[object, Sequence[Node]] = {}
    results = []
    closed = ""
    given = plan.given | subject.given
    for planned in plan.rules:
        if closed:
            result = Result(planned.rule.id, Outcome.NOT_TESTED, 0, (), closed)
        elif not given.issuperset(planned.rule.needs):
            missing = " ".join(name for name in planned.rule.needs if name not in given)
            result = Result(planned.rule.id, Outcome.NOT_TESTED, 0, (), f"{INPUT}{missing}")
        else:
            result = _apply(planned, subject, selected)
            if result.defects and planned.rule.gate:
                closed = planned.rule.id
        results.append(result)
    return tuple(results)


def _apply(
    planned: PlannedRule, subject: Subject, selected: dict[object, Sequence[Node]]
) -> Result:
    """Judge one subject by one rule; a rule that raises is an error of ours."""
    if not planned.effective:
        return Result(planned.rule.id, Outcome.NOT_EFFECTIVE, 0)
    defects: list[Defect] = []
    try:
        over = planned.rule.over
        if over not in selected:
            found = over(subject)
            selected[over] = found if isinstance(found, (list, tuple)) else tuple(found)
        nodes = selected[over]
        if not nodes:
            return planned.not_applicable
        _collect(planned, nodes, defects)
    except Undecided as left:
        if not defects:
            return Result(planned.rule.id, Outcome.NOT_TESTED, 0, (), f"{UNDECIDED}{left}")
    except Exception as error:  # noqa: BLE001 - a rule that breaks must not take others with it
        note = f"{type(error).__name__}: {error}"
        return Result(planned.rule.id, Outcome.ERROR, len(defects), tuple(defects), note)
    if defects:
        more = f"MAX_DEFECTS {MAX_DEFECTS}" if len(defects) > MAX_DEFECTS else ""
        kept = tuple(defects[:MAX_DEFECTS])
        return Result(planned.rule.id, planned.deviation, len(nodes), kept, more)
    count = len(nodes)
    passed = planned.passed.get(count)
    if passed is None:
        passed = planned.passed[count] = Result(planned.rule.id, Outcome.PASS, count)
    return passed


def _collect(planned: PlannedRule, nodes: Sequence[Node], defects: list[Defect]) -> None:
    """Add what the check yields to ``defects``, which keep it when the check raises."""
    check = planned.check
    if planned.rule.bulk:
        defects += islice(check(nodes), MAX_DEFECTS + 1)
        return
    for node in nodes:
        yielded = check(node)
        if yielded:
            defects += islice(yielded, MAX_DEFECTS + 1)
            if len(defects) > MAX_DEFECTS:
                return
