"""Real reports get the verdict that they deserve; generated ones conform."""

from __future__ import annotations

from pathlib import Path

import pytest

from testdata.exam import Exam
from testdata.exams import EXAMS, LARGE, NEXT_WRITTEN, exam
from testdata.report import cda
from tests.conftest import failing, results
from validators.model import Outcome, Result

DRIM_M = ("drim-m-lab", "drim-m-homologation")
BAD = (Outcome.FAIL, Outcome.REVIEW, Outcome.ERROR)


def judged(samples: Path, name: str, profile: str) -> dict[str, Result]:
    return results((samples / "cda" / name).read_bytes(), profile, "cda")


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_official_report_of_level_3_is_accepted(samples: Path, profile: str) -> None:
    found = judged(samples, "IMG_CR_IMG_2024.01_level3.xml", profile)
    assert failing(found, *BAD) == set()
    assert failing(found, Outcome.WARN) == {
        "CDA-DOC-10",  # 24979-7 translates the document, 24978-9 is the act
        "CDA-ACT-14D",  # 11:30 in the catalog, 11:17 in the header
        "CDA-B3-08",  # the URLs have leading zeros that the identifiers have not
        "CDA-B3-20",
        "CDA-URL-01",
        "CDA-URL-03",
    }
    assert failing(found, Outcome.INFO) == {"CDA-B3-22"}


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_official_report_of_level_1_is_accepted(samples: Path, profile: str) -> None:
    found = judged(samples, "IMG_CR_IMG_2024.01_level1.xml", profile)
    assert failing(found, *BAD) == set()
    assert failing(found, Outcome.WARN) == {"CDA-DOC-10", "CDA-L1-06"}


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_report_of_2023_is_refused_on_the_traits_alone(samples: Path, profile: str) -> None:
    found = judged(samples, "IMG_CR_IMG_2023.11_level1.xml", profile)
    assert failing(found, *BAD) == {"CDA-PAT-08"}
    (defect,) = found["CDA-PAT-08"].defects
    assert defect.path.endswith("patient/name/given[@qualifier='BR']")


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_proof_of_concept_has_the_seven_official_failures(samples: Path, profile: str) -> None:
    found = judged(samples, "poc_DOC00002.xml", profile)
    assert failing(found, *BAD) == {
        "CDA-ACT-12F",
        "CDA-DOC-15SA",
        "CDA-DOC-15VA",
        "CDA-PAT-06V",
        "CDA-PAT-08",
        "CDA-AUT-01TE",
        "CDA-AUT-09TE",
    }


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_official_pair_is_accepted_without_its_paper(samples: Path, profile: str) -> None:
    found = judged(samples, "CR_OK_Absent.xml", profile)
    assert failing(found, *BAD) == set()
    assert failing(found, Outcome.WARN) == {"CDA-AUT-06F", "CDA-L1-06"}


def test_production_refuses_what_the_table_refuses(samples: Path) -> None:
    found = judged(samples, "IMG_CR_IMG_2024.01_level3.xml", "drim-m-production")
    assert failing(found) == {"CDA-PAT-02A", "CDA-B3-20", "CDA-URL-01"}


def versions(name: str) -> list[Exam]:
    one = exam(name)
    return [one, one.replacing(written=NEXT_WRITTEN)]


@pytest.mark.parametrize("name", sorted(set(EXAMS) - LARGE))
def test_generated_reports_conform(name: str) -> None:
    for one in versions(name):
        for level in (1, 3):
            raw = cda(one, level)
            for profile in DRIM_M:
                found = results(raw, profile, "cda")
                assert failing(found, *BAD, Outcome.WARN) == set()
            found = results(raw, "drim-m-production", "cda")
            assert failing(found, *BAD, Outcome.WARN) == {"CDA-PAT-02A"}
