"""The DMP simulator reads and writes archives on a medium."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from simulators import dmp
from simulators.dmp.archive import Unreadable
from simulators.dmp.names import (
    APPROVED,
    DEPRECATED,
    SUCCESS,
)
from simulators.dmp.problem import Refusal
from testdata.metadata.submission import request_element
from testdata.publication import archive_of, lot_of
from tests.conftest import plan_of
from tests.unit.simulators.dmp.conftest import (
    FIRST,
    PATIENT,
    PROFILE,
    SECOND,
    SEEN,
    documents_of,
    serving,
)
from validators.kinds import KINDS
from validators.subjects import judge_document


def test_an_archive_goes_in_and_comes_out() -> None:
    store = dmp.Store()
    loaded = dmp.load_archive(store, archive_of([FIRST]))
    assert [one.unique_id for one in loaded] == [FIRST.uid, lot_of(FIRST).signature_oid]
    plans = {one: plan_of(PROFILE, one) for one in ("xdm", "xds", "kos", "cda")}
    exported = dmp.archive(store, PATIENT)
    for report in judge_document("exported", exported, KINDS["xdm"], plans):
        assert {one.rule for one in report.results if one.outcome in SEEN} == set()
    other = dmp.Store()
    again = dmp.load_archive(other, exported)
    assert [one.content for one in again] == [one.content for one in loaded]
    assert dmp.archive(other, PATIENT) == exported
    with pytest.raises(Refusal):
        dmp.load_archive(store, exported)


def test_a_replacement_survives_an_archive() -> None:
    with serving() as peer:
        peer.publish(FIRST)
        first = next(one.id for one in peer.store.holdings() if one.is_kos)
        request = request_element(replace(lot_of(SECOND), replaces=first))
        assert peer.submit(request, documents_of(SECOND)).status == SUCCESS
        other = dmp.Store()
        dmp.load_archive(other, dmp.archive(peer.store, PATIENT))
        states = [(one.unique_id, one.status) for one in other.holdings() if one.is_kos]
        assert states == [(FIRST.uid, DEPRECATED), (SECOND.uid, APPROVED)]


def test_the_official_archive_is_imported(samples: Path) -> None:
    """Its metadata are in an envelope, its signature has another hash, a folder is around it."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for path in (samples / "xdm" / "KA202401").rglob("*"):
            opened.write(path, path.relative_to(samples / "xdm"))
    store = dmp.Store()
    (kos, _signature) = dmp.load_archive(store, stream.getvalue())
    assert kos.is_kos
    other = dmp.Store()
    again = dmp.load_archive(other, dmp.archive(store, kos.patient))
    assert [one.content for one in again] == [one.content for one in store.holdings()]


@pytest.mark.parametrize("raw", [b"", b"PK", b"not a zip"])
def test_an_archive_that_is_none_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        dmp.load_archive(dmp.Store(), raw)
