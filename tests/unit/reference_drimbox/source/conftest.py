"""What the parts of the reference Source share: an archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from reference_drimbox.archive import Archive
from testdata.exams import exam

ALPHA = exam("alpha")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(f"sqlite:///{tmp_path / 'archive.db'}")
