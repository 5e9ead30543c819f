"""The PACS stores: by C-STORE, from a folder, and what it refuses to keep."""

from __future__ import annotations

import gc
import random
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from simulators import pacs
from simulators.pacs import Archive, Pacs, of_files
from simulators.pacs.web import in_json
from testdata.kos import write
from tests.unit.simulators.pacs.conftest import FILES, STUDY, served


def test_what_is_stored_is_kept_and_told(tmp_path: Path) -> None:
    told: list[bytes] = []
    with Pacs(Archive(tmp_path / "a"), received=told.append) as running:
        to = ("127.0.0.1", running.port)
        for _ in range(2):
            assert [one.status for one in pacs.send(FILES[:3], to)] == [0, 0, 0]
    assert len(told) == 6
    came, sent = ([dcmread(BytesIO(one)) for one in files[:3]] for files in (told, FILES))
    assert came == sent
    there = [one for one in (tmp_path / "a").rglob("*") if one.is_file()]
    assert len(there) == 3
    assert all(one.suffix == ".dcm" for one in there)
    again = Archive(tmp_path / "a")
    assert sorted(one.uid for one in again) == sorted(one.uid for one in of_files(FILES[:3]))


def test_a_folder_of_files_is_read(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one").write_bytes(FILES[0])
    (tmp_path / "readme.txt").write_text("no image")
    (tmp_path / "empty").touch()
    (tmp_path / "cut.dcm").write_bytes(FILES[1][:200])
    (one,) = Archive(tmp_path)
    assert one.file() == FILES[0]
    assert "PixelData" not in one.head


def test_nothing_is_written_outside_the_folder(tmp_path: Path) -> None:
    one = dcmread(BytesIO(FILES[0]))
    raw = write(one)
    bad = raw.replace(STUDY.uid.encode(), b"../" * 3 + b"0" * (len(STUDY.uid) - 9))
    with pytest.raises(pacs.NotAnInstance):
        Archive(tmp_path / "a").add(bad)
    for nothing in (b"", b"no DICOM", b"\0" * 128 + b"DICM", FILES[0][:700]):
        with pytest.raises(pacs.NotAnInstance):
            Archive(tmp_path / "a").add(nothing)
    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_files_are_refused_or_kept_whole() -> None:
    """Some bytes changed, some cut off: whatever is taken can be asked for."""
    source, archive = random.Random(7), Archive()
    for _ in range(400):
        raw = bytearray(source.choice(FILES)[:2000])
        for _ in range(source.randint(1, 12)):
            raw[source.randrange(132, len(raw))] = source.randrange(256)
        with suppress(pacs.NotAnInstance):
            archive.add(bytes(raw[: source.choice((len(raw), source.randrange(len(raw))))]))
    assert len(archive) > 10
    every = Pacs(archive).answers("IMAGE", Dataset(), every=True)
    assert all("00080018" in in_json(one) for one in every)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_nobody_takes_an_association() -> None:
    """pynetdicom leaves the socket that never was connected to the collector."""
    with served() as running:
        closed = running.port
    with pytest.raises(pacs.NoAssociation):
        pacs.send(FILES[:1], ("127.0.0.1", closed))
    gc.collect()
