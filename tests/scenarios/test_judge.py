"""What a run or a simulator captured is judged again, and comes to the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drimcheck.cli import main
from drimcheck.simulate.ledger import Ledger
from simulators.faults import named
from simulators.ris.messages import ControlIds, Form, report_message
from testdata.exam import Event
from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.message import acknowledgement
from tests.peers import ask as ask_all
from tests.peers import asked_of, at, holding, judge, known_of, wado_server
from validators.model import Exchange

SUBJECTS = "source-publish,source-poison,source-health,conso-retrieve"


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a few scenarios on the reference."""
    out = tmp_path_factory.mktemp("run") / "out"
    given = ["run", "--subject", SUBJECTS, "--non-interactive", "--lang", "en"]
    assert main([*given, "--profile", "drim-m-lab", "--out", str(out)]) == 0
    return out


@pytest.fixture
def again(tmp_path: Path) -> Callable[[Path], tuple[int, dict[str, Any]]]:
    """Judge a folder again: the exit code, and the report."""

    def run(folder: Path) -> tuple[int, dict[str, Any]]:
        given = ["judge", str(folder), "--profile", "drim-m-lab", "--lang", "en"]
        code = main([*given, "--out", str(tmp_path / "again")])
        return code, json.loads((tmp_path / "again/run.json").read_text())

    return run


