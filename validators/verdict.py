"""The one answer of a run, over all results of all subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from validators.model import (
    UNDECIDED,
    Basis,
    Outcome,
    RuleText,
    SubjectReport,
    Verdict,
    distinct,
)

CONFORMING = "conforming", 0
NON_CONFORMING = "non-conforming", 1
USAGE = "usage-error", 2
INCONCLUSIVE = "inconclusive", 3
TOOL_ERROR = "tool-error", 4
UNREACHABLE = "target-unreachable", 5


def decide(
    *,
    usage: bool,
    error: bool,
    failed: bool,
    unreachable: bool,
    incomplete: bool,
) -> tuple[str, int]:
    """Name and exit code of a run, the first that holds, in the order of the arguments."""
    ordered = (
        (usage, USAGE),
        (error, TOOL_ERROR),
        (failed, NON_CONFORMING),
        (unreachable, UNREACHABLE),
        (incomplete, INCONCLUSIVE),
    )
    return next((answer for holds, answer in ordered if holds), CONFORMING)


def verdict(
    subjects: Sequence[SubjectReport],
    rules: Mapping[str, RuleText],
    *,
    usage: bool = False,
    unreachable: bool = False,
    not_run: bool = False,
    broken: bool = False,
) -> Verdict:
    """The verdict over ``subjects``.

    ``usage`` says that the command was not understood in part (a path that does not exist),
    ``unreachable`` that no exchange with the target took place, ``not_run`` that something
    mandatory did not run or that the target was lost midway, ``broken`` that the tool failed
    elsewhere than in a rule. A run in which no rule met a
    node, a subject that a limit kept from being judged, a rule that could not conclude and a
    review that is pending are inconclusive.
    """
    results = distinct(subjects)
    outcomes = {result.outcome for result in results}
    failures = Counter(
        rules[result.rule].basis for result in results if result.outcome is Outcome.FAIL
    )
    met = any(result.checked for result in results)
    unread = any(subject.unread for subject in subjects)
    undecided = any(result.note.startswith(UNDECIDED) for result in results)
    (name, code), (_, otherwise) = (
        decide(
            usage=usage,
            error=broken or Outcome.ERROR in outcomes,
            failed=failed,
            unreachable=unreachable,
            incomplete=not_run or unread or undecided or not met or Outcome.REVIEW in outcomes,
        )
        for failed in (Outcome.FAIL in outcomes, False)
    )
    return Verdict(
        name, code, otherwise, {basis: failures[basis] for basis in Basis if failures[basis]}
    )
