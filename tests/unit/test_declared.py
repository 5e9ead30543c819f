"""What people declare around a run: read, weighed, and never a change of what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from drimcheck.cli import main
from drimcheck.declared import derogations, mapping, product
from drimcheck.declared.rows import BadFile
from drimcheck.dressing import deciding
from tests.unit.test_reports import BAD, GOOD, run_report
from validators.attested import attested
from validators.model import (
    Attestation,
    Defect,
    Derogation,
    Level,
    Outcome,
    Product,
    Result,
    RunReport,
    ScenarioReport,
    Text,
)

ROW = ('[[derogation]]\nrule = "DICOM-VR-03"\nreason = "r"\nauthor = "a"\napprover = "b"\n'
       "until = 2027-01-31\n")  # fmt: skip
ON = date(2026, 11, 25)


def test_a_derogation_is_in_force_expired_or_unused(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(ROW + ROW.replace("VR-03", "VR-01") + ROW.replace("2027", "2026"))
    found = derogations.read(path)
    assert found[0] == Derogation("DICOM-VR-03", "r", "a", "b", "2027-01-31")
    states = [one.state for one in derogations.weighed(found, run_report(BAD), ON)]
    assert states == ["in-force", "unused", "expired"]


def test_a_derogation_of_another_subject_is_unused(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(f'{ROW}subject = "other.dcm"\n{ROW}subject = "kos.dcm"\n')
    found = derogations.weighed(derogations.read(path), run_report(BAD), ON)
    assert [one.state for one in found] == ["unused", "in-force"]


@pytest.mark.parametrize("key", ["rule", "reason", "author", "approver", "until"])
def test_a_derogation_needs_each_of_its_keys(key: str, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text("\n".join(one for one in ROW.splitlines() if not one.startswith(f"{key} =")))
    with pytest.raises(BadFile, match=f"1: {key} is missing"):
        derogations.read(path)


def test_a_derogation_changes_no_verdict_and_stands_in_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kos.dcm").write_bytes(BAD)
    Path("d.toml").write_text(ROW)
    code = main(["kos", "kos.dcm", "--derogations", "d.toml", "--out", "r", "--at", "2026-11-24"])
    assert code == 1
    page = Path("r/report.html").read_text("utf-8")
    assert 'class="note"' in page
    assert main(["kos", "kos.dcm", "--derogations", "absent.toml"]) == 2
    assert "absent.toml" in capsys.readouterr().err


def test_a_product_is_what_its_file_says(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('[product]\neditor = "E"\nname = "N"\nsession = "S"\n')
    assert product.read(path) == Product("E", "N", session="S")
    path.write_text("[product]\n")
    assert product.read(path) is None
    for text in ("", '[product]\ncolour = "red"\n', "[product]\nname = 3\n"):
        path.write_text(text)
        with pytest.raises(BadFile, match=r"p\.toml: "):
            product.read(path)


@pytest.mark.parametrize("mark", [",", ";"])
def test_own_requirements_may_have_none_of_ours(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    lines = ["id,title,requirements", "E-1,Dates,DCM-V03 DCM-F17", 'E-2,"Le reste",']
    path.write_text("\ufeff" + "\n".join(lines).replace(",", mark), encoding="utf-8")
    first, second = mapping.read(path)
    assert (first.id, first.title, first.ours) == ("E-1", "Dates", ("DCM-V03", "DCM-F17"))
    assert (second.id, second.ours) == ("E-2", ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,title\n", "needs the columns id, title, requirements"),
        ("id,title,requirements\nE-1,x,NONE-1\n", "2: no requirement 'NONE-1'"),
        ("id,title,requirements\n,x,DCM-V03\n", "2: id is missing"),
        ('id,title,requirements\nE-1,"x\n', "m.csv: "),
    ],
)
def test_a_bad_list_is_one_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(text)
    with pytest.raises(BadFile) as problem:
        mapping.read(path)
    assert said in str(problem.value)


def answer(about: str, name: str, *, holds: bool = True, subject: str = "") -> Attestation:
    return Attestation(about, name, holds, "A", "2026-11-25", "s", "e", "0" * 64, subject)


def waiting(**more: object) -> RunReport:
    """A report that waits for a person: one finding to review."""
    one = run_report(GOOD)
    rule = next(iter(one.rules))
    subject = replace(
        one.subjects[0],
        results=(Result(rule, Outcome.REVIEW, 1, (Defect("p", "a", "b"),)),),
    )
    needs = tuple(replace(need, outcome=Outcome.REVIEW) if rule in need.rules else need
                  for need in one.requirements)  # fmt: skip
    verdict = replace(one.verdict, name="inconclusive", exit_code=3, because=("review",))
    return replace(one, subjects=(subject,), requirements=needs, verdict=verdict, **more)


@pytest.mark.parametrize(("holds", "code"), [(True, 0), (False, 1)])
def test_an_answer_to_a_review_decides(holds: bool, code: int) -> None:
    one = waiting()
    rule = one.subjects[0].results[0].rule
    made = attested(one, [answer("rule", rule, holds=holds)])
    assert made.verdict.exit_code == code
    assert made.subjects == one.subjects
    reached = {need.outcome for need in made.requirements if rule in need.rules}
    assert Outcome.REVIEW not in reached
    assert attested(one, [answer("rule", rule, subject="other")]).verdict.exit_code == 3
    assert [each.used for each in attested(one, [answer("rule", "X")]).attestations] == [False]


def test_an_answer_of_one_subject_stands_before_one_of_all() -> None:
    one = waiting()
    rule, name = one.subjects[0].results[0].rule, one.subjects[0].name
    both = [answer("rule", rule), answer("rule", rule, holds=False, subject=name)]
    assert attested(one, both).verdict.exit_code == 1


@pytest.mark.parametrize(("holds", "code"), [(True, 0), (False, 1)])
def test_a_requirement_without_rules_is_answered(holds: bool, code: int) -> None:
    one = run_report(GOOD)
    need = replace(one.requirements[0], testable="manual", level=Level.SHALL,
                   outcome=Outcome.NOT_TESTED, rules=())  # fmt: skip
    verdict = replace(one.verdict, name="inconclusive", exit_code=3, because=("untested",))
    left = replace(one, requirements=(need,), verdict=verdict)
    assert attested(left, []).verdict.exit_code == 3
    assert attested(left, [answer("requirement", need.id, holds=holds)]).verdict.exit_code == code


def test_a_requirement_with_rules_is_not_answered() -> None:
    one = run_report(BAD)
    need = next(need for need in one.requirements if need.outcome is Outcome.FAIL)
    made = attested(one, [answer("requirement", need.id)])
    assert made.requirements == one.requirements
    assert made.verdict == one.verdict
    assert not made.attestations[0].used


def test_a_scenario_whose_reviews_are_answered_is_green() -> None:
    scenario = ScenarioReport("s", "", "source", Text("t", "t"), Outcome.REVIEW, ("kos.dcm",))
    one = waiting(scenarios=(scenario,))
    rule = one.subjects[0].results[0].rule
    assert attested(one, [answer("rule", rule)]).scenarios[0].outcome is Outcome.PASS
    asked = replace(scenario, reviews=(Text("q", "q"),))
    still = attested(replace(one, scenarios=(asked,)), [answer("rule", rule)])
    assert (still.scenarios[0].outcome, still.verdict.exit_code) == (Outcome.REVIEW, 3)


def test_a_review_without_any_answer_still_waits() -> None:
    one = run_report(GOOD)
    verdict = replace(one.verdict, name="inconclusive", exit_code=3, because=("review",))
    assert attested(replace(one, verdict=verdict), []).verdict.exit_code == 3


def test_of_two_answers_the_refusal_stands() -> None:
    one = waiting()
    rule = one.subjects[0].results[0].rule
    both = [answer("rule", rule), answer("rule", rule, holds=False)]
    for answers in (both, both[::-1]):
        assert attested(one, answers).verdict.exit_code == 1


@pytest.mark.parametrize("testable", ["no", "manual"])
def test_what_rules_found_of_a_requirement_is_not_answered_away(testable: str) -> None:
    one = run_report(BAD)
    need = next(need for need in one.requirements if need.outcome is Outcome.FAIL)
    one = replace(one, requirements=(replace(need, testable=testable),))
    made = attested(one, [answer("requirement", need.id)])
    assert made.requirements == one.requirements
    assert not made.attestations[0].used


def test_arguments_are_kept_as_far_as_they_decide() -> None:
    given = ["kos", "a.dcm", "--out", "x", "--lang=fr", "--profile", "p", "--include-values",
             "--bundle", "b", "--at", "2026-01-01"]  # fmt: skip
    assert deciding(given) == ["kos", "a.dcm", "--profile", "p", "--at", "2026-01-01"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--profile", "drim-m-lab"), "an audit is by one of the profiles"),
        (("--profile", "none"), "an audit is by one of the profiles"),
        (("--only", "DICOM-VR-03"), "--only has no place in an audit"),
        (("--at", "2026-01-01"), "--at has no place in an audit"),
    ],
)
def test_an_audit_is_held_to_its_profile(
    more: tuple[str, str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kos.dcm"
    path.write_bytes(GOOD)
    assert main(["kos", str(path), "--audit", *more]) == 2
    assert said in capsys.readouterr().err


def test_an_audit_waits_for_all_that_is_mandatory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kos.dcm"
    path.write_bytes(GOOD)
    assert main(["kos", str(path), "--audit", "--lang", "en"]) == 3
    assert "Inconclusive" in capsys.readouterr().out
