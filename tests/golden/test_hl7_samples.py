"""Real messages get the verdict that they deserve."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import failing, results
from validators.hl7v2 import load
from validators.model import Outcome, Result

DRIM_M = ("drim-m-lab", "drim-m-homologation")
FAILED = (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW)


def judged(samples: Path, name: str, profile: str) -> dict[str, Result]:
    return results((samples / "hl7" / name).read_bytes(), profile, "hl7")


@pytest.mark.parametrize("profile", DRIM_M)
@pytest.mark.parametrize("name", ["CR_G1_MAJ-MDM.hl7", "CR_I_Depublication-ORU.hl7"])
def test_a_cut_message_is_refused_on_its_base64_alone(
    samples: Path, name: str, profile: str
) -> None:
    found = judged(samples, name, profile)
    assert failing(found, *FAILED) == {"HL7-OBX-05e"}
    assert failing(found, Outcome.WARN) == {"HL7-ENC-02", "HL7-PRT-04"}
    placeholders = {defect.path for defect in found["HL7-TPL-01"].defects}
    assert placeholders == {"MSH-3", "MSH-4", "MSH-5", "MSH-6", "MSH-7", "MSH-10"}


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_imaging_order_is_accepted(samples: Path, profile: str) -> None:
    found = judged(samples, "OMI_O23-ImagingOrder.hl7", profile)
    assert failing(found, *FAILED) == set()
    assert failing(found, Outcome.WARN) == {"HL7-ENC-02"}


@pytest.mark.parametrize("profile", DRIM_M)
def test_the_message_of_the_proof_of_concept_is_read_and_refused(
    samples: Path, profile: str
) -> None:
    found = judged(samples, "poc_patient1_ORU.hl7", profile)
    assert not failing(found, Outcome.ERROR)
    assert {
        "HL7-STR-02",
        "HL7-STR-03",
        "HL7-MSH-09",
        "HL7-MSH-12",
        "HL7-MSH-17V",
        "HL7-MSH-18V",
        "HL7-OBX-05",
        "HL7-META-01",
        "HL7-META-03",
    } <= failing(found)
    (line,) = found["HL7-STR-02"].defects
    assert (line.path, line.actual) == ("OBX[4]", "||N|")
    misspelt = {defect.actual for defect in found["HL7-META-05"].defects}
    assert misspelt == {"INVISIBLE_REPRENSANTS_LEGAUX", "MODIF_CONFIDENTIALITYCODE"}


def test_every_terminator_and_the_framing_of_mllp_read_alike(samples: Path) -> None:
    raw = (samples / "hl7" / "CR_G1_MAJ-MDM.hl7").read_bytes()
    plain = raw.replace(b"\r\n", b"\r")
    texts = [
        [segment.text for segment in load(one).file.segments]
        for one in (raw, plain, plain.replace(b"\r", b"\n"), b"\x0b" + plain + b"\x1c\r")
    ]
    assert texts[0] == texts[1] == texts[2] == texts[3]
    assert len(texts[0]) == 19
