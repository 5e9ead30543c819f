"""What each format for machines says, and where."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from drimcheck.harness.run_command import WRITTEN
from reports import code_climate, gitb, markdown, sarif, writing
from reports.findings import findings
from reports.gitb import NAMESPACE
from reports.markup import block, code, prose
from reports.matrix import MARK, findings_csv, inert, requirements_csv
from reports.places import described_by, uri
from reports.sarif_rules import text
from reports.writing import FILES
from tests.golden.rich import rich
from validators.model import Level, Outcome, RunReport

NAMES = {1: "non-conforming", 2: "usage-error", 3: "inconclusive", 4: "tool-error",
         5: "target-unreachable", 0: "conforming"}  # fmt: skip


def ended(code_: int, *, keep: bool = True) -> RunReport:
    """The rich report with another verdict, with its findings or without."""
    one = rich()
    subjects = one.subjects if keep else ()
    verdict = replace(one.verdict, exit_code=code_, name=NAMES[code_])
    return replace(one, verdict=verdict, subjects=subjects)


def run_of(report: RunReport) -> Any:
    (run,) = json.loads(sarif.dumps(report, "en"))["runs"]
    return run


def rows(written: str, mark: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(written.removeprefix(MARK), newline=""), delimiter=mark))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("kos.dcm", "kos.dcm"),
        ("exam 1/é#.dcm", "exam%201/%C3%A9%23.dcm"),
        ("a:b", "a%3Ab"),
        ("javascript:x", "javascript%3Ax"),
        ("/abs/kos.dcm", "file:///abs/kos.dcm"),
        ("//host/share", "file:///host/share"),
        ("C:/kos.dcm", "file:///C:/kos.dcm"),
        ("x\udcff", "x%FF"),
    ],
)
def test_the_name_of_a_file_is_a_reference_to_it(name: str, place: str) -> None:
    assert uri(name) == place


def test_findings_keep_their_identity_in_any_order() -> None:
    one = rich()
    back = replace(one, subjects=tuple(
        replace(each, results=each.results[::-1]) for each in reversed(one.subjects)
    ))  # fmt: skip
    prints = [
        {json.dumps(result["partialFingerprints"]) for result in run_of(report)["results"]}
        for report in (one, back)
    ]
    assert prints[0] == prints[1]
    assert len(prints[0]) == len(list(findings(one)))


def test_only_a_derogation_in_force_is_a_suppression() -> None:
    results = run_of(rich())["results"]
    assert {one["ruleId"] for one in results if one["suppressions"]} == {"KOS-901"}
    assert {one["ruleId"] for one in results} >= {"KOS-901", "CROSS-901"}
    without = run_of(replace(rich(), derogations=()))["results"]
    assert not [one for one in without if "suppressions" in one]


def test_an_error_of_ours_is_a_notification_and_no_result() -> None:
    run = run_of(rich())
    invocation = run["invocations"][0]
    assert invocation["executionSuccessful"] is False
    errors, unread = invocation["toolExecutionNotifications"]
    assert errors["associatedRule"]["id"] == "WADO-901"
    assert unread["level"] == "warning"
    assert "WADO-901" not in {one["ruleId"] for one in run["results"]}


@pytest.mark.parametrize(("exit_code", "done"), [(0, True), (1, True), (2, False), (3, True),
                                                  (4, False), (5, False)])  # fmt: skip
def test_a_run_that_was_cut_short_is_no_clean_one(exit_code: int, done: bool) -> None:
    (invocation,) = run_of(ended(exit_code, keep=False))["invocations"]
    assert invocation["executionSuccessful"] is done


def test_what_is_not_tested_is_no_result() -> None:
    assert "WADO-902" not in {one["ruleId"] for one in run_of(rich())["results"]}


def test_a_review_is_no_failure() -> None:
    (one,) = [each for each in run_of(rich())["results"] if each["ruleId"] == "CDA-901"]
    assert (one["kind"], one["level"]) == ("review", "none")


def test_a_finding_of_a_run_is_laid_to_the_file_of_the_system() -> None:
    crossed = replace(rich(), command="run", arguments=("run", "--sut", "ci/box.toml"))
    for one in run_of(crossed)["results"]:
        (place,) = one["locations"]
        assert place["physicalLocation"] == {"artifactLocation": {"uri": "ci/box.toml"}}
        assert place["logicalLocations"][0]["kind"] == "subject"
    issues = json.loads(code_climate.dumps(crossed, "en"))
    assert {one["location"]["path"] for one in issues} == {"ci/box.toml"}
    alone = replace(crossed, arguments=("run",))
    for one in run_of(alone)["results"]:
        assert one["locations"][0].keys() == {"logicalLocations"}
    assert not [one for one in run_of(alone)["artifacts"] if "location" in one]


def test_the_system_is_named_in_both_forms_of_the_option() -> None:
    assert described_by(["run", "--sut", "a.toml"]) == described_by(["run", "--sut=a.toml"])
    assert described_by(["run", "--sut"]) == described_by([]) == ""


def test_what_is_inside_a_file_is_in_that_file() -> None:
    run = run_of(rich())
    inside = next(one for one in run["artifacts"] if "parentIndex" in one)
    assert run["artifacts"][inside["parentIndex"]]["location"]["uri"] == "examen%201/oru.hl7"
    (one,) = [each for each in run["results"] if each["ruleId"] == "CDA-901"]
    assert "region" not in one["locations"][0]["physicalLocation"]


def test_a_request_of_a_har_is_in_its_file() -> None:
    one = rich()
    request = replace(one.subjects[0], name="x.har#entries[2]", kind="request")
    run = run_of(replace(one, command="wado-request", subjects=(request,)))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "x.har"}}


def test_a_message_of_sarif_has_no_placeholder_and_no_link() -> None:
    assert text("{0} [a](b) [0].x") == "{{0}} [a\\](b) [0].x"


@pytest.mark.parametrize(
    ("exit_code", "keep", "result"),
    [
        (0, True, "WARNING"), (0, False, "SUCCESS"), (1, True, "FAILURE"), (2, True, "UNDEFINED"),
        (3, True, "UNDEFINED"), (4, True, "UNDEFINED"), (5, False, "UNDEFINED"),
    ],
)  # fmt: skip
def test_gitb_says_the_verdict(exit_code: int, keep: bool, result: str) -> None:
    root = fromstring(gitb.dumps(ended(exit_code, keep=keep), "en"))
    assert root.findtext(f"{{{NAMESPACE}}}result") == result


def test_gitb_counts_its_items() -> None:
    root = fromstring(gitb.dumps(rich(), "fr"))
    for counter, tag in (("Errors", "error"), ("Warnings", "warning"), ("Assertions", "info")):
        items = root.findall(f"{{{NAMESPACE}}}reports/{{{NAMESPACE}}}{tag}")
        told = root.findtext(f"{{{NAMESPACE}}}counters/{{{NAMESPACE}}}nrOf{counter}")
        assert told == str(len(items))
        assert items


def test_every_requirement_is_a_row_and_every_own_line() -> None:
    one = rich()
    ours = rows(requirements_csv(replace(one, own=()), "en"))
    assert [row["Requirement"] for row in ours] == [each.id for each in one.requirements]
    assert "Own number" not in ours[0]
    mapped = rows(requirements_csv(one, "fr"), ";")
    assert next(iter(mapped[0])) == "Votre numéro"
    assert [row["Exigence"] for row in mapped if row["Votre numéro"] == "EX-1"] == [
        "R-901", "R-902",
    ]  # fmt: skip
    (alone,) = [row for row in mapped if row["Votre numéro"] == "EX-2"]
    assert alone["Résultat"] == "pas de règle de drimcheck"
    assert {row["Exigence"] for row in mapped} >= {each.id for each in one.requirements}


def test_what_was_not_tested_has_its_reason_whatever_its_level() -> None:
    one = rich()
    permitted = tuple(replace(each, level=Level.MAY) for each in one.requirements)
    found = rows(requirements_csv(replace(one, own=(), requirements=permitted), "en"))
    why = {row["Requirement"]: row["Why not tested"] for row in found}
    assert why["R-908"] == "not tested: WADO-901 failed first"
    assert why["R-909"] == "A person must look."
    assert not any(said for name, said in why.items() if name not in ("R-908", "R-909"))
    assert {row["Level"] for row in found} == {"MAY"}


def test_an_own_line_of_another_run_says_so() -> None:
    one = rich()
    (own, *_) = one.own
    made = replace(one, own=(replace(own, ours=("R-1",)),))
    first = rows(requirements_csv(made, "en"))[0]
    assert (first["Requirement"], first["Outcome"]) == ("R-1", "not part of this run")


def test_a_row_of_a_finding_has_its_place_and_its_derogation() -> None:
    found = rows(findings_csv(rich(), "en"))
    assert len(found) == len(list(findings(rich())))
    first = found[0]
    assert (first["Byte"], first["Line"]) == ("1894", "")
    assert first["Derogation"].startswith("accepted until 2026-12-31")
    assert [row["Derogation"][:7] for row in found if row["Rule"] == "CROSS-901"] == ["expired"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1", "'=1"), ("a", "a"), ("", ""), ("a;=1", "a;'=1"), (" +1", "' +1"), ("1-1", "1-1"),
     ('a,"@x', "a,'\"@x")],
)  # fmt: skip
def test_no_cell_is_a_formula(value: str, cell: str) -> None:
    assert inert(value) == cell


@pytest.mark.parametrize(
    ("value", "span"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("", "`   `"), ("a|b", "`a|b`"),
     (" a", "`  a `"), ("a\nb", "`a<U+000A>b`")],
)  # fmt: skip
def test_a_value_is_a_code_span(value: str, span: str) -> None:
    assert code(value) == span


def test_a_bar_is_escaped_in_a_table_alone() -> None:
    assert code("a|b", cell=True) == "`a\\|b`"


def test_a_text_of_ours_names_nobody() -> None:
    assert prose("<base> of @ans") == "\\<base\\> of `@`ans"
    assert block("```\nx").startswith("````text\n")


def test_a_long_value_is_cut_and_its_length_told() -> None:
    assert code("x" * 300) == f"`{'x' * 200}… (300)`"


def test_a_summary_says_each_count_and_what_was_not_tested() -> None:
    said = markdown.dumps(rich(), "en")
    for line in ("| SHALL | 9 | 5 | 3 | 1 | 2 |", "| SHOULD | 1 | 1 | 1 | 0 | 0 |",
                 "(1): `R-909`",
                 "- `box.example:443`", "_This is not a decision of ANS._"):  # fmt: skip
        assert line in said


def test_a_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(writing.FILES, "json", {"run.json": lambda *_: "\ud800"})
    with pytest.raises(UnicodeEncodeError):
        writing.write(rich(), tmp_path, ["json"], "en")
    assert not list(tmp_path.iterdir())


def test_an_earlier_run_keeps_all_that_it_wrote() -> None:
    assert {name for names in FILES.values() for name in names} <= set(WRITTEN)


def test_code_quality_tells_findings_apart() -> None:
    issues = json.loads(code_climate.dumps(rich(), "en"))
    prints = [one["fingerprint"] for one in issues]
    assert len(set(prints)) == len(prints)
    assert prints == [one.id for one in findings(rich()) if one.outcome is not Outcome.ERROR]
    named_twice = replace(rich(), subjects=(rich().subjects[0],) * 3)
    prints = [one["fingerprint"] for one in json.loads(code_climate.dumps(named_twice, "en"))]
    assert len(set(prints)) == len(prints) == 9
