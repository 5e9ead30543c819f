"""Documents made large where a rule might look at everything once for each thing."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from time import process_time

import pytest
from pydicom import Dataset
from pydicom.sequence import Sequence

from reports.terminal import summary
from testdata.kos import drim_m_kos, generic_kos, mado_kos, write
from testdata.kos_parts import code, item
from tests.conftest import plan_of, results
from validators import kos
from validators.engine import judge
from validators.model import Outcome, SubjectReport
from validators.reading import limits
from validators.run import report

LINEAR = 8
"""How much longer four times as much may take: 16 would be quadratic."""


def _descriptions(count: int) -> Dataset:
    document = drim_m_kos(series=count, instances_per_series=1)
    document.ContentSequence.extend(deepcopy(document.ContentSequence[-1]) for _ in range(20))
    return document


def _rows(count: int) -> Dataset:
    document = drim_m_kos(series=1, instances_per_series=1)
    document.ContentSequence[-1].TextValue = "Examen : X\n" + "    a\n" * count * 200
    return document


def _groups(count: int) -> Dataset:
    return mado_kos(series=count, instances_per_series=1)


def _observers(count: int) -> Dataset:
    document = generic_kos()
    document.ContentSequence = Sequence(
        item(
            RelationshipType="HAS OBS CONTEXT",
            ValueType="CODE",
            ConceptNameCodeSequence=Sequence([code("121005", "DCM", "Observer Type")]),
            ConceptCodeSequence=Sequence([code("121006", "DCM", "Person")]),
        )
        for _ in range(count)
    )
    return document


def _titles(count: int) -> Dataset:
    document = generic_kos()
    title = document.ConceptNameCodeSequence[0]
    document.ConceptNameCodeSequence = Sequence(deepcopy(title) for _ in range(count))
    return document


LARGE: dict[str, tuple[str, Callable[[int], Dataset]]] = {
    "descriptions": ("drim-m-lab", _descriptions),
    "rows": ("drim-m-lab", _rows),
    "groups": ("mado-strict", _groups),
    "observers": ("dicom-ko", _observers),
    "titles": ("dicom-ko", _titles),
}


def _seconds(profile: str, raw: bytes) -> float:
    """Processor time of judging, the best of three."""
    plan = plan_of(profile)
    times = []
    for _ in range(3):
        start = process_time()
        judge(plan, kos.load(raw))
        times.append(process_time() - start)
    return min(times)


@pytest.mark.parametrize("name", LARGE)
def test_four_times_as_much_takes_about_four_times_as_long(name: str) -> None:
    profile, make = LARGE[name]
    small, large = (write(make(count)) for count in (250, 1_000))
    _seconds(profile, small)
    assert _seconds(profile, large) < LINEAR * _seconds(profile, small)


def test_a_rule_keeps_so_many_defects_and_says_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("validators.engine.MAX_DEFECTS", 3)
    monkeypatch.setattr(limits, "MAX_DEFECTS", 3)
    document = drim_m_kos(series=1, instances_per_series=9)
    series = document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    for one in series.ReferencedSOPSequence:
        del one.InstanceNumber
    raw = write(document)
    found = results(raw, "drim-m-lab")["KOS-EVD-09A"]
    assert (found.outcome, len(found.defects), found.note) == (Outcome.WARN, 3, "MAX_DEFECTS 3")
    plan = plan_of("drim-m-lab")
    judged = judge(plan, kos.load(raw))
    subject = SubjectReport("a.dcm", "kos", len(raw), "0", judged)
    said = summary(report([plan], [subject], version="0", command="kos"), "fr")
    assert "au moins 3 occurrences" in said
