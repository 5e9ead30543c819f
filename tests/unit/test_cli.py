"""Whole commands: what they print, what they write, what they return."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drimcheck import shadow
from drimcheck.cli import main
from drimcheck.judging import only
from testdata.kos import drim_m_kos, write
from testdata.mutants.kos.changes import assign
from validators.kinds import register


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.dcm"
    path.write_bytes(write(drim_m_kos()))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    document = drim_m_kos()
    assign("PatientBirthDate", "19960134")(document)
    path = tmp_path / "bad.dcm"
    path.write_bytes(write(document))
    return path


def test_a_good_kos_conforms(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kos", str(good), "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("Conforming.")


def test_a_bad_kos_does_not(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kos", str(bad), "--lang", "fr"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("Non conforme. 1 exigence obligatoire non respectée")
    assert "(0010,0030) (octet" in said
    assert "attendu YYYYMMDD, trouvé 19960134" in said


def test_a_missing_path_is_usage_and_the_others_are_judged(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kos", "nowhere.dcm", str(good), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert said.err == "drimcheck: nowhere.dcm: no such file or folder\n"
    assert good.name in said.out


def test_what_is_no_dicom_is_a_failed_subject_with_one_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("bonjour")
    assert main(["kos", str(path), "--lang", "en"]) == 1
    assert capsys.readouterr().out.count("SHALL") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--profile", "nothing"], "unknown profile 'nothing'; one of: dicom-ko,"),
        (["--only", "KOS-0"], "unknown rule or requirement 'KOS-0'; see: drimcheck rules"),
        (["--on", "24/11/2026"], "--on '24/11/2026' is no date; write it as YYYY-MM-DD"),
    ],
)
def test_a_wrong_option_is_one_line(
    good: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kos", str(good), *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"drimcheck: {said}")


def test_only_takes_a_requirement_for_the_rules_that_verify_it(
    bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kos", str(bad), "--only", "DCM-V03", "--lang", "en"]) == 1
    assert "DICOM-VR-03" in capsys.readouterr().out
    assert main(["kos", str(bad), "--only", "DCM-V11-TERM", "--lang", "en"]) == 0


def test_only_takes_the_rules_of_a_requirement_that_is_named_as_one_of_them() -> None:
    register()
    assert {"X-HC-05", "X-HC-21"} <= only(["X-HC-05"])


def test_a_folder_is_walked_and_what_is_no_kos_is_listed(
    good: Path, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (good.parent / "deep").mkdir()
    (good.parent / "deep" / "readme.txt").write_text("no KOS")
    assert main(["kos", str(good.parent), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "2 files" in said
    assert "readme.txt: not a document of this kind: no DICOM file" in said


def test_a_folder_without_any_kos_is_inconclusive(tmp_path: Path) -> None:
    assert main(["kos", str(tmp_path)]) == 3


def test_check_recognises_what_it_can_judge(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = good.parent / "image.dcm"
    other.write_bytes(good.read_bytes().replace(b".88.59", b".88.11"))
    assert main(["check", str(good), str(other), "--lang", "en"]) == 0
    assert "image.dcm: not a document of this kind: 1.2.840.10008" in capsys.readouterr().out


def test_reports_are_written_whole(bad: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a report" / "été"
    assert main(["kos", str(bad), "--out", str(folder), "--lang", "fr"]) == 1
    assert sorted(path.name for path in folder.iterdir()) == [
        "envelope.json",
        "junit.xml",
        "report.html",
        "run.json",
    ]
    assert json.loads((folder / "run.json").read_text("utf-8"))["verdict"]["exit_code"] == 1


def test_formats_are_those_asked_for(bad: Path, tmp_path: Path) -> None:
    main(["kos", str(bad), "--out", str(tmp_path / "out"), "--format", "html"])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report.html"]


def test_require_all_makes_what_was_not_tested_count(good: Path) -> None:
    assert main(["kos", str(good), "--require-all"]) == 3


def test_only_judges_the_rule_asked_for(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kos", str(bad), "--only", "KOS-URL-05", "--lang", "en"]) == 0
    assert "5 rules" in capsys.readouterr().out


def test_mado_says_what_is_missing(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kos", str(good), "--profile", "mado-strict", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    for rule in ("KOS-TID-01", "KOS-EVD-11A", "KOS-URL-06", "KOS-ACC-04"):
        assert rule in said


def test_the_catalogue_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--lang", "en"]) == 0
    assert main(["rules", "KOS-URL-05", "--lang", "fr"]) == 0
    assert main(["explain", "DRIM-A-EVD-05", "--lang", "en"]) == 0
    assert main(["profiles", "--lang", "fr"]) == 0
    said = capsys.readouterr()
    assert "Retrieve URL d'une série finit par" in said.out
    assert "Rules: KOS-URL-02" in said.out
    assert "mado-strict" in said.out
    assert main(["explain", "nothing"]) == 2
    assert main(["rules", "--profile", "nothing"]) == 2
    assert "no rule or requirement 'nothing'" in capsys.readouterr().err


def test_the_demonstration_ends_with_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--out", str(tmp_path / "demo"), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "Not conforming." in said
    assert (tmp_path / "demo" / "report.html").as_uri() in said


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "drimcheck", *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_a_terminal_of_another_encoding_is_no_obstacle(tmp_path: Path) -> None:
    document = drim_m_kos()
    document.SpecificCharacterSet = "ISO_IR 192"
    document.Manufacturer = "Ω\nCHECK"
    path = tmp_path / "é à.dcm"
    path.write_bytes(write(document))
    for encoding in ("cp1252", "ascii", "utf-8"):
        done = program("kos", str(path), "--lang", "fr", PYTHONIOENCODING=encoding)
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr


def test_colour_is_for_terminals_only(bad: Path) -> None:
    assert b"\x1b[" not in program("kos", str(bad)).stdout


def test_a_package_that_stands_in_front_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shadow, "PACKAGES", ("json",))
    assert main(["profiles"]) == 2
    assert "is not the one of this suite" in capsys.readouterr().err


def test_second_opinions_stand_beside_and_outside_the_verdict(
    bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("dicom_validator")
    arguments = ["--second-opinion", "dciodvfy", "--second-opinion", "dicom-validator"]
    assert main(["kos", str(bad), "--lang", "en", *arguments]) == 1
    said = capsys.readouterr().out
    assert "dciodvfy (other engine, other tables)" in said
    assert "dicom-validator (other engine, same tables)" in said
    assert "(0010,0030) InvalidValue" in said
    assert "known disagreement retrieve-url-outside-the-iod: Retrieve URL is an attribute" in said


def _whole(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """A whole process of the command."""
    return subprocess.run(
        [sys.executable, "-m", "drimcheck", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **options,  # type: ignore[call-overload]
    )


def test_nothing_but_missing_files_is_one_line() -> None:
    done = _whole("kos", "nowhere.dcm")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "drimcheck: nowhere.dcm: no such file or folder\n"


def test_a_folder_that_cannot_be_written_is_one_line(bad: Path) -> None:
    done = _whole("kos", str(bad), "--out", str(bad), "--lang", "en")
    assert done.returncode == 2
    assert done.stderr.startswith("drimcheck: cannot write to ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_pipe_is_no_file(good: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = _whole("kos", str(tmp_path / "pipe"), str(good), "--lang", "en")
    assert done.returncode == 2
    assert done.stderr == f"drimcheck: {tmp_path / 'pipe'}: not a regular file\n"
    assert good.name in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell with pipes")
def test_a_reader_that_stops_early_leaves_the_exit_code(bad: Path) -> None:
    command = f'"{sys.executable}" -m drimcheck kos "{bad}" | true; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, "")


def test_an_error_of_the_tool_is_one_line_and_no_verdict(
    good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("alpha")

    monkeypatch.setattr("drimcheck.judging.judge_paths", broken)
    assert main(["kos", str(good)]) == 4
    said = capsys.readouterr().err
    assert said.startswith("drimcheck: error of the tool, please report it: ZeroDivisionError")
    assert said.count("\n") == 1
