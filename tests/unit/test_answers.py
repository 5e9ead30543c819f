"""What a person saw: read from a file that names who, when and by what; a form for what is open."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from drimcheck.harness.answers import Answer, BadAnswers, form, read
from validators.model import Outcome, ScenarioReport, Text

ROW = (
    '[[answer]]\nscenario = "conso-show"\nseen = true\nname = "A. Martin"\ndate = 2026-11-24\n'
    'statement = "All images are there."\nevidence = "screen.png"\n'
)
QUESTION = Text("Does it show?", "Est-ce visible ?")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "screen.png").write_bytes(b"picture")
    return tmp_path / "answers.toml"


def test_an_answer_is_read(path: Path) -> None:
    path.write_text(ROW + ROW.replace("conso-show", "other").replace("true", "false"))
    found = read(path)
    assert found["conso-show"] == Answer(
        "conso-show",
        True,
        "A. Martin",
        date(2026, 11, 24),
        "All images are there.",
        path.parent / "screen.png",
    )
    assert not found["other"].seen


@pytest.mark.parametrize("key", ["scenario", "seen", "name", "date", "statement", "evidence"])
def test_a_key_that_is_missing_is_one_line(key: str, path: Path) -> None:
    lines = [one for one in ROW.splitlines() if not one.startswith(f"{key} =")]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(BadAnswers, match=rf"\[\[answer\]\] 1: {key} is missing"):
        read(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("true", '"yes"', "seen is missing, or no bool"),
        ('"A. Martin"', '""', "name is missing"),
        ("2026-11-24", '"2026-11-24"', "date is missing, or no date"),
        ('"screen.png"', '"other.png"', "other.png: no such file"),
        ("[[answer]]", "[answer]", "answer is a list of tables; write [[answer]]"),
        (ROW, "answer = ['x']", "[[answer]] 1: is no table"),
        (ROW, "answer = 3", "answer is a list of tables"),
        ("[[answer]]", "[[answer", "answers.toml: "),
    ],
)
def test_a_bad_file_is_one_line(old: str, new: str, said: str, path: Path) -> None:
    path.write_text(ROW.replace(old, new))
    with pytest.raises(BadAnswers) as problem:
        read(path)
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)


def test_evidence_is_a_file_that_is_there(path: Path) -> None:
    path.write_text(ROW)
    (path.parent / "screen.png").unlink()
    (path.parent / "screen.png").mkdir()
    with pytest.raises(BadAnswers, match="no such file"):
        read(path)


def asked(name: str, *reviews: Text) -> ScenarioReport:
    return ScenarioReport(name, "ii", "conso", QUESTION, Outcome.REVIEW, reviews=reviews)


def test_the_form_has_a_table_for_each_question(path: Path) -> None:
    text = form([asked("conso-show", QUESTION), asked("other")], "fr")
    assert tomllib.loads(text) == {"answer": [{"scenario": "conso-show"}]}
    assert "# Est-ce visible ?" in text
    path.write_text(text)
    with pytest.raises(BadAnswers, match="seen is missing"):
        read(path)
    filled = text.replace("# seen", "seen").replace("# date", "date").replace("# evi", "evi")
    path.write_text(
        filled.replace('# name = ""', 'name = "A"').replace('# statement = ""', 'statement = "S"')
    )
    assert read(path)["conso-show"].seen
    assert form([asked("other")], "en") == ""
