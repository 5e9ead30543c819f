"""Pictures of what was retrieved: one of each series, and none of a person that is not ours."""

from __future__ import annotations

import base64
from dataclasses import replace
from io import BytesIO

from PIL import Image

from drimcheck.privacy import masked
from drimcheck.privacy.cast import Cast
from drimcheck.thumbnails import Gallery
from testdata.exams import exam
from testdata.identity import Seed
from testdata.images import instance
from testdata.kos import write
from tests.unit.test_reports import GOOD, run_report
from validators.wado.response import read_exchange

ALPHA = exam("alpha", "alpha")
SERIES = ALPHA.study.series[0]


def answer(*parts: bytes, status: int = 200) -> bytes:
    body = b"".join(b"--b\r\nContent-Type: application/dicom\r\n\r\n" + one + b"\r\n"
                    for one in parts) + b"--b--\r\n"  # fmt: skip
    return (b"HTTP/1.1 %d X\r\nContent-Type: multipart/related; type=\"application/dicom\"; "
            b"boundary=b\r\nContent-Length: %d\r\n\r\n" % (status, len(body))) + body  # fmt: skip


def image() -> bytes:
    return write(instance(ALPHA, ALPHA.study, SERIES, 1))


def test_a_series_is_shown_once_by_its_first_image() -> None:
    gallery = Gallery()
    (one,) = gallery.of(read_exchange(answer(image(), image()), captured=True))
    picture = Image.open(BytesIO(base64.b64decode(one.png)))
    assert max(picture.size) <= 128
    assert "2 instances" in one.caption.en
    assert gallery.of(read_exchange(answer(image()), captured=True)) == ()
    other = write(instance(ALPHA, ALPHA.study, ALPHA.study.series[1], 1))
    assert len(gallery.of(read_exchange(answer(other), captured=True))) == 1


def test_what_is_no_image_has_no_picture() -> None:
    for raw in (answer(b"no image"), answer(), answer(image(), status=404)):
        assert Gallery().of(read_exchange(raw, captured=True)) == ()


def test_a_picture_that_is_not_of_our_test_data_is_not_shown() -> None:
    pictures = Gallery().of(read_exchange(answer(image()), captured=True))
    one = run_report(GOOD)
    one = replace(one, subjects=(replace(one.subjects[0], pictures=pictures),))
    assert masked(one, Cast([Seed().text])).subjects[0].pictures == ()
    assert masked(one, Cast([Seed().text], [SERIES.uid])).subjects[0].pictures == pictures
