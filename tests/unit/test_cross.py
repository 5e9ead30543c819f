"""The command ``cross``: both sides of each finding, heads of images alone, clear refusals."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import jsonschema
import pytest

from drimcheck.cli import main
from drimcheck.headers import heads_of
from reports.schema import __file__ as schemas
from testdata import fhir
from testdata.exams import exam
from testdata.images import instance
from testdata.kos import write
from testdata.mutants import mutants
from testdata.publication import Generation, kos_file
from testdata.report import cda
from tests.sparse import sparse_study
from validators.cross import HEAD_BYTES

ALPHA = exam("alpha")


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """KOS-Alpha and its report."""
    kos, report = tmp_path / "kos.dcm", tmp_path / "report.xml"
    kos.write_bytes(kos_file(Generation(ALPHA, ALPHA.study)))
    report.write_bytes(cda(ALPHA))
    return kos, report


def run(*arguments: object) -> int:
    return main(["cross", *map(str, arguments), "--lang", "en"])


def test_a_difference_shows_both_documents_places_and_values(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    kos, report = pair
    mutant = next(one for one in mutants() if one.name == "x-kc-08-birth-date")
    kos.write_bytes(mutant.make())
    out = tmp_path / "out"
    assert run("--kos", kos, "--cda", report, "--out", out) == 1
    data = json.loads((out / "run.json").read_text("utf-8"))
    jsonschema.validate(data, json.loads(Path(schemas).with_name("run.schema.json").read_text()))
    (result,) = [one for one in data["subjects"][0]["results"] if one["rule"] == "X-KC-08"]
    (defect,) = result["defects"]
    assert (defect["expected"], defect["actual"]) == ("19790328", "19790329")
    assert defect["path"] == f"{kos.as_posix()} (0010,0030)"
    assert defect["against"].startswith(f"{report.as_posix()} /ClinicalDocument/recordTarget")
    assert defect["normalised"] == ["blanks"]
    (row,) = [one for one in data["comparisons"] if one["field"] == "birth_date"]
    assert row["agrees"] is False
    assert [cell["values"] for cell in row["cells"]] == [["19790329"], ["19790328"]]
    page = (out / "report.html").read_text("utf-8")
    assert "19790329" in page
    assert "The exam across its documents" in page


def test_names_are_compared_without_case_and_diacritics(pair: tuple[Path, Path]) -> None:
    kos, report = pair
    report.write_bytes(report.read_bytes().replace(b">DRIM-ALPHA<", ">Drim-Álpha<".encode()))
    assert run("--kos", kos, "--cda", report) == 0


def test_what_is_not_given_is_not_tested_and_said_so(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    kos, report = pair
    assert run("--kos", kos, "--cda", report, "--out", tmp_path) == 0
    data = json.loads((tmp_path / "run.json").read_text("utf-8"))
    outcomes = {one["rule"]: one for one in data["subjects"][0]["results"]}
    assert outcomes["X-KX-01"]["outcome"] == "not_tested"
    assert outcomes["X-KX-01"]["note"] == "input:xds"
    assert "needs what was not given: metadata" in (tmp_path / "report.html").read_text("utf-8")


def test_a_manifest_in_fhir_is_compared(pair: tuple[Path, Path], tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(fhir.manifest(ALPHA, ALPHA.study))
    assert run("--kos", pair[0], "--fhir", manifest) == 0
    manifest.write_bytes(b"[" * 200_000)
    assert run("--kos", pair[0], "--fhir", manifest) == 1


def test_one_document_is_not_enough(
    pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--kos", pair[0]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_missing_file_is_one_line(
    pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--kos", pair[0], "--cda", "nowhere.xml") == 2
    assert capsys.readouterr().err == "drimcheck: nowhere.xml: no such file or folder\n"


def test_a_document_of_another_kind_is_a_failure(pair: tuple[Path, Path], tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("no KOS")
    assert run("--kos", text, "--cda", pair[1]) == 1


def test_all_adds_the_rules_of_each_document(
    pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    kos, report = pair
    mutant = next(one for one in mutants() if one.name == "date-impossible")
    kos.write_bytes(mutant.make())
    run("--kos", kos, "--cda", report)
    assert "DICOM-VR-03" not in capsys.readouterr().out
    assert run("--kos", kos, "--cda", report, "--all") == 1
    assert "DICOM-VR-03" in capsys.readouterr().out


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A study of 5,000 images of half a megabyte, sparse, and its KOS."""
    return sparse_study(tmp_path_factory.mktemp("study"))


def test_five_thousand_images_are_read_by_their_heads(study: tuple[Path, Path]) -> None:
    seen: list[tuple[int, int]] = []
    found, read = heads_of(study[1], lambda done, total: seen.append((done, total)))
    assert len(found) == 5_000
    assert not [one for one in found if one.problem]
    assert read <= 5_000 * HEAD_BYTES
    assert HEAD_BYTES <= 10 * 1024
    assert seen[-1] == (5_000, 5_000)
    assert len(seen) > 10
    assert sum(path.stat().st_size for path in study[1].iterdir()) > 2_000_000_000


def test_a_zip_of_a_study_reads_like_its_folder(tmp_path: Path) -> None:
    first = ALPHA.study.series[0]
    folder = tmp_path / "images"
    folder.mkdir()
    for number in (1, 2, 3):
        raw = write(instance(ALPHA, ALPHA.study, first, number, size=64))
        (folder / f"{number}.dcm").write_bytes(raw)
    archive = tmp_path / "images.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(folder.iterdir()):
            opened.write(path, path.name)
    plain, _ = heads_of(folder, lambda *_: None)
    zipped, _ = heads_of(archive, lambda *_: None)
    assert [one.values for one in plain] == [one.values for one in zipped]
