"""What ``drimcheck testdata mutants`` writes: every mutant, with all that it is judged with."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from drimcheck.cli import main
from testdata.mutants import bases, mutants


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("mutants")
    assert main(["testdata", "mutants", "--out", str(out)]) == 0
    return out


def rows(folder: Path) -> list[dict]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["mutants"]


def test_every_mutant_is_there_and_killed(folder: Path) -> None:
    found = rows(folder)
    assert [(one["kind"], one["name"]) for one in found] == [
        (one.kind, one.name) for one in mutants()
    ]
    assert {one["state"] for one in found} == {"killed"}
    for one in found:
        assert one["fr"]["title"] != one["en"]["title"]
        assert one["fr"]["why"]


def test_every_file_is_the_one_that_the_manifest_describes(folder: Path) -> None:
    found = rows(folder)
    files = [*found, *(each for one in found for each in one["beside"])]
    for one in files:
        raw = (folder / one["path"]).read_bytes()
        assert len(raw) == one["size"]
        assert hashlib.sha256(raw).hexdigest() == one["sha256"]
    assert len({one["path"] for one in found}) == len(found)
    written = {path for path in folder.rglob("*") if path.is_file()}
    named = {folder / one["path"] for one in files}
    assert {path.name for path in written - named} == {"manifest.json", "matrix.md", "matrice.md"}


def test_what_a_mutant_is_judged_with_is_beside_it(folder: Path) -> None:
    for row, one in zip(rows(folder), mutants(), strict=True):
        assert len(row["beside"]) == len({**bases()[one.base].beside(), **one.beside})


@pytest.mark.parametrize("name", ["matrix.md", "matrice.md"])
def test_the_matrix_has_a_line_for_each(folder: Path, name: str) -> None:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("| ") for line in lines) == len(mutants()) + len(
        {one.kind for one in mutants()}
    )
