"""The cache of images of the Source."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from reference_drimbox.pacs import PacsUnavailable
from reference_drimbox.source.images import WHOLE, Images
from reference_drimbox.study import Instance, Series
from tests.reference import eventually


def _series(number: int, count: int = 3) -> Series:
    return Series(
        f"1.{number}", "CT", "", 1, [Instance(f"1.{number}.{it}", "1") for it in range(count)]
    )


def test_a_series_is_retrieved_once_and_the_oldest_goes(tmp_path: Path) -> None:
    asked: list[str] = []

    def retrieve(study, series, arrived, stopped):  # type: ignore[no-untyped-def]
        asked.append(series.uid)
        for one in series.instances:
            arrived(one.uid, b"x" * 100)

    images = Images(tmp_path, 350, retrieve)

    def read(number: int) -> None:
        one = _series(number)
        with images.series("1", one) as found:
            paths = list(found.instances(frozenset(it.uid for it in one.instances)))
            assert len(paths) == 3
            assert all(path.read_bytes() for path in paths)

    read(1)
    assert eventually(lambda: (tmp_path / "1" / "1.1" / WHOLE).exists())
    read(1)
    assert asked == ["1.1"]
    read(2)
    assert eventually(lambda: not (tmp_path / "1" / "1.1").exists())
    read(1)
    assert asked == ["1.1", "1.2", "1.1"]
    images.stop()


def test_a_series_that_breaks_off_is_not_whole(tmp_path: Path) -> None:
    broken = threading.Event()

    def retrieve(study, series, arrived, stopped):  # type: ignore[no-untyped-def]
        arrived(series.instances[0].uid, b"x")
        if not broken.is_set():
            raise PacsUnavailable("gone")
        for one in series.instances[1:]:
            arrived(one.uid, b"x")

    images, one = Images(tmp_path, 1000, retrieve), _series(1)
    wanted = frozenset(it.uid for it in one.instances)
    with images.series("1", one) as found, pytest.raises(PacsUnavailable):
        list(found.instances(wanted))
    images.stop()
    again = Images(tmp_path, 1000, retrieve)
    assert not list(tmp_path.rglob("1.1.0"))
    broken.set()
    with again.series("1", one) as found:
        assert len(list(found.instances(wanted))) == 3
    again.stop()
