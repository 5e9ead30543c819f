"""JUnit: what did not pass is never green, and nothing in a value is markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest

from drimcheck import __version__
from reports import junit
from tests.conftest import plan_of
from validators.model import Defect, Outcome, Result, RunReport, ScenarioReport, SubjectReport, Text
from validators.run import report

PLAN = plan_of("drim-m-lab")
RULE = PLAN.rules[0].rule
HOSTILE = "]]><script>\x1b[31m\u202e\x00\ud800"


def run(outcome: Outcome, *, note: str = "", count: int = 1) -> RunReport:
    """A run of one scenario in which one rule came to something."""
    graded = outcome in (Outcome.FAIL, Outcome.WARN, Outcome.INFO, Outcome.REVIEW)
    defects = (Defect("(0010,0010)", "a", HOSTILE),) * count if graded else ()
    one = SubjectReport("one: x", "kos", 1, "0", (Result(RULE.id, outcome, 1, defects, note),))
    made = report([PLAN], [one], version=__version__, command="run")
    scenario = ScenarioReport(
        "one",
        "a",
        "source",
        Text("Do <it>", "Le <faire>\x01"),
        outcome,
        (one.name,),
        reason=Text(note, note),
    )
    return replace(made, scenarios=(scenario,))


def cases(text: str, suite: str) -> list[Element]:
    return fromstring(text).findall(f"testsuite[@name='{suite}']/testcase")


def inside(found: Sequence[Element]) -> list[str]:
    return [child.tag for one in found for child in one]


ELEMENTS = {
    Outcome.PASS: [],
    Outcome.FAIL: ["failure"],
    Outcome.ERROR: ["error"],
    Outcome.REVIEW: ["skipped"],
    Outcome.NOT_TESTED: ["skipped"],
    Outcome.NOT_APPLICABLE: ["skipped"],
    Outcome.WARN: ["system-out"],
    Outcome.INFO: ["system-out"],
}


@pytest.mark.parametrize("outcome", ELEMENTS)
def test_each_outcome_is_its_element(outcome: Outcome) -> None:
    made = run(outcome, note="why")
    text = junit.dumps(made, "en")
    assert inside(cases(text, "scenarios")) == ELEMENTS[outcome]
    found = {one.get("name"): inside([one]) for one in cases(text, "requirements")}
    assert found == {one.id: ELEMENTS[one.outcome] for one in made.requirements}


@pytest.mark.parametrize("code", range(6))
def test_a_verdict_other_than_conforming_is_not_green(code: int) -> None:
    names = ("conforming", "non-conforming", "usage-error", "inconclusive", "tool-error",
             "target-unreachable")  # fmt: skip
    made = run(Outcome.PASS)
    made = replace(made, verdict=replace(made.verdict, exit_code=code, name=names[code]))
    tags = inside(cases(junit.dumps(made, "fr"), "verdict"))
    assert tags == {0: [], 1: ["failure"], 3: ["failure"]}.get(code, ["error"])


def test_what_a_value_holds_is_text() -> None:
    text = junit.dumps(run(Outcome.FAIL, count=5), "fr")
    (case,) = cases(text, "scenarios")
    assert case.get("name") == "one: (a) Le <faire><U+0001>"
    (failure,) = case
    assert failure.text is not None
    assert "]]><script><U+001B>[31m<U+202E><U+0000><U+D800>" in failure.text
    assert failure.text.count("(0010,0010)") == 3
    assert "\x1b" not in text


def test_the_counts_are_those_of_the_cases() -> None:
    root = fromstring(junit.dumps(run(Outcome.FAIL), "en"))
    for one in (root, *root.findall("testsuite")):
        assert int(one.get("tests", "")) == len(list(one.iter("testcase")))
        assert int(one.get("failures", "")) == len(list(one.iter("failure")))
        assert int(one.get("skipped", "")) == len(list(one.iter("skipped")))
    assert int(root.get("failures", "")) >= 3
