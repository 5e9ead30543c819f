"""Failures that are known: what of a run they excuse, and when they themselves fail it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from drimcheck import __version__
from drimcheck.declared.rows import BadFile
from drimcheck.harness.expectations import Expectation, read, weigh
from tests.conftest import plan_of
from validators.model import Defect, Outcome, Result, RunReport, SubjectReport
from validators.run import report

ON = date(2026, 11, 24)
PLAN = plan_of("drim-m-lab")
RULE, OTHER = (one.rule.id for one in PLAN.rules[:2])
ROW = f'[[known]]\nrule = "{RULE}"\nreason = "r"\nowner = "o"\nuntil = 2027-01-31\n'
KNOWN = Expectation(RULE, "known to the vendor", "radiology", date(2027, 1, 31))


def made(*found: tuple[str, str, Outcome], code: int | None = None) -> RunReport:
    """A report of subjects of scenarios, each with one rule that came to something."""
    subjects = [
        SubjectReport(
            f"{scenario}: x", "kos", 1, "0", (Result(rule, outcome, 1, defects(outcome)),)
        )
        for scenario, rule, outcome in found
    ]
    one = report([PLAN], subjects, version=__version__, command="run")
    return one if code is None else replace(one, verdict=replace(one.verdict, otherwise=code))


def defects(outcome: Outcome) -> tuple[Defect, ...]:
    return (Defect("a", "b", "c"),) if outcome is Outcome.FAIL else ()


def test_a_failure_that_is_expected_fails_nothing() -> None:
    found = weigh(made(("a", RULE, Outcome.FAIL), ("b", OTHER, Outcome.PASS)), [KNOWN], ON, "en")
    assert found.exit_code == 0
    assert found.lines == (f"{RULE}: fails as expected (known to the vendor; radiology)",)


def test_it_is_expected_in_one_scenario_alone() -> None:
    run = made(("a", RULE, Outcome.FAIL), ("b", RULE, Outcome.FAIL))
    found = weigh(run, [replace(KNOWN, scenario="a")], ON, "en")
    assert found.exit_code == 1
    assert "in a: fails as expected" in found.lines[0]
    assert weigh(run, [KNOWN], ON, "en").exit_code == 0


def test_a_failure_that_nobody_expects_still_fails() -> None:
    run = made(("a", RULE, Outcome.FAIL), ("a", OTHER, Outcome.FAIL))
    assert weigh(run, [KNOWN], ON, "en").exit_code == 1


def test_an_unexpected_pass_fails() -> None:
    found = weigh(made(("a", RULE, Outcome.PASS)), [KNOWN], ON, "en")
    assert found.exit_code == 1
    assert "passes unexpectedly" in found.lines[0]


@pytest.mark.parametrize("outcome", [Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE])
def test_a_rule_that_did_not_run_fails(outcome: Outcome) -> None:
    for run in (made(("a", RULE, outcome)), made(("a", OTHER, Outcome.PASS))):
        found = weigh(run, [KNOWN], ON, "en")
        assert found.exit_code == 1
        assert "did not run" in found.lines[0]


def test_an_expectation_has_an_end() -> None:
    run = made(("a", RULE, Outcome.FAIL))
    assert weigh(run, [KNOWN], KNOWN.until, "en").exit_code == 0
    found = weigh(run, [KNOWN], date(2027, 2, 1), "en")
    assert found.exit_code == 1
    assert "over since 2027-01-31" in found.lines[0]


@pytest.mark.parametrize("code", [2, 3, 4, 5])
def test_what_a_failure_hid_is_seen_once_it_is_excused(code: int) -> None:
    assert weigh(made(("a", RULE, Outcome.FAIL), code=code), [KNOWN], ON, "en").exit_code == code


@pytest.mark.parametrize("code", [2, 3, 4, 5])
def test_what_else_a_run_came_to_stays(code: int) -> None:
    assert weigh(made(("a", OTHER, Outcome.PASS), code=code), [], ON, "en").exit_code == code


def test_an_unreachable_target_is_not_a_failure_that_went_away() -> None:
    assert weigh(made(code=5), [KNOWN], ON, "en").exit_code == 5


def test_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "expected.toml"
    path.write_text(ROW + 'scenario = "source-wado"\n')
    assert read(path) == [Expectation(RULE, "r", "o", date(2027, 1, 31), "source-wado")]
    path.write_text("")
    assert read(path) == []
    with pytest.raises(OSError, match="nowhere"):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[known]\n", "expected.toml: "),
        ("known = 'x'\n", "known is a list of tables; write [[known]]"),
        ("known = 3\n", "known is a list of tables; write [[known]]"),
        ("known = ['x']\n", "[[known]] 1: is no table"),
        (ROW + "colour = 'red'\n", "[[known]] 1: colour: unknown; one of: rule, reason"),
        (ROW + ROW.replace('owner = "o"\n', ""), "[[known]] 2: owner is missing"),
        (ROW.replace('"r"', '""'), "[[known]] 1: reason is missing"),
        (ROW.replace("2027-01-31", '"2027-01-31"'), "until is a date, without quotes"),
        (ROW.replace("2027-01-31", "2027-01-31T00:00:00"), "until is a date, without quotes"),
    ],
)
def test_a_bad_file_is_one_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "expected.toml"
    path.write_text(text)
    with pytest.raises(BadFile) as problem:
        read(path)
    assert said in str(problem.value)
    assert str(problem.value).startswith(str(path))
    assert "\n" not in str(problem.value)


def test_bytes_that_are_no_text_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "expected.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadFile, match=r"is no|invalid|codec"):
        read(path)


def test_it_is_said_in_french_too() -> None:
    run = made(("a", RULE, Outcome.FAIL))
    (line,) = weigh(run, [replace(KNOWN, scenario="a")], ON, "fr").lines
    assert line == f"{RULE} dans a\u00a0: échoue comme prévu (known to the vendor; radiology)"
