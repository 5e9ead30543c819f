"""The official archive gets the verdict that it deserves."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from drimcheck.cli import main
from drimcheck.files import archived
from testdata.exams import exam
from testdata.mutants import base
from testdata.mutants.xdm.changes import SET, other_content
from testdata.report import cda
from tests.conftest import failing, results
from validators.model import Outcome
from validators.xdm import load

DRIM_M = ("drim-m-lab", "drim-m-homologation")
FAILED = (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW)
REMARKS = {
    "XDM-META-01",
    "XDM-META-02",
    "XDM-META-04",
    "XDM-URI-01-BASE",
    "XDM-HASH-01-SIGN",
    "XDM-INDEX-01",
    "XDM-INDEX-02",
    "XDM-README-01",
}


@pytest.fixture
def media(samples: Path) -> Path:
    return samples / "xdm" / "KA202401"


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_official_archive_is_accepted_with_remarks(media: Path, profile: str) -> None:
    found = results(archived(media), profile, "xdm")
    assert failing(found, *FAILED) == set()
    assert failing(found, Outcome.WARN, Outcome.INFO) == REMARKS
    assert found["XDM-HASH-01"].outcome is Outcome.PASS
    wrong = {(one.path, one.actual) for one in found["XDM-HASH-01-SIGN"].defects}
    assert ("IHE_XDM/SS000001/SIGN_1.XML#size", "3212") in wrong


def test_it_is_refused_in_production(media: Path) -> None:
    found = results(archived(media), "drim-m-production", "xdm")
    assert failing(found) == {"XDM-META-01", "XDM-HASH-01-SIGN", "XDM-INDEX-01", "XDM-INDEX-02"}


def test_a_folder_around_it_is_a_warning(media: Path) -> None:
    found = results(_enclosed(media), "drim-m-lab", "xdm")
    assert failing(found, *FAILED) == set()
    assert failing(found, Outcome.WARN) == REMARKS | {"XDM-ZIP-01-FOLDER"}


def _enclosed(media: Path) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(media.rglob("*")):
            archive.write(path, path.relative_to(media.parent))
    return stream.getvalue()


def test_a_bare_fragment_with_an_undeclared_prefix_is_read(media: Path) -> None:
    """The current official copy: the request alone, its prefix declared nowhere."""
    whole = (media / "IHE_XDM" / "SS000001" / "METADATA.XML").read_bytes()
    start = whole.index(b"<ns3:SubmitObjectsRequest")
    end = whole.index(b"</ns3:SubmitObjectsRequest>") + len(b"</ns3:SubmitObjectsRequest>")
    fragment = whole[start:end]
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(archived(media))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, fragment if name.endswith("METADATA.XML") else old.read(name))
    found = results(stream.getvalue(), "drim-m-homologation", "xdm")
    assert failing(found, *FAILED) == set()
    assert "XDM-META-03" in failing(found, Outcome.WARN)
    assert found["XDM-META-01"].outcome is Outcome.PASS
    assert found["XDM-HASH-01"].outcome is Outcome.PASS


def test_what_it_holds_is_judged_as_what_it_is(media: Path) -> None:
    inside = [(one.place, one.kind) for one in load(archived(media)).embedded]
    assert inside == [
        ("IHE_XDM/SS000001/METADATA.XML", "xds"),
        ("IHE_XDM/SS000001/KOS_1_1.DCM", "kos"),
    ]


@pytest.mark.parametrize("command", ["xdm", "check"])
def test_the_folder_and_its_zip_are_judged_alike(
    media: Path, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zipped = tmp_path / "KA202401.zip"
    zipped.write_bytes(archived(media))
    said = []
    for path in (media, zipped):
        assert main([command, str(path), "--lang", "en"]) == 0
        said.append(capsys.readouterr().out.replace(str(path), "X"))
    assert said[0] == said[1]
    assert "X#IHE_XDM/SS000001/METADATA.XML" in said[0]


def test_a_report_in_an_archive_is_judged_as_a_report() -> None:
    raw = other_content(f"{SET}/KOS_1_1.DCM", cda(exam("alpha")))(base("archive"))
    kinds = [(one.place.rpartition("/")[2], one.kind) for one in load(raw).embedded]
    assert kinds == [("METADATA.XML", "xds"), ("KOS_1_1.DCM", "cda")]
    assert failing(results(raw, "drim-m-lab", "xdm"), *FAILED) == {"XDM-KOS-01"}
