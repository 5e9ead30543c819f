"""Official passing combinations pass, and a whole exam agrees with itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from drimcheck.cli import main
from testdata.artefact import Artefact
from testdata.artefacts import artefacts

DRIM_M = ("drim-m-lab", "drim-m-homologation")
COMBINATIONS = {
    "report": (("kos", "kos/official_kos_OK_Absent.dcm"), ("cda", "cda/CR_OK_Absent.xml")),
    "message": (
        ("kos", "kos/official_kos_OK_Absent.dcm"),
        ("cda", "cda/CR_OK_Absent.xml"),
        ("hl7", "hl7/CR_I_Depublication-ORU.hl7"),
    ),
    "publication": (("kos", "kos/drim-m_ko_2023-11.dcm"), ("xds", "xds/publication_2024.xml")),
    "archive": (("xdm", "xdm/KA202401"),),
}


@pytest.mark.parametrize("profile", DRIM_M)
@pytest.mark.parametrize("name", COMBINATIONS)
def test_an_official_combination_passes(
    samples: Path, name: str, profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        text for role, path in COMBINATIONS[name] for text in (f"--{role}", str(samples / path))
    ]
    assert main(["cross", *arguments, "--profile", profile, "--lang", "en"]) == 0
    assert "SHALL " not in capsys.readouterr().out


def written(folder: Path, name: str) -> Path:
    for one in artefacts(name, "alpha"):
        if isinstance(one, Artefact):
            path = folder / one.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(one.make())
    return folder / name


@pytest.mark.parametrize("name", ["alpha", "nm", "xa", "masking", "key-images"])
def test_a_whole_exam_agrees_with_itself(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exam = written(tmp_path, name)
    arguments = ["--kos", str(exam / "kos.dcm"), "--cda", str(exam / "report-level3.xml"),
                 "--hl7", str(exam / "mdm.hl7"), "--hl7", str(exam / "oru.hl7"),
                 "--xds", str(exam / "publication.mime"), "--xdm", str(exam / "KA202611.zip"),
                 "--image", str(exam / "images")]  # fmt: skip
    assert main(["cross", *arguments, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "≠" not in said
    assert not [line for line in said.splitlines() if line.startswith(("SHALL", "SHOULD", "MAY"))]


def test_two_studies_of_one_report_agree_with_it(tmp_path: Path) -> None:
    exam = written(tmp_path, "multi-exam")
    arguments = ["--kos", str(exam / "kos-1.dcm"), "--kos", str(exam / "kos-2.dcm"),
                 "--cda", str(exam / "report-level1.xml"), "--hl7", str(exam / "oru.hl7"),
                 "--xds", str(exam / "publication-1.mime"),
                 "--xds", str(exam / "publication-2.mime"),
                 "--study", str(exam / "images1"), "--study", str(exam / "images2")]  # fmt: skip
    assert main(["cross", *arguments]) == 0


def test_a_generation_follows_the_one_before(tmp_path: Path) -> None:
    exam = written(tmp_path, "visibility")
    arguments = ["--kos", str(exam / "2/kos.dcm"), "--cda", str(exam / "2/report-level1.xml"),
                 "--hl7", str(exam / "2/mdm.hl7"), "--xds", str(exam / "2/publication.mime"),
                 "--previous", str(exam / "1")]  # fmt: skip
    assert main(["cross", *arguments]) == 0


def test_the_report_of_an_unknown_study_is_caught(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exam = written(tmp_path, "unknown-study")
    other = written(tmp_path, "alpha")
    arguments = ["--kos", str(other / "kos.dcm"), "--cda", str(exam / "report-level1.xml")]
    assert main(["cross", *arguments, "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "X-KC-17" in said
