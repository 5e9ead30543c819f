"""What a person saw: read from a file that names who, when and by what; a form for what is open."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from drimcheck.declared.answers import form, read
from drimcheck.declared.rows import BadFile
from tests.unit.test_reports import GOOD, run_report
from validators.model import Attestation, Defect, Outcome, Result, RunReport, ScenarioReport, Text

ROW = (
    '[[answer]]\nscenario = "conso-show"\nseen = true\nname = "A. Martin"\ndate = 2026-11-24\n'
    'statement = "All images are there."\nevidence = "screen.png"\n'
)
DEFECTS = (Defect("(0010,0010)", "a", "b"),)
QUESTION = Text("Does it show?", "Est-ce visible ?")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "screen.png").write_bytes(b"picture")
    return tmp_path / "answers.toml"


def test_an_answer_is_read(path: Path) -> None:
    path.write_text(ROW + ROW.replace("conso-show", "other").replace("true", "false"))
    first, second = read(path)
    assert first == Attestation(
        about="scenario",
        id="conso-show",
        holds=True,
        name="A. Martin",
        on="2026-11-24",
        statement="All images are there.",
        evidence="screen.png",
        sha256=hashlib.sha256(b"picture").hexdigest(),
    )
    assert (second.id, second.holds) == ("other", False)


@pytest.mark.parametrize("about", ["requirement", "rule"])
def test_an_answer_may_be_about_a_requirement_or_a_finding(about: str, path: Path) -> None:
    path.write_text(ROW.replace("scenario", about).replace("seen", "conforming"))
    (one,) = read(path)
    assert (one.about, one.id, one.holds) == (about, "conso-show", True)


@pytest.mark.parametrize("key", ["seen", "name", "date", "statement", "evidence"])
def test_a_key_that_is_missing_is_one_line(key: str, path: Path) -> None:
    lines = [one for one in ROW.splitlines() if not one.startswith(f"{key} =")]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(BadFile, match=rf"\[\[answer\]\] 1: {key} is missing"):
        read(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("true", '"yes"', "seen is true or false, without quotes"),
        ("scenario =", "subject =", "names one of: scenario, requirement, rule"),
        ("seen =", 'rule = "X"\nseen =', "names one of: scenario, requirement, rule"),
        ("scenario =", "scenrio =", "scenrio: unknown; one of:"),
        ("2026-11-24", "2026-11-24T10:00:00", "date is a date, without quotes"),
        ('"A. Martin"', '""', "name is missing"),
        ("2026-11-24", '"2026-11-24"', "date is a date, without quotes"),
        ('"screen.png"', '"other.png"', "other.png: no such file"),
        ("[[answer]]", "[answer]", "answer is a list of tables; write [[answer]]"),
        (ROW, "answer = ['x']", "[[answer]] 1: is no table"),
        (ROW, "answer = 3", "answer is a list of tables"),
        ("[[answer]]", "[[answer", "answers.toml: "),
    ],
)
def test_a_bad_file_is_one_line(old: str, new: str, said: str, path: Path) -> None:
    path.write_text(ROW.replace(old, new))
    with pytest.raises(BadFile) as problem:
        read(path)
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_question_is_answered_once(path: Path) -> None:
    path.write_text(ROW + ROW.replace("true", "false"))
    with pytest.raises(BadFile, match="scenario conso-show is answered twice"):
        read(path)


def test_evidence_is_a_file_that_is_there(path: Path) -> None:
    path.write_text(ROW)
    (path.parent / "screen.png").unlink()
    (path.parent / "screen.png").mkdir()
    with pytest.raises(BadFile, match="no such file"):
        read(path)


def asked(*scenarios: ScenarioReport) -> RunReport:
    return replace(run_report(GOOD), scenarios=scenarios)


def scenario(name: str, *reviews: Text) -> ScenarioReport:
    return ScenarioReport(name, "ii", "conso", QUESTION, Outcome.REVIEW, reviews=reviews)


def test_the_form_has_a_table_for_each_question(path: Path) -> None:
    text = form(asked(scenario("conso-show", QUESTION), scenario("other")), "fr")
    assert tomllib.loads(text) == {"answer": [{"scenario": "conso-show"}]}
    assert "# Est-ce visible\u00a0?" in text
    path.write_text(text)
    with pytest.raises(BadFile, match="name is missing"):
        read(path)
    filled = text.replace("# seen", "seen").replace("# date", "date").replace("# evi", "evi")
    path.write_text(
        filled.replace('# name = ""', 'name = "A"').replace('# statement = ""', 'statement = "S"')
    )
    assert [one.holds for one in read(path)] == [True]
    assert form(asked(scenario("other")), "en") == ""


def test_the_form_asks_for_findings_to_review_and_what_no_machine_judges() -> None:
    one = asked()
    rule = next(iter(one.rules))
    subject = replace(one.subjects[0], results=(Result(rule, Outcome.REVIEW, 1, DEFECTS),))
    manual = replace(one.requirements[0], testable="manual", outcome=Outcome.NOT_TESTED)
    text = form(replace(one, subjects=(subject,), requirements=(manual,)), "en")
    assert tomllib.loads(text) == {"answer": [{"rule": rule}, {"requirement": manual.id}]}
