"""Real files get the verdict that they deserve: which rules fail, and which do not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import failing, results
from validators.model import Outcome, Result

DRIM_M = ("drim-m-lab", "drim-m-homologation")
PROFILES = (*DRIM_M, "drim-m-production", "dicom-ko", "xds-i-b", "mado-strict", "mado-lenient")


def judged(samples: Path, name: str, profile: str) -> dict[str, Result]:
    return results((samples / "kos" / name).read_bytes(), profile)


def defects(found: dict[str, Result]) -> int:
    return sum(len(one.defects) for one in found.values() if one.outcome is Outcome.FAIL)


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_published_kos_is_accepted_with_warnings(samples: Path, profile: str) -> None:
    found = judged(samples, "drim-m_ko_2023-11.dcm", profile)
    assert failing(found, Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW) == set()
    assert failing(found, Outcome.WARN) == {
        "KOS-PAT-16A",
        "KOS-EVD-08A",
        "KOS-EVD-09A",
        "KOS-CNT-05A",
        "KOS-EQU-03",
        "KOS-PAT-33",
        "KOS-INS-07",
        "KOS-INS-08",
        "KOS-URL-02",
    }


def test_the_published_kos_is_refused_in_production(samples: Path) -> None:
    found = judged(samples, "drim-m_ko_2023-11.dcm", "drim-m-production")
    assert failing(found) == {"KOS-INS-03", "KOS-INS-07", "KOS-INS-08", "KOS-URL-02"}


@pytest.mark.parametrize("profile", DRIM_M)
def test_its_first_publication_is_refused_on_the_birth_date_alone(
    samples: Path, profile: str
) -> None:
    found = judged(samples, "drim-m_ko_first-publication.dcm", profile)
    assert failing(found, Outcome.FAIL, Outcome.REVIEW, Outcome.ERROR) == {"DICOM-VR-03"}
    (defect,) = found["DICOM-VR-03"].defects
    assert (defect.path, defect.actual) == ("(0010,0030)", "19960134")


def test_the_proof_of_concept_has_ten_errors_as_a_dicom_object(samples: Path) -> None:
    found = judged(samples, "poc_kos_2022.dcm", "dicom-ko")
    assert defects(found) == 10
    assert failing(found) == {
        "DICOM-VR-04",
        "KOS-PAT-15A",
        "KOS-STU-04A",
        "KOS-SER-07A",
        "KOS-REQ-03A",
        "KOS-REQ-06A",
        "KOS-REQ-07A",
        "KOS-REQ-08A",
        "KOS-REQ-09A",
        "KOS-CNT-21",
    }


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_proof_of_concept_has_more_in_drim_m(samples: Path, profile: str) -> None:
    assert defects(judged(samples, "poc_kos_2022.dcm", profile)) > 10


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_official_pair_is_accepted(samples: Path, profile: str) -> None:
    found = judged(samples, "official_kos_OK_Absent.dcm", profile)
    assert failing(found, Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW) == set()
    assert found["KOS-REF-03"].checked == 640


def test_the_generic_sample_is_readable_and_refused(samples: Path) -> None:
    found = judged(samples, "official_generic_OK_KOS_Valide.dcm", "drim-m-lab")
    assert {"KOS-CNT-01V", "KOS-TID-01"} <= failing(found)


def test_mado_a_fails_strictly_on_two_requirements_alone(samples: Path) -> None:
    found = judged(samples, "mado_KOS_A.dcm", "mado-strict")
    assert failing(found) == {"KOS-CNT-02A", "KOS-MADO-28"}
    assert len(found["KOS-MADO-28"].defects) == 86
    assert {"KOS-MADO-24", "KOS-MADO-32"} <= failing(found, Outcome.WARN)


def test_mado_a_is_accepted_leniently(samples: Path) -> None:
    found = judged(samples, "mado_KOS_A.dcm", "mado-lenient")
    assert failing(found, Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW) == set()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_output_of_a_converter_is_refused_everywhere(samples: Path, profile: str) -> None:
    found = judged(samples, "mado_BIN_101.dcm", profile)
    assert defects(found) > 100
    assert not failing(found, Outcome.ERROR)


def test_the_kos_of_the_archive_is_accepted(samples: Path) -> None:
    raw = (samples / "xdm/KA202401/IHE_XDM/SS000001/KOS_1_1.DCM").read_bytes()
    for profile in DRIM_M:
        outcomes = Counter(one.outcome for one in results(raw, profile).values())
        assert not outcomes[Outcome.FAIL]
        assert not outcomes[Outcome.ERROR]
