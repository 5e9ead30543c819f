"""Real submissions get the verdict that they deserve."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import failing, results
from validators.model import Outcome, Result
from validators.xds import load

DRIM_M = ("drim-m-lab", "drim-m-homologation")
FAILED = (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW)
COMMON = {"XDS-XSD-01", "XDS-EVT-01", "XDS-EVT-02", "XDS-REF-03", "XDS-REF-05", "XDS-SPID-01",
          "XDS-VIHF-01"}  # fmt: skip


def judged(samples: Path, name: str, profile: str) -> dict[str, Result]:
    return results((samples / name).read_bytes(), profile, "xds")


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_official_metadata_are_accepted(samples: Path, profile: str) -> None:
    found = judged(samples, "xds/official_validator_XDS.xml", profile)
    assert failing(found, *FAILED) == set()
    assert failing(found, Outcome.WARN) == COMMON
    assert found["XDS-HASH-01"].outcome is Outcome.NOT_TESTED


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_publication_is_accepted_with_its_remarks(samples: Path, profile: str) -> None:
    found = judged(samples, "xds/publication_2024.xml", profile)
    assert failing(found, *FAILED) == set()
    transport = {"XDS-MTOM-01", "XDS-MTOM-02", "XDS-HASH-02"}
    assert failing(found, Outcome.WARN) == COMMON | transport
    assert found["XDS-HASH-01"].outcome is Outcome.PASS
    assert found["XDS-SIG-01"].outcome is Outcome.PASS


def test_the_published_kos_is_judged_inside(samples: Path) -> None:
    raw = (samples / "xds/publication_2024.xml").read_bytes()
    (kos,) = load(raw).embedded
    assert (kos.place, kos.kind) == ("DocumentKOS", "kos")
    assert kos.content == (samples / "kos/drim-m_ko_2023-11.dcm").read_bytes()


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_answer_is_accepted(samples: Path, profile: str) -> None:
    found = judged(samples, "xds/response_2024.xml", profile)
    assert failing(found, *FAILED) == set()
    assert found["XDS-RSP-01"].outcome is Outcome.PASS


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_metadata_of_the_archive_are_accepted(samples: Path, profile: str) -> None:
    found = judged(samples, "xdm/KA202401/IHE_XDM/SS000001/METADATA.XML", profile)
    assert failing(found, *FAILED) == set()


def test_metadata_with_an_undeclared_prefix_are_read(samples: Path) -> None:
    raw = (samples / "xds/official_validator_XDS.xml").read_bytes()
    start, end = raw.index(b"<ns3:SubmitObjectsRequest"), raw.index(b"</ns3:SubmitObjectsRequest>")
    fragment = raw[start:end] + b"</ns3:SubmitObjectsRequest>"
    plain = fragment.replace(b"<RegistryObjectList", b"<ns5:RegistryObjectList", 1).replace(
        b"</RegistryObjectList>", b"</ns5:RegistryObjectList>"
    )
    found = results(plain, "drim-m-lab", "xds")
    assert failing(found, *FAILED) == set()
    (defect,) = found["XDS-XML-01"].defects
    assert defect.actual == "ns3 ns5"
