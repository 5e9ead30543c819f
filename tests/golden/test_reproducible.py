"""The same input gives the same bytes, wherever and whenever it is judged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from testdata.kos import drim_m_kos, mado_kos, write
from testdata.mutants.kos.changes import assign

ENVIRONMENTS = (
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    {"LC_ALL": "fr_FR.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "random"},
    {"LC_ALL": "tr_TR.UTF-8", "TZ": "Etc/GMT+12", "PYTHONHASHSEED": "4242"},
)


@pytest.mark.parametrize("profile", ["drim-m-homologation", "mado-strict"])
def test_run_json_is_byte_identical(profile: str, tmp_path: Path) -> None:
    document = drim_m_kos()
    assign("PatientBirthDate", "19960134")(document)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.dcm").write_bytes(write(document))
    (tmp_path / "in" / "b.dcm").write_bytes(write(mado_kos()))
    found = set()
    for number, environment in enumerate(ENVIRONMENTS):
        out = tmp_path / str(number)
        subprocess.run(
            [sys.executable, "-m", "drimcheck", "kos", "in", "--profile", profile,
             "--out", str(out)],
            cwd=tmp_path,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            check=False,
        )  # fmt: skip
        found.add((out / "run.json").read_bytes())
    assert len(found) == 1


def test_generated_files_are_byte_identical() -> None:
    program = "import sys; from testdata.kos import *; sys.stdout.buffer.write(write(drim_m_kos()))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, **environment},
            capture_output=True,
            check=True,
        ).stdout
        for environment in ENVIRONMENTS
    }
    assert seen == {write(drim_m_kos())}
