"""The conforming archive that the mutants are made from."""

from __future__ import annotations

from testdata.exams import exam
from testdata.mutants.base import Base
from testdata.publication import Generation, archive_of


def _archive() -> bytes:
    one = exam("alpha")
    return archive_of([Generation(one, one.study)])


BASES = {"archive": Base("xdm", "drim-m-lab", _archive)}
