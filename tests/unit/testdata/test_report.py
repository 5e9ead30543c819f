"""The generated report says what the exam says, on paper and at both levels of CDA."""

from __future__ import annotations

import base64

import pytest
from lxml import etree

from testdata.exam import Exam
from testdata.exams import EXAMS, LARGE, NEXT_WRITTEN, exam
from testdata.report import cda, pdf

H = {"h": "urn:hl7-org:v3", "p": "urn:dicom-org:ps3-20"}
NAMES = sorted(set(EXAMS) - LARGE)


def values(raw: bytes, path: str) -> list[str]:
    return [str(one) for one in etree.fromstring(raw).xpath(path, namespaces=H)]


@pytest.mark.parametrize("level", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_the_header_is_that_of_the_exam(name: str, level: int) -> None:
    one = exam(name)
    raw = cda(one, level)
    assert values(raw, "/h:ClinicalDocument/h:id/@root") == [one.report.oid]
    assert values(raw, "//h:recordTarget//h:patientRole/h:id/@extension") == [
        one.patient.ins,
        one.patient.local_id,
    ]
    orders = [order for study in one.studies for order in study.orders]
    assert values(raw, "//h:order/h:id/@extension") == [each.placer_number for each in orders]
    assert values(raw, "//p:accessionNumber/@extension") == [each.accession for each in orders]
    assert values(raw, "//h:serviceEvent/h:id/@root") == [study.uid for study in one.studies]
    assert values(raw, "//h:relatedDocument") == []


def test_level_1_holds_the_paper() -> None:
    one = exam("alpha")
    (text,) = values(cda(one), "//h:nonXMLBody/h:text/text()")
    assert base64.b64decode(text) == pdf(one)


@pytest.mark.parametrize("name", NAMES)
def test_level_3_lists_every_instance_that_was_acquired(name: str) -> None:
    one = exam(name)
    found = values(cda(one, 3), "//h:observation[@classCode='DGIMG']/h:id/@root")
    assert found == [
        uid
        for study in one.studies
        for series in study.series
        if series.modality not in ("SR", "PR", "DOC")
        for uid in series.instances
    ]


def test_a_replacement_names_what_it_replaces() -> None:
    old = exam("alpha")
    new = old.replacing(written=NEXT_WRITTEN)
    raw = cda(new, 3)
    assert values(raw, "//h:relatedDocument[@typeCode='RPLC']//h:id/@root") == [old.report.oid]
    assert values(raw, "/h:ClinicalDocument/h:setId/@root") == [old.report.set_oid]
    assert values(raw, "/h:ClinicalDocument/h:versionNumber/@value") == ["2"]
    assert values(raw, "//h:section/h:title[.='Addendum']/text()") == ["Addendum"]


@pytest.mark.parametrize("name", ["alpha", "multi-exam"])
def test_the_paper_links_to_the_images_of_each_study(name: str) -> None:
    one = exam(name)
    paper = pdf(one)
    assert paper.startswith(b"%PDF-")
    for study in one.studies:
        assert f"/URI ({one.viewer_url(study)})".encode() in paper


@pytest.mark.parametrize("level", [1, 3])
def test_the_same_exam_gives_the_same_bytes(level: int) -> None:
    assert cda(exam("multi-exam"), level) == cda(exam("multi-exam"), level)
    assert cda(exam("multi-exam"), level) != cda(exam("multi-exam", "beta"), level)


def test_there_is_no_level_2() -> None:
    one: Exam = exam("alpha")
    with pytest.raises(ValueError, match="level 2"):
        cda(one, 2)
