"""The archive of the Source on a medium, in and out."""

from __future__ import annotations

import pytest

from reference_drimbox.archive import Archive, transfer
from reference_drimbox.xdm import NotAnArchive
from testdata.publication import Generation, archive_of
from tests.unit.reference_drimbox.source.conftest import ALPHA


def test_an_archive_comes_in_once_and_goes_out(archive: Archive) -> None:
    raw = archive_of([Generation(ALPHA, ALPHA.study)])
    assert transfer.take(archive, raw) == [ALPHA.study.uid]
    assert transfer.take(archive, raw) == []
    ((name, out),) = transfer.exported(archive, "TEST").items()
    assert name == "KA202611.zip"
    other = Archive("sqlite://")
    assert transfer.take(other, out) == [ALPHA.study.uid]
    with pytest.raises(NotAnArchive):
        transfer.take(archive, raw[:-40])
    with pytest.raises(NotAnArchive):
        transfer.take(archive, b"")
