"""Two runs compared, and one finding looked for again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drimcheck.cli import main
from reports.findings import steady
from testdata.kos import drim_m_kos, write
from testdata.mutants.kos.changes import assign


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(out: str, *changes: tuple[str, str]) -> dict[str, object]:
    document = drim_m_kos()
    for name, value in changes:
        assign(name, value)(document)
    Path("kos.dcm").write_bytes(write(document))
    main(["kos", "kos.dcm", "--out", out, "--format", "json", "--lang", "en"])
    found: dict[str, object] = json.loads(Path(out, "run.json").read_text("utf-8"))
    return found


BIRTH, STUDY = ("PatientBirthDate", "19960134"), ("StudyDate", "20261399")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main([*arguments, "--lang", "en"])
    return code, capsys.readouterr().out


def test_a_diff_says_what_is_new_fixed_and_unchanged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged("a", BIRTH)
    judged("b", STUDY)
    code, text = told(capsys, "diff", "a", "b")
    assert code == 1
    lines = {line.split(" ")[0]: line for line in text.splitlines()}
    assert "(0008,0020)" in lines["new"]
    assert "(0010,0030)" in lines["fixed"]
    code, text = told(capsys, "diff", "a/run.json", "a")
    assert code == 0
    assert text.startswith("0 new, 0 fixed")


def test_a_diff_tells_a_rule_that_changed_and_what_was_not_judged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = judged("a", BIRTH)
    text = json.dumps(run).replace(
        '"level": "SHALL", "basis": "text"', '"level": "SHOULD", "basis": "text"'
    )
    Path("b.json").write_text(text.replace(run["suite"]["rule_set"], "0" * 64))  # type: ignore[index]
    code, text = told(capsys, "diff", "a", "b.json")
    assert code == 0
    assert "The rule set has changed" in text
    assert [line for line in text.splitlines() if line.startswith("rule changed")]
    run["subjects"] = []
    Path("c.json").write_text(json.dumps(run))
    _, text = told(capsys, "diff", "a", "c.json")
    assert [line for line in text.splitlines() if line.startswith("not judged")]


@pytest.mark.parametrize("content", ["", "[]", '{"schema": "x"}'])
def test_what_is_no_run_is_one_line(
    content: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.json").write_text(content)
    assert main(["diff", "a.json", "a.json"]) == 2
    assert main(["diff", "absent.json", "a.json"]) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_a_run_of_somebody_else_writes_nothing_and_reaches_nobody(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = judged("a", BIRTH)
    Path("kept").write_text("kept")
    run["arguments"] = ["kos", "kos.dcm", "--bundle", "kept", "--sign-key", "key.pem"]
    Path("a/run.json").write_text(json.dumps(run))
    assert told(capsys, "replay", "DICOM-VR-03", "--report", "a")[0] == 1
    assert Path("kept").read_text() == "kept"
    assert not Path("key.pem").exists()
    for arguments in (["run", "--sut", "sut.toml"], ["wado", "--kos", "kos.dcm"], ["demo"]):
        run["arguments"] = arguments
        Path("a/run.json").write_text(json.dumps(run))
        assert main(["replay", "DICOM-VR-03", "--report", "a"]) == 2
        assert "--run" in capsys.readouterr().err


def test_subjects_that_differ_by_drawn_numbers_stay_apart() -> None:
    names = ["s: KOS 1.2.250.111", "s: KOS 1.2.250.222", "kos 20261124.dcm", "t: ris 1 A123456789"]
    assert steady(names) == {
        names[0]: "s: KOS #",
        names[1]: "s: KOS # (2)",
        names[2]: names[2],
        names[3]: "t: ris 1 A#",
    }


def test_a_finding_persists_until_it_is_fixed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = judged("a", BIRTH)
    name = next(defect["id"] for result in run["subjects"][0]["results"]  # type: ignore[index]
                if result["rule"] == "DICOM-VR-03" for defect in result["defects"])  # fmt: skip
    for finding in (name, name[:8], "DICOM-VR-03"):
        code, text = told(capsys, "replay", finding, "--report", "a")
        assert (code, text.split(":")[0]) == (1, "PERSISTS")
    Path("kos.dcm").write_bytes(write(drim_m_kos()))
    code, text = told(capsys, "replay", name, "--report", "a")
    assert (code, text.split(":")[0]) == (0, "FIXED")
    Path("kos.dcm").write_bytes(b"no KOS any more")
    code, text = told(capsys, "replay", name, "--report", "a")
    assert (code, text.split(":")[0]) == (3, "NOT JUDGED")
    assert main(["replay", "NONE", "--report", "a"]) == 2
    Path("kos.dcm").unlink()
    assert main(["replay", name, "--report", "a"]) == 3
