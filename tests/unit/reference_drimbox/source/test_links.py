"""The links that the Source opens: each is of one exam."""

from __future__ import annotations

import pytest

from reference_drimbox import cda
from reference_drimbox.source.guard import Refused
from reference_drimbox.source.links import check, link_of
from testdata.report import cda as report_of
from tests.unit.reference_drimbox.source.conftest import ALPHA


def test_a_link_is_of_one_exam() -> None:
    order = ALPHA.study.orders[0]
    query = {"REQUESTTYPE": "STUDY", "studyuid": ALPHA.study.uid,
             "accessionnumber": order.accession, "IDCDA": ALPHA.report.oid}  # fmt: skip
    report = cda.read(report_of(ALPHA, 1))
    check(link_of(query), report)
    for wrong, found in (
        ({"accessionnumber": "0"}, report),
        ({"IDCDA": "1.2"}, report),
        ({}, None),
    ):
        with pytest.raises(Refused) as caught:
            check(link_of(query | wrong), found)
        assert caught.value.status == 406
    for broken in ({"REQUESTTYPE": ""}, {"studyuid": "1..2"}, {"IDCDA": "x" * 1000}):
        with pytest.raises(Refused) as caught:
            link_of(query | broken)
        assert caught.value.status == 400
