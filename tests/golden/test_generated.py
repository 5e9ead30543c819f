"""What the suite generates is accepted by the suite, and is the same every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from testdata.artefact import Artefact
from testdata.artefacts import ALLOWLISTS, SETS, artefacts
from testdata.exam import Study
from testdata.exams import LARGE, exam
from tests.conftest import failing, results
from validators.kinds import KINDS
from validators.model import Outcome

# Allow-lists are judged by certificates that are no profile's: they have tests of their own.
SMALL = [name for name in SETS if name not in (*LARGE, ALLOWLISTS)]
FAILED = (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW)
MADO = {"mado": "mado-strict", "xds-i-b": "xds-i-b"}


def made(name: str, seed: str = "alpha") -> Iterator[Artefact]:
    return (one for one in artefacts(name, seed) if isinstance(one, Artefact))


def profile_of(one: Artefact) -> str:
    """The profile that an artefact claims: its file name says it of a KOS of another form."""
    name = one.path.rpartition("/")[2]
    found = [profile for form, profile in MADO.items() if name.startswith(form)]
    return found[0] if found else "drim-m-homologation"


@pytest.mark.parametrize("name", SMALL)
def test_every_document_is_accepted(name: str) -> None:
    for one in made(name):
        if one.kind in KINDS and "10000" not in one.path:
            found = results(one.make(), profile_of(one), one.kind)
            assert failing(found, *FAILED) == set(), one.path


@pytest.mark.parametrize("name", ["alpha", "visibility", "multi-exam", "syntaxes"])
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    digests = [[hashlib.sha256(one.make()).hexdigest() for one in made(name)] for _ in range(2)]
    assert digests[0] == digests[1]


def test_another_seed_gives_other_numbers() -> None:
    one, other = exam("alpha", "alpha"), exam("alpha", "beta")
    assert one.study.uid != other.study.uid
    assert one.patient.ins != other.patient.ins
    assert one.study.orders[0].accession != other.study.orders[0].accession
    assert one.study.orders[0].placer_number != other.study.orders[0].placer_number
    assert one.report.oid != other.report.oid
    messages = [next(a for a in made("alpha", seed) if a.path.endswith("oru.hl7")).make()
                for seed in ("alpha", "beta")]  # fmt: skip
    ids = [message.split(b"|", 10)[9] for message in messages]
    assert ids[0] != ids[1]


def test_exams_of_one_seed_share_no_identifier() -> None:
    studies = [study.uid for name in SETS for study in _studies(name)]
    assert len(studies) == len(set(studies))


def _studies(name: str) -> tuple[Study, ...]:
    try:
        return exam(name).studies
    except KeyError:
        return ()
