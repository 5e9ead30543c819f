"""The one answer of a run, over all results of all subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from validators.model import Basis, Outcome, RuleText, SubjectReport, Verdict

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
    subjects: Iterable[SubjectReport],
    rules: Mapping[str, RuleText],
    *,
    usage: bool = False,
    unreachable: bool = False,
    not_run: bool = False,
) -> Verdict:
    """The verdict over ``subjects``.

    ``usage`` says that the command was not understood in part (a path that does not exist),
    ``unreachable`` that no exchange with the target took place, ``not_run`` that something
    mandatory did not run or that the target was lost midway. A run in which no rule met a
    node, a subject that a limit kept from being judged, and a review that is pending are
    inconclusive.
    """
    met = unread = False
    outcomes: set[Outcome] = set()
    failures: Counter[str] = Counter()
    for subject in subjects:
        unread = unread or bool(subject.unread)
        for result in subject.results:
            outcomes.add(result.outcome)
            met = met or result.checked > 0
            if result.outcome is Outcome.FAIL:
                failures[rules[result.rule].basis] += 1
    name, code = decide(
        usage=usage,
        error=Outcome.ERROR in outcomes,
        failed=Outcome.FAIL in outcomes,
        unreachable=unreachable,
        incomplete=not_run or unread or not met or Outcome.REVIEW in outcomes,
    )
    return Verdict(name, code, {basis: failures[basis] for basis in Basis if failures[basis]})