def results(found: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {
        (subject["name"], result["rule"]): result["outcome"]
        for subject in found["subjects"]
        for result in subject["results"]
    }


def test_a_run_shows_what_crossed_it_and_the_images_that_came(captured: Path) -> None:
    run = json.loads((captured / "run.json").read_text())
    assert "127.0.0.1" in run["hosts"]
    assert run["product"]["name"] == "reference DRIMbox"
    steps = {one["id"]: one["timeline"] for one in run["scenarios"]}
    (told, *_), names = steps["source-publish"], [one["name"] for one in run["subjects"]]
    assert (told["peer"], told["sender"], told["status"]) == ("ris", "suite", "AA")
    assert any(one["sender"] == "system" for one in steps["conso-retrieve"])
    for step in (step for each in steps.values() for step in each):
        assert step["seconds"] >= 0
    assert [name for name in names if name.startswith(told["subject"])]


def test_a_run_is_judged_again(captured: Path, again: Callable[..., Any]) -> None:
    before = json.loads((captured / "run.json").read_text())
    code, found = again(captured)
    assert code == 0
    assert found["command"] == "judge"
    assert found["on"] == before["on"]
    was = {one["id"]: one["outcome"] for one in before["scenarios"]}
    assert {one["id"]: one["outcome"] for one in found["scenarios"]} == was
    kept = ("request", "response", "psc", "dmp", "xds", "kos", "hl7", "scenario")
    mine = {one["name"] for one in found["subjects"]}
    theirs = {one["name"] for one in before["subjects"]
              if one["kind"] in kept and not one["name"].endswith("(ours)")}  # fmt: skip
    assert mine == theirs
    first = results(before)
    away = {
        (rule, outcome)
        for (name, rule), outcome in results(found).items()
        if first[name, rule] != outcome
    }
    assert all(rule.startswith("WADO-ERR-") for rule, _ in away)
    assert {outcome for _, outcome in away} <= {"not_tested", "not_applicable"}


def altered(captured: Path, folder: Path) -> Path:
    shutil.copytree(captured / "scenarios", folder / "scenarios")
    shutil.copy(captured / "run.json", folder)
    return folder


def test_a_capture_that_is_wrong_fails(
    captured: Path, tmp_path: Path, again: Callable[..., Any]
) -> None:
    folder = altered(captured, tmp_path / "altered")
    (answer,) = (folder / "scenarios/source-publish/exchanges/ris").glob("*.response.http")
    answer.write_bytes(answer.read_bytes().replace(b"MSA|AA|", b"MSA|AR|"))
    code, found = again(folder)
    assert code == 1
    outcomes = {one["id"]: one["outcome"] for one in found["scenarios"]}
    assert outcomes["source-publish"] == "fail"
    assert outcomes["source-poison"] == "pass"


@pytest.mark.parametrize(("was", "code"), [("not_tested", 3), ("review", 3)])
def test_what_was_open_stays_open(
    was: str, code: int, captured: Path, tmp_path: Path, again: Callable[..., Any]
) -> None:
    folder = altered(captured, tmp_path / "altered")
    before = json.loads((folder / "run.json").read_text())
    before["scenarios"][0] |= {
        "outcome": was,
        "reason": {"en": "nobody looked", "fr": "personne n'a regardé"},
    }
    (folder / "run.json").write_text(json.dumps(before))
    found = again(folder)
    assert found[0] == code
    row = found[1]["scenarios"][0]
    assert (row["outcome"], row["reason"]) == (
        was, {"en": "nobody looked", "fr": "personne n'a regardé"})  # fmt: skip


def test_a_failure_that_captures_do_not_show_is_no_pass(
    captured: Path, tmp_path: Path, again: Callable[..., Any]
) -> None:
    folder = altered(captured, tmp_path / "altered")
    before = json.loads((folder / "run.json").read_text())
    (one,) = [one for one in before["subjects"] if one["kind"] == "cross"]
    one["results"][0]["outcome"] = "fail"
    (folder / "run.json").write_text(json.dumps(before))
    code, found = again(folder)
    assert code == 3
    (row,) = [one for one in found["scenarios"] if one["id"] == "source-publish"]
    assert row["outcome"] == "not_tested"
    assert one["results"][0]["rule"] in row["reason"]["fr"]


def test_without_a_report_of_the_run(
    captured: Path, tmp_path: Path, again: Callable[..., Any]
) -> None:
    folder = altered(captured, tmp_path / "altered")
    (folder / "run.json").unlink()
    code, found = again(folder)
    assert code == 0
    assert {one["id"] for one in found["scenarios"]} == set(SUBJECTS.split(","))


def test_a_run_of_a_simulator(tmp_path: Path, again: Callable[..., Any]) -> None:
    one = exam("alpha")
    (tmp_path / "held").mkdir()
    with wado_server(holding(tmp_path / "held", one)) as base:
        here = at(base, one)
        with judge(tmp_path / "run/exchanges", "wado-client", known=known_of(here)) as live:
            ask_all(live, asked_of(here)[:1])
            live.files("pacs")(write(kos_of(here, here.study)))
    code, found = again(tmp_path / "run")
    assert code == 0
    assert {one["kind"] for one in found["subjects"]} == {"response", "kos"}
    assert found["scenarios"] == []


@pytest.mark.parametrize(("fault", "said", "code"), [
    ("", "AA", 0), ("", "AE", 1), ("patient-unidentified", "AE", 0),
    ("patient-unidentified", "AA", 1),
])  # fmt: skip
def test_what_a_message_should_get_is_judged_by_the_message(
    fault: str, said: str, code: int, tmp_path: Path, again: Callable[..., Any]
) -> None:
    control = ControlIds("T").next()
    (block,) = report_message(exam("alpha"), Event.CREATE, Form.ORU, control,
                              faults=named([fault] if fault else []))  # fmt: skip
    sent = block.strip(b"\x0b\x1c\r") + b"\r"
    answer = acknowledgement(
        exam("alpha"), sent, code=said, condition="101" if said == "AE" else ""
    )
    Ledger(tmp_path / "run/exchanges").add(
        "ris", Exchange("mllp://127.0.0.1:1", block, b"\x0b" + answer + b"\x1c\r", "")
    )
    assert again(tmp_path / "run")[0] == code


def test_a_folder_that_holds_no_capture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", str(tmp_path)]) == 2
    assert "holds no captures" in capsys.readouterr().err
    assert main(["judge", str(tmp_path / "nowhere")]) == 2
    assert "no such folder" in capsys.readouterr().err
    (tmp_path / "exchanges/dmp").mkdir(parents=True)
    (tmp_path / "exchanges/dmp/exchanges.json").write_text("{}")
    assert main(["judge", str(tmp_path)]) == 2
    assert "no index of exchanges" in capsys.readouterr().err
