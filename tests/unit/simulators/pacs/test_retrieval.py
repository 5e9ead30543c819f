"""The PACS delivers by C-GET and C-MOVE."""

from __future__ import annotations

from io import BytesIO

import pytest
from pydicom import dcmread
from pynetdicom import build_context

from simulators.pacs import of_files
from simulators.pacs.archive import images
from testdata.exams import exam
from testdata.images.syntaxes import available
from tests.unit.simulators.pacs.conftest import (
    CT_CLASS,
    EXPLICIT,
    GET,
    IMPLICIT,
    JPEG_LS,
    MR_CLASS,
    STUDY,
    associated,
    destination,
    got,
    keeping,
    keys,
    moved,
    served,
    whole,
)

SYNTAXES = exam("syntaxes")


def test_a_study_is_got(port: int) -> None:
    result = got(port, whole())
    assert len(result.files) == 20
    assert [one.Status for one in result.statuses] == [0xFF00] * 20 + [0]
    last = result.statuses[-1]
    assert last.NumberOfCompletedSuboperations == 20
    assert (last.NumberOfFailedSuboperations, last.NumberOfWarningSuboperations) == (0, 0)
    uids = {str(dcmread(BytesIO(one)).SOPInstanceUID) for one in result.files}
    assert uids == {uid for series in STUDY.series for uid in series.instances}


def test_what_is_not_there_is_got_without_error(port: int) -> None:
    result = got(port, keys(StudyInstanceUID="1.2.3"))
    assert [one.Status for one in result.statuses] == [0]
    assert got(port, keys("SERIES", SeriesInstanceUID="1.2.3")).statuses[-1].Status == 0xA900


def test_a_retrieval_is_cancelled(port: int) -> None:
    files: list[bytes] = []
    stored = [build_context(one) for one in (CT_CLASS, MR_CLASS)]
    with associated(
        port, build_context(GET), *stored, handlers=keeping(files), roles=True
    ) as association:
        statuses = []
        for status, _ in association.send_c_get(whole(), GET, msg_id=7):
            statuses.append(status)
            if len(statuses) == 2:
                association.send_c_cancel(7, query_model=GET)
    assert statuses[-1].Status == 0xFE00
    assert statuses[-1].NumberOfRemainingSuboperations > 0
    assert 2 <= len(files) < 20


def test_a_series_is_moved() -> None:
    series = STUDY.series[1]
    with served() as running, destination(EXPLICIT) as (address, files):
        running.peers["DEST"] = address
        asked = keys("SERIES", StudyInstanceUID=STUDY.uid, SeriesInstanceUID=series.uid)
        answers = moved(running, asked)
    assert [one.Status for one, _ in answers] == [0xFF00] * 10 + [0]
    assert {str(dcmread(BytesIO(one)).SOPInstanceUID) for one in files} == set(series.instances)


def test_a_move_to_nobody_is_refused() -> None:
    with served() as running:
        ((status, _),) = moved(running, whole(), "NOBODY")
        assert status.Status == 0xA801


needs_codecs = pytest.mark.skipif(not available(), reason="the codecs are an extra")


@needs_codecs
def test_what_nobody_accepts_is_a_failed_sub_operation() -> None:
    """Where only JPEG-LS is accepted, what is not in it cannot be sent."""
    with served(content=of_files(images(SYNTAXES, 16))) as running:
        result = got(running.port, keys(StudyInstanceUID=SYNTAXES.study.uid), (JPEG_LS,))
    last, listed = result.statuses[-1], result.identifiers[-1]
    assert last.Status == 0xB000
    assert len(result.files) == last.NumberOfCompletedSuboperations == 2
    assert listed is not None
    assert len(listed.FailedSOPInstanceUIDList) == last.NumberOfFailedSuboperations == 12


@needs_codecs
def test_a_stored_syntax_goes_as_it_is_or_decoded() -> None:
    content = of_files(images(SYNTAXES, 16))
    series = next(one for one in SYNTAXES.study.series if one.syntax == JPEG_LS)
    asked = keys("SERIES", StudyInstanceUID=SYNTAXES.study.uid, SeriesInstanceUID=series.uid)
    for accepted in (JPEG_LS, EXPLICIT, IMPLICIT):
        with served(content=content) as running, destination(accepted) as (address, files):
            running.peers["DEST"] = address
            assert moved(running, asked)[-1][0].Status == 0
        read = [dcmread(BytesIO(one)) for one in files]
        assert [str(one.file_meta.TransferSyntaxUID) for one in read] == [accepted] * 2
        assert len(read[0].PixelData) == 512 or accepted == JPEG_LS
        stored = next(one for one in content if one.uid == read[0].SOPInstanceUID)
        if accepted == JPEG_LS:
            assert read[0].PixelData == stored.dataset().PixelData
