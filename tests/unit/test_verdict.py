from __future__ import annotations

from itertools import product

import pytest

from validators.model import (
    INPUT,
    UNDECIDED,
    Basis,
    Level,
    Outcome,
    Result,
    RuleText,
    SubjectReport,
    Text,
)
from validators.verdict import answered, decide, revised, verdict

ANSWERS = {
    "usage": ("usage-error", 2),
    "error": ("tool-error", 4),
    "failed": ("non-conforming", 1),
    "unreachable": ("target-unreachable", 5),
    "not-run": ("inconclusive", 3),
    "untested": ("inconclusive", 3),
    "unread": ("inconclusive", 3),
    "undecided": ("inconclusive", 3),
    "nothing-met": ("inconclusive", 3),
    "review": ("inconclusive", 3),
}


@pytest.mark.parametrize("holds", list(product((False, True), repeat=10)))
def test_the_first_that_holds_decides(holds: tuple[bool, ...]) -> None:
    holding = [name for name, one in zip(ANSWERS, holds, strict=True) if one]
    first = ANSWERS[holding[0]] if holding else ("conforming", 0)
    assert decide(holding) == first
    made = answered(holding, {})
    assert (made.name, made.exit_code) == first
    assert made.because == tuple(holding)
    assert made.otherwise == decide([one for one in holding if one != "failed"])[1]


NOTHING = Text("", "")
RULE = RuleText("R", "r", NOTHING, NOTHING, NOTHING, Level.SHALL, Basis.SAMPLE, ())


def subject(*outcomes: Outcome, checked: int = 1, unread: str = "") -> SubjectReport:
    found = tuple(Result("R", outcome, checked) for outcome in outcomes)
    return SubjectReport("s", "kos", 0, "", found, unread=unread)


@pytest.mark.parametrize(
    ("subjects", "code"),
    [
        ((subject(Outcome.PASS),), 0),
        ((subject(Outcome.WARN, Outcome.INFO),), 0),
        ((subject(Outcome.PASS), subject(Outcome.FAIL)), 1),
        ((subject(Outcome.FAIL), subject(Outcome.ERROR)), 4),
        ((subject(Outcome.REVIEW),), 3),
        ((subject(Outcome.NOT_APPLICABLE, checked=0),), 3),
        ((subject(Outcome.PASS), subject(Outcome.NOT_TESTED, checked=0, unread="limit")), 3),
        ((), 3),
    ],
)
def test_outcomes_come_to_a_code(subjects: tuple[SubjectReport, ...], code: int) -> None:
    assert verdict(subjects, {"R": RULE}).exit_code == code


def test_failures_are_counted_by_basis() -> None:
    found = verdict([subject(Outcome.FAIL), subject(Outcome.FAIL)], {"R": RULE})
    assert found.failures_by_basis == {"sample": 2}


def test_what_did_not_run_keeps_a_run_from_being_conclusive() -> None:
    assert verdict([subject(Outcome.PASS)], {"R": RULE}, not_run=True).exit_code == 3
    assert verdict([subject(Outcome.PASS)], {"R": RULE}, usage=True).exit_code == 2
    assert verdict([subject(Outcome.PASS)], {"R": RULE}, unreachable=True).exit_code == 5


def test_a_rule_that_could_not_conclude_keeps_a_run_from_being_conclusive() -> None:
    left = Result("R", Outcome.NOT_TESTED, 0, (), f"{UNDECIDED}trust")
    not_given = Result("R", Outcome.NOT_TESTED, 0, (), f"{INPUT}crl")
    for results, code in (((left,), 3), ((not_given,), 0)):
        one = SubjectReport("s", "allowlist", 0, "", (Result("R", Outcome.PASS, 1), *results))
        assert verdict([one], {"R": RULE}).exit_code == code


def test_answers_take_a_review_away_and_may_add_a_failure() -> None:
    waiting = verdict([subject(Outcome.REVIEW)], {"R": RULE})
    assert waiting.because == ("review",)
    assert revised(waiting, settled={"review"}, failures={}).exit_code == 0
    assert revised(waiting, settled=(), failures={}).exit_code == 3
    refused = revised(waiting, settled={"review"}, failures={Basis.SAMPLE: 1})
    assert (refused.exit_code, refused.failures_by_basis) == (1, {"sample": 1})
    lost = verdict([subject(Outcome.REVIEW)], {"R": RULE}, not_run=True)
    assert revised(lost, settled={"review"}, failures={}).exit_code == 3
