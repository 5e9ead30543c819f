"""Findings without number: each format grows by them alone, and what is bounded stays so."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from reports import markdown
from reports.markdown import LIMIT
from tests.golden.rich import rich
from tests.hostile.test_formats import TEXTS
from validators.model import MAX_VALUE, Defect, Outcome, Result, RunReport, Text

COUNTED = {
    "json": '"offset"',
    "sarif": '"partialFingerprints"',
    "gitb": '"BAR"',
    "findings": "\r\n",
    "codeclimate": '"fingerprint"',
}
"""What each finding has once in a format."""
SHORT = ("junit", "requirements", "markdown")
FEW = 10_000
MANY = 100_000


@cache
def findings(count: int) -> RunReport:
    """The rich report with so many findings of one rule more."""
    one = rich()
    first = one.subjects[0]
    defects = tuple(
        Defect(f"(0040,A375)[{number:06}].(0008,1190)", "x" * 40, "y" * 40, 100_000 + number)
        for number in range(count)
    )
    results = (*first.results, Result("WADO-902", Outcome.FAIL, count, defects))
    return replace(one, subjects=(replace(first, results=results), *one.subjects[1:]))


@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize("name", COUNTED)
def test_every_finding_is_there(name: str, count: int) -> None:
    mark = COUNTED[name]
    text, before = TEXTS[name](findings(count)), TEXTS[name](rich())
    assert text.count(mark) - before.count(mark) == count
    assert (len(text) - len(before)) / count < 1200


@pytest.mark.parametrize("name", SHORT)
def test_what_groups_findings_does_not_grow(name: str) -> None:
    assert len(TEXTS[name](findings(MANY))) < len(TEXTS[name](rich())) + 1200


@pytest.mark.parametrize("letter", ["x", "é", "\u202e", "😀", "`"])
def test_a_summary_is_bounded_whatever_the_report(letter: str) -> None:
    """Thousands of causes, scenarios, reasons and hosts, of the longest values."""
    one = rich()
    rules = {f"R-{number}": replace(one.rules["KOS-901"], id=f"R-{number}")
             for number in range(3000)}  # fmt: skip
    value = letter * MAX_VALUE
    results = tuple(Result(name, Outcome.FAIL, 1, (Defect(value, value, value),))
                    for name in rules)  # fmt: skip
    made = replace(
        one,
        rules=rules,
        requirements=tuple(
            replace(one.requirements[8], id=f"Q-{number}", reason=Text(*[f"{value}{number}"] * 2))
            for number in range(3000)
        ),
        subjects=(replace(one.subjects[0], name=value, results=results),),
        scenarios=one.scenarios * 1000,
        hosts=(value,) * 3000,
    )
    text = markdown.dumps(made, "en")
    assert len(text.encode()) < LIMIT + 500
    assert "2900 more, in run.json" in text or "lines are left out" in text
