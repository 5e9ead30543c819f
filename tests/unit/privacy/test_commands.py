"""Whole commands over documents of somebody who is not of our cast: no output names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from drimcheck.cli import main
from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.report import cda
from validators.identifiers import ins_key

BODY = "1860275123456"
INS = BODY + ins_key(BODY)
ALPHA = exam("alpha")
REPORT = "DUPONTELLE_solenne.xml"


def strange(raw: bytes) -> bytes:
    """The document of our patient, as one of somebody else; lengths stay as they are."""
    who = ALPHA.patient
    pairs = ((who.ins, INS), (who.portrait.birth_name, "DUPONTELLE"), ("CAMILLE", "SOLENNE"),
             ("JEANNE", "MARTIN"), (who.portrait.used_name, "KERMADECQUES"))  # fmt: skip
    for ours, theirs in pairs:
        assert len(ours) == len(theirs), ours
        raw = raw.replace(ours.encode(), theirs.encode())
    return raw


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    born = ALPHA.patient.portrait.birth_date.encode()
    for name, raw in (("kos.dcm", write(kos_of(ALPHA, ALPHA.study))), (REPORT, cda(ALPHA))):
        Path(name).write_bytes(
            strange(raw).replace(born, b"19960134").replace(b"MARTIN", b"MARTIX")
        )
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ("kos", "kos.dcm"),
        ("cda", REPORT),
        ("check", "."),
        ("cross", "--all", "--kos", "kos.dcm", "--cda", REPORT),
    ],
)
def test_no_output_of_a_command_names_a_person(
    arguments: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*arguments, "--out", "report", "--format", "all", "--lang", "fr"])
    assert code in (1, 3)
    told = {"terminal": capsys.readouterr().out}
    told |= {one.name: one.read_text("utf-8") for one in (folder / "report").iterdir()
             if one.name != "envelope.json"}  # fmt: skip
    for name, text in told.items():
        for secret in (INS, BODY, "DUPONTELLE", "SOLENNE", "MARTIN", "MARTIX", "KERMADECQUES"):
            assert secret.lower() not in text.lower(), name
