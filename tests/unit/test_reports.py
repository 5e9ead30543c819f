from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest

from reports import run_json
from reports.html import render
from reports.summary import causes, counts, sentence
from reports.terminal import summary
from reports.texts import texts
from reports.visible import visible
from testdata.kos import drim_m_kos, write
from testdata.mutants import mutants
from tests.conftest import plan_of
from validators import kos
from validators.engine import judge
from validators.kinds import register
from validators.model import Defect, Opinion, Outcome, Result, RunReport, SubjectReport, Text
from validators.rules import RULES
from validators.run import report

HOSTILE = "<script>alert(1)</script>\x1b[31m‮=1+1\r\n::error::"


def run_report(*raws: bytes, profile: str = "drim-m-lab", name: str = "kos.dcm") -> RunReport:
    chosen = plan_of(profile)
    subjects = []
    for raw in raws:
        subject = kos.load(raw)
        results = judge(chosen, subject)
        subjects.append(SubjectReport(name, "kos", len(raw), "0" * 64, results, {}, subject.unread))
    return report([chosen], subjects, version="0", command="kos")


def mutant(name: str) -> bytes:
    return next(one for one in mutants() if one.name == name).make()


GOOD = write(drim_m_kos())
BAD = mutant("date-impossible")


def test_run_json_is_as_its_schema_says() -> None:
    schema = json.loads(files("reports.schema").joinpath("run.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for one in (run_report(GOOD), run_report(BAD, GOOD), run_report(b"")):
        jsonschema.validate(json.loads(run_json.dumps(one)), schema)


def test_run_json_is_the_same_twice() -> None:
    assert run_json.dumps(run_report(BAD)) == run_json.dumps(run_report(BAD))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_html_says_the_verdict_and_asks_for_nothing(language: str) -> None:
    page = render(run_report(BAD), language)
    assert f'<html lang="{language}">' in page
    assert texts(language)["verdict"]["non-conforming"] in page
    assert "default-src 'none'" in html.unescape(page)
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert page.count("<script") == 1
    assert "DICOM-VR-03" in page
    assert "19960134" in page


def test_the_gravest_cause_comes_first() -> None:
    found = causes(run_report(BAD))
    assert found[0].rule.id == "DICOM-VR-03"
    assert [one.outcome for one in found][-1] is Outcome.INFO


def test_the_sentence_counts_failures_by_what_they_rest_on() -> None:
    said = sentence(run_report(BAD, mutant("url-of-another-series")), "en")
    assert "normative text 1" in said
    assert "official sample 1" in said
    assert counts(run_report(GOOD)).failed == 0


def test_an_error_of_ours_is_told_as_ours() -> None:
    one = run_report(GOOD)
    broken = Result("DICOM-VR-03", Outcome.ERROR, 0, (), "ValueError: deep")
    subject = replace(one.subjects[0], results=(broken,))
    again = report([plan_of("drim-m-lab")], [subject], version="0", command="kos")
    assert again.verdict.exit_code == 4
    assert "ValueError: deep" in summary(again, "en")
    assert "ValueError: deep" in render(again, "fr")


def test_a_hostile_name_and_value_are_inert_everywhere() -> None:
    document = drim_m_kos()
    document.Manufacturer = HOSTILE.replace("\u202e", "")
    one = run_report(write(document), name=f"{HOSTILE}.dcm")
    page, said = render(one, "fr"), summary(one, "fr")
    assert page.count("<script>") == 1
    assert "alert(1)" in page
    assert "<script>alert" not in page
    for text in (page, said):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "<U+001B>" in text or "&lt;U+001B&gt;" in text
    assert not [line for line in said.splitlines() if line.startswith("::")]
    assert json.loads(run_json.dumps(one))["subjects"][0]["name"].startswith("<script>")


def test_a_place_is_inert_on_a_terminal() -> None:
    one = run_report(BAD)
    rule = one.subjects[0].results[0].rule
    place = Result(rule, Outcome.FAIL, 1, (Defect("a\x1b[31m\u202e.dcm", "x", "y"),))
    said = summary(replace(one, subjects=(replace(one.subjects[0], results=(place,)),)), "en")
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_what_was_not_evaluated_is_told() -> None:
    one = run_report(GOOD)
    unread = replace(one.subjects[0], unread="MAX_DEPTH 64", results=())
    again = report([plan_of("drim-m-lab")], [unread], version="0", command="kos")
    assert again.verdict.name == "inconclusive"
    assert "MAX_DEPTH 64" in summary(again, "fr")
    assert "MAX_DEPTH 64" in render(again, "fr")


def test_colour_follows_the_outcome() -> None:
    assert "\x1b[31m" in summary(run_report(BAD), "en", color=True)
    assert "\x1b[" not in summary(run_report(BAD), "en")


def test_both_languages_have_the_same_words() -> None:
    def keys(value: object, at: str = "") -> set[str]:
        if isinstance(value, dict):
            return {at}.union(*(keys(one, f"{at}.{name}") for name, one in value.items()))
        return {f"{at} {len(value)}"} if isinstance(value, list) else {at}

    assert keys(texts("fr")) == keys(texts("en"))


def test_every_input_of_a_rule_has_its_words() -> None:
    register()
    needed = {name for rule in RULES.values() for name in rule.needs}
    assert needed <= set(texts("fr")["input"])


def test_no_word_has_the_name_of_a_method_of_its_table() -> None:
    """A template would show the method, as Jinja looks for attributes first."""

    def keys(value: object) -> set[str]:
        if not isinstance(value, dict):
            return set()
        return set(value).union(*map(keys, value.values()))

    assert keys(texts("en")).isdisjoint(dir(dict))


@pytest.mark.parametrize(
    ("value", "shown"),
    [("plain", "plain"), ("é", "é"), ("a\nb", "a<U+000A>b"), ("\u202ex", "<U+202E>x"), ("", "")],
)
def test_invisible_characters_are_named(value: str, shown: str) -> None:
    assert visible(value) == shown


def test_second_opinions_are_shown_beside_and_told_apart() -> None:
    opinion = Opinion(
        "dciodvfy", "other-tables", "kos.dcm", "Error - <x>", 3, "why", Text("a", "b")
    )
    tools = (("dciodvfy", "other-tables"), ("dicom-validator", "same-tables"))
    one = replace(run_report(GOOD), consulted=tools, opinions=(opinion,))
    said, page = summary(one, "en"), render(one, "fr")
    assert "Error - <x> x3" in said
    assert "known disagreement why: a" in said
    assert "nothing to report" in said
    assert "Error - &lt;x&gt;" in page
    assert json.loads(run_json.dumps(one))["second_opinions"]["lines"][0]["count"] == 3
    assert one.verdict.exit_code == 0
