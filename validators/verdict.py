"""The one answer of a run, over all results of all subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from validators.model import (
    UNDECIDED,
    Basis,
    Level,
    Outcome,
    RequirementReport,
    RuleText,
    SubjectReport,
    Verdict,
    distinct,
)

POLICY = "drimcheck-verdict-1"
"""The name of this computation. One that decides otherwise has another name."""

CONFORMING = "conforming", 0
NON_CONFORMING = "non-conforming", 1
USAGE = "usage-error", 2
INCONCLUSIVE = "inconclusive", 3
TOOL_ERROR = "tool-error", 4
UNREACHABLE = "target-unreachable", 5

FAILED, REVIEW, UNTESTED = "failed", "review", "untested"
CONDITIONS = {
    "usage": USAGE,
    "error": TOOL_ERROR,
    FAILED: NON_CONFORMING,
    "unreachable": UNREACHABLE,
    "not-run": INCONCLUSIVE,
    UNTESTED: INCONCLUSIVE,
    "unread": INCONCLUSIVE,
    "undecided": INCONCLUSIVE,
    "nothing-met": INCONCLUSIVE,
    REVIEW: INCONCLUSIVE,
}
"""What may hold of a run, and what it comes to then: the first that holds decides."""


def decide(holding: Collection[str]) -> tuple[str, int]:
    """Name and exit code of a run of which these conditions hold."""
    return next((answer for one, answer in CONDITIONS.items() if one in holding), CONFORMING)


def verdict(
    subjects: Sequence[SubjectReport],
    rules: Mapping[str, RuleText],
    *,
    usage: bool = False,
    unreachable: bool = False,
    not_run: bool = False,
    review: bool = False,
    untested: bool = False,
    broken: bool = False,
) -> Verdict:
    """The verdict over ``subjects``.

    ``usage`` says that the command was not understood in part (a path that does not exist),
    ``unreachable`` that no exchange with the target took place, ``not_run`` that something
    that had to run did not, or that the target was lost midway, ``untested`` that a mandatory
    requirement was not tested, where all must be, ``review`` that a person must answer,
    ``broken`` that the tool failed elsewhere than in a rule. A run in which no rule met a node, a
    subject that a limit kept from being judged, a rule that could not conclude and a review that is
    pending are inconclusive.
    """
    results = distinct(subjects)
    outcomes = {result.outcome for result in results}
    failures = Counter(
        rules[result.rule].basis for result in results if result.outcome is Outcome.FAIL
    )
    holds = {
        "usage": usage,
        "error": broken or Outcome.ERROR in outcomes,
        FAILED: Outcome.FAIL in outcomes,
        "unreachable": unreachable,
        "not-run": not_run,
        UNTESTED: untested,
        "unread": any(subject.unread for subject in subjects),
        "undecided": any(result.note.startswith(UNDECIDED) for result in results),
        "nothing-met": not any(result.checked for result in results),
        REVIEW: review or Outcome.REVIEW in outcomes,
    }
    return answered([name for name in CONDITIONS if holds[name]], failures)


def answered(because: Sequence[str], failures: Mapping[Basis, int]) -> Verdict:
    """The verdict of a run of which these conditions hold."""
    name, code = decide(because)
    _, otherwise = decide([one for one in because if one != FAILED])
    return Verdict(
        policy=POLICY,
        name=name,
        exit_code=code,
        otherwise=otherwise,
        failures_by_basis={basis: failures[basis] for basis in Basis if failures.get(basis)},
        because=tuple(because),
    )


def left_untested(requirements: Iterable[RequirementReport]) -> bool:
    """Whether a mandatory requirement that can be tested, or answered, was not."""
    return any(
        one.level is Level.SHALL and one.outcome is Outcome.NOT_TESTED and one.testable != "no"
        for one in requirements
    )


def revised(one: Verdict, *, settled: Collection[str], failures: Mapping[Basis, int]) -> Verdict:
    """The verdict once people have answered: ``failures`` are what they found failed.

    ``settled`` are the conditions that hold no more.
    """
    holding = set(one.because) - set(settled)
    counted = Counter(one.failures_by_basis) + Counter(failures)
    if counted:
        holding.add(FAILED)
    return answered([name for name in CONDITIONS if name in holding], counted)
