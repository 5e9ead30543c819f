"""The reports and the rejection notes that the Source reads."""

from __future__ import annotations

import pytest

from reference_drimbox import cda
from reference_drimbox.cda import NotAReport
from reference_drimbox.source.notes import NotANote, note_of
from reference_drimbox.submission import utc
from testdata.publication import Generation, kos_file
from testdata.report import cda as report_of
from tests.unit.reference_drimbox.source.conftest import ALPHA


def test_a_report_without_what_a_kos_needs_is_none() -> None:
    good = report_of(ALPHA, 1)
    assert cda.read(good).studies == [ALPHA.study.uid]
    for old, new in (
        (b"<inFulfillmentOf>", b"<!--"),
        (b'extension="' + ALPHA.patient.ins.encode(), b'extension="'),
        (b"18748-4", b"11502-2"),
        (b"<ClinicalDocument", b"<!DOCTYPE x [<!ENTITY e 'e'>]><ClinicalDocument"),
    ):
        raw = good.replace(old, new)
        if new == b"<!--":
            raw = raw.replace(b"</inFulfillmentOf>", b"-->")
        with pytest.raises(NotAReport) as caught:
            cda.read(raw)
        assert ALPHA.patient.ins not in str(caught.value)


def test_times_are_told_in_utc() -> None:
    assert utc("20260704120000+0200", "Europe/Paris") == "20260704100000"
    assert utc("20260704120000", "Europe/Paris") == "20260704100000"
    assert utc("202612041200", "Europe/Paris") == "20261204110000"
    assert utc("20261204", "Europe/Paris") == "20261204"
    assert utc("noon", "Europe/Paris") == ""


def test_a_note_rejects_only_by_its_title() -> None:
    from simulators.pacs import note

    series = ALPHA.study.series[0]
    found = note_of(note(ALPHA, ALPHA.study, series, series.instances[0]))
    assert (found.study, list(found.rejected)) == (ALPHA.study.uid, [series.instances[0]])
    for raw in (b"", kos_file(Generation(ALPHA, ALPHA.study))):
        with pytest.raises(NotANote):
            note_of(raw)
